//! The order of a window that keeps its events sorted by a whole number.
//!
//! Nulls come first ascending, last descending. Beside the exact order stand *places*, plain
//! numbers by which a whole column is held against the last event of a full window in one pass:
//! they let a row through that is refused at a closer look, but never refuse one that enters.

use std::borrow::Cow;

use tachograph_event::{Column, ColumnData};

/// Ascending or descending.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    descending: bool,
}

impl Order {
    /// An order.
    pub fn new(descending: bool) -> Order {
        Order { descending }
    }

    /// Does a key come before another?
    #[inline]
    pub fn before(self, left: Option<i64>, right: Option<i64>) -> bool {
        match self.descending {
            true => left > right,
            false => left < right,
        }
    }

    /// Where a row stands that arrives with a key; a null as if it were first.
    #[inline]
    pub fn place(self, key: Option<i64>) -> i64 {
        match key {
            None => i64::MIN,
            Some(key) if self.descending => !key,
            Some(key) => key,
        }
    }

    /// The last place at which a row may enter a full window whose last event has this key.
    pub fn last_place(self, last: Option<i64>) -> i64 {
        match last {
            None if self.descending => i64::MAX,
            last => self.place(last),
        }
    }

    /// The places of all rows of a column of whole numbers.
    pub fn places(self, column: &Column) -> Cow<'_, [i64]> {
        match (column.data(), column.nulls()) {
            (ColumnData::Long(v), None) if !self.descending => Cow::Borrowed(v),
            (ColumnData::Long(v), None) => v.iter().map(|v| !v).collect(),
            (ColumnData::Int(v), None) if !self.descending => {
                v.iter().map(|v| i64::from(*v)).collect()
            }
            (ColumnData::Int(v), None) => v.iter().map(|v| !i64::from(*v)).collect(),
            _ => (0..column.len())
                .map(|row| self.place(whole_value(column, row)))
                .collect(),
        }
    }
}

/// A row of a column of ints or longs.
pub fn whole_value(column: &Column, row: usize) -> Option<i64> {
    match column.data() {
        _ if column.is_null(row) => None,
        ColumnData::Int(v) => Some(v[row].into()),
        ColumnData::Long(v) => Some(v[row]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_that_enters_is_refused_by_its_place() {
        let keys = [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)];
        for order in [Order::new(false), Order::new(true)] {
            for (last, key) in keys.iter().flat_map(|l| keys.iter().map(move |k| (*l, *k))) {
                let may_enter = order.place(key) <= order.last_place(last);
                assert!(may_enter || order.before(last, key), "{key:?} by {last:?}");
                let sure = key.is_some() && last.is_some();
                assert!(!sure || may_enter != order.before(last, key));
            }
        }
    }
}
