//! What is wanted of the rows that are read: columns, versions, times, a filter. Plain data.

use bytes::Bytes;

use super::TimeRange;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::Filter;
use crate::wire;

/// The part that [`Get`](super::Get) and [`Scan`](super::Scan) have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    columns: Vec<wire::get::Column>,
    max_versions: Option<u32>,
    time_range: Option<TimeRange>,
    /// Of each family so many cells, and how many are passed over before.
    page: Option<(u32, u32)>,
    pub filter: Option<Filter>,
    pub cache_blocks: Option<bool>,
}

impl Selection {
    /// Adds a whole family.
    pub fn family(&mut self, family: &[u8]) {
        self.entry(family).qualifier.clear();
    }

    /// Adds a column, unless the whole family is wanted already.
    pub fn column(&mut self, family: &[u8], qualifier: &[u8]) {
        let known = self.columns.iter().any(|c| c.family == family);
        let entry = self.entry(family);
        if !known || !entry.qualifier.is_empty() {
            entry.qualifier.push(Bytes::copy_from_slice(qualifier));
        }
    }

    /// Servers count versions in signed numbers.
    pub fn versions(&mut self, most: u32) {
        self.max_versions = Some(most.min(i32::MAX as u32));
    }

    pub fn time_range(&mut self, from: i64, to: i64) {
        self.time_range = Some(TimeRange::new(from, to));
    }

    /// Servers count cells in signed numbers.
    pub fn family_page(&mut self, cells: u32, offset: u32) {
        let most = i32::MAX as u32;
        self.page = Some((cells.min(most), offset.min(most)));
    }

    /// How many cells of each family are wanted, and how many are passed over before.
    pub fn wire_page(&self) -> (Option<u32>, Option<u32>) {
        self.page.unzip()
    }

    /// Looks whether servers can answer it: some try to, and then find nothing.
    pub fn check(&self) -> Result<()> {
        if self.max_versions == Some(0) {
            let message = "no version of a column is wanted";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        self.time_range.map_or(Ok(()), TimeRange::check)
    }

    fn entry(&mut self, family: &[u8]) -> &mut wire::get::Column {
        let at = self.columns.iter().position(|c| c.family == family);
        let at = at.unwrap_or_else(|| {
            self.columns.push(wire::get::Column {
                family: Bytes::copy_from_slice(family),
                qualifier: Vec::new(),
            });
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    /// The columns as they travel. Servers want the columns of a family in order.
    pub fn wire_columns(&self) -> Vec<wire::get::Column> {
        let mut columns = self.columns.clone();
        for column in &mut columns {
            column.qualifier.sort();
            column.qualifier.dedup();
        }
        columns
    }

    pub fn wire_time_range(&self) -> Option<wire::basic::TimeRange> {
        self.time_range.map(TimeRange::wire)
    }

    pub fn wire_versions(&self) -> Option<u32> {
        self.max_versions
    }

    pub fn wire_filter(&self) -> Option<wire::filter::Filter> {
        self.filter.clone().map(Filter::into_wire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_all_its_columns_or_some() {
        let mut selection = Selection::default();
        selection.column(b"f", b"b");
        selection.column(b"f", b"a");
        selection.family(b"g");
        selection.column(b"g", b"ignored");
        let columns = selection.wire_columns();
        assert_eq!(columns[0].qualifier, [&b"a"[..], b"b"]);
        assert_eq!(
            (&columns[1].family[..], columns[1].qualifier.len()),
            (&b"g"[..], 0)
        );
    }

    #[test]
    fn all_versions_can_be_wanted_but_not_none() {
        let mut selection = Selection::default();
        selection.versions(u32::MAX);
        assert_eq!(selection.wire_versions(), Some(i32::MAX as u32));
        assert!(selection.check().is_ok());
        selection.versions(0);
        let error = selection.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
}
