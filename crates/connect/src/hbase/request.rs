//! What is asked of a table, and how the servers are asked for it. Plain data.

use tachograph_hbase::{Comparator, Compare, Filter, Scan};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HBaseColumn {
    /// Column family.
    pub family: String,
    /// Qualifier within the family.
    pub qualifier: String,
}

/// What must be true of a column's text. A row without the column never passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellTest {
    /// It is this text.
    Equal(String),
    /// It is another text.
    NotEqual(String),
    /// It is one of these texts.
    OneOf(Vec<String>),
    /// It begins so.
    Begins(String),
}

/// A range of rows, and what of them is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HBaseScan {
    /// Row keys that begin so.
    pub prefix: Option<String>,
    /// Row keys at or above.
    pub from: Option<String>,
    /// Row keys below.
    pub to: Option<String>,
    /// Timestamps at or after, in ms.
    pub since: Option<i64>,
    /// Timestamps before, in ms.
    pub until: Option<i64>,
    /// Most rows.
    pub limit: Option<u64>,
    /// The families that are read; all where there are none.
    pub families: Vec<String>,
    /// The columns that are wanted; all without. Rows that have none of them come too.
    pub columns: Option<Vec<HBaseColumn>>,
    /// What must be true of a row's cells, all of it.
    pub tests: Vec<(HBaseColumn, CellTest)>,
}

impl HBaseScan {
    /// The scan for the servers; none where no row can be within.
    pub(super) fn request(&self) -> Option<Scan> {
        let scan = self.columns_of(self.times(self.keys()?)?);
        let scan = match self.limit {
            Some(limit) => scan.limit(limit),
            None => scan,
        };
        Some(match self.filter() {
            Some(filter) => scan.filter(filter),
            None => scan,
        })
    }

    /// An empty end means the table's end to the servers, so what is empty is told here.
    fn keys(&self) -> Option<Scan> {
        let prefix = self.prefix.as_deref().unwrap_or("");
        let from = self.from.as_deref().unwrap_or("");
        if from > prefix && !from.starts_with(prefix) {
            return None;
        }
        let low = prefix.max(from);
        let scan = Scan::new().prefix(prefix).start(low);
        match self.to.as_deref() {
            Some(to) if to <= low => None,
            Some(to) if to.starts_with(prefix) => Some(scan.stop(to)),
            _ => Some(scan),
        }
    }

    fn times(&self, scan: Scan) -> Option<Scan> {
        let since = self.since.unwrap_or(0).max(0);
        match self.until {
            Some(until) if until <= since => None,
            None if self.since.is_none() => Some(scan),
            until => Some(scan.time_range(since, until.unwrap_or(i64::MAX))),
        }
    }

    /// Who asks for columns alone gets no row that has none of them. A test makes that good, for
    /// such a row does not pass it; without one, a filter leaves each row its first cell.
    fn columns_of(&self, scan: Scan) -> Scan {
        let whole = |scan: Scan| self.families.iter().fold(scan, Scan::family);
        match &self.columns {
            Some(columns) if !self.tests.is_empty() => {
                let tested = self.tests.iter().map(|(column, _)| column);
                let wanted = columns.iter().chain(tested);
                wanted.fold(scan, |scan, c| scan.column(&c.family, &c.qualifier))
            }
            _ => whole(scan),
        }
    }

    fn filter(&self) -> Option<Filter> {
        let tests = self
            .tests
            .iter()
            .map(|(column, test)| of_test(column, test));
        let mut tests: Vec<Filter> = tests.collect();
        match &self.columns {
            _ if tests.len() > 1 => Some(Filter::all(tests)),
            _ if tests.len() == 1 => tests.pop(),
            Some(columns) => Some(first_and(columns)),
            None => None,
        }
    }
}

/// The first cell of each row, and the cells of these columns.
fn first_and(columns: &[HBaseColumn]) -> Filter {
    let named = |c: &HBaseColumn| {
        Filter::qualifier(Compare::Equal, Comparator::binary(c.qualifier.as_bytes()))
    };
    let first = std::iter::once(Filter::first_key_only());
    Filter::any(first.chain(columns.iter().map(named)))
}

fn of_test(column: &HBaseColumn, test: &CellTest) -> Filter {
    let compare = |compare: Compare, with: Comparator| {
        Filter::single_column_value(&column.family, &column.qualifier, compare, with)
    };
    match test {
        CellTest::Equal(text) => compare(Compare::Equal, Comparator::binary(text)),
        CellTest::NotEqual(text) => compare(Compare::NotEqual, Comparator::binary(text)),
        CellTest::Begins(text) => compare(Compare::Equal, Comparator::binary_prefix(text)),
        CellTest::OneOf(texts) => {
            let each = |text| compare(Compare::Equal, Comparator::binary(text));
            Filter::any(texts.iter().map(each))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(prefix: &str, from: &str, to: Option<&str>) -> Option<String> {
        let scan = HBaseScan {
            prefix: Some(prefix.into()),
            from: Some(from.into()),
            to: to.map(Into::into),
            ..HBaseScan::default()
        };
        scan.request().map(|scan| format!("{scan:?}"))
    }

    fn same(found: Option<String>, scan: Scan) {
        assert_eq!(found, Some(format!("{scan:?}")));
    }

    #[test]
    fn the_narrowest_range_is_asked_for() {
        same(keys("", "", None), Scan::new());
        same(keys("b", "", None), Scan::new().start("b").stop("c"));
        same(keys("b", "a", None), Scan::new().start("b").stop("c"));
        same(keys("b", "b5", None), Scan::new().start("b5").stop("c"));
        same(keys("b", "", Some("b5")), Scan::new().start("b").stop("b5"));
        same(keys("b", "", Some("d")), Scan::new().start("b").stop("c"));
        same(keys("", "b", Some("d")), Scan::new().start("b").stop("d"));
    }

    #[test]
    fn what_is_empty_is_not_asked_for() {
        for (prefix, from, to) in [
            ("b", "c", None),
            ("b", "", Some("a")),
            ("b", "", Some("b")),
            ("", "d", Some("d")),
            ("", "", Some("")),
        ] {
            assert_eq!(keys(prefix, from, to), None, "{prefix} {from} {to:?}");
        }
        let of_time = |since, until| HBaseScan {
            since,
            until,
            ..HBaseScan::default()
        };
        assert!(of_time(Some(5), Some(5)).request().is_none());
        assert!(of_time(None, Some(0)).request().is_none());
        assert!(of_time(Some(5), Some(6)).request().is_some());
    }
}
