//! Reading a range of rows. State: what is wanted, as it is said.

use bytes::Bytes;

use super::Selection;
use crate::cell::keyvalue::ROW_MAX;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::Filter;

/// Which rows to read and what of them; the whole table if nothing is said.
///
/// ```
/// use tachograph_hbase::Scan;
/// let scan = Scan::new().start("car-7#").stop("car-7$").family("d").limit(100);
/// assert_eq!(scan.row_limit(), Some(100));
/// ```
#[derive(Clone, Debug)]
pub struct Scan {
    pub(crate) start: Bytes,
    pub(crate) include_start: bool,
    pub(crate) stop: Bytes,
    pub(crate) include_stop: bool,
    pub(crate) reversed: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) caching: u32,
    pub(crate) max_result_bytes: u64,
    pub(crate) is_raw: bool,
    pub(crate) batch: Option<u32>,
    pub(crate) selection: Selection,
}

impl Default for Scan {
    fn default() -> Scan {
        Scan {
            start: Bytes::new(),
            include_start: true,
            stop: Bytes::new(),
            include_stop: false,
            reversed: false,
            limit: None,
            caching: i32::MAX as u32,
            max_result_bytes: 2 << 20,
            is_raw: false,
            batch: None,
            selection: Selection::default(),
        }
    }
}

impl Scan {
    /// All rows.
    pub fn new() -> Scan {
        Scan::default()
    }

    /// From this row on, that row too. Backwards it is the greatest row.
    pub fn start(mut self, row: impl AsRef<[u8]>) -> Scan {
        self.start = Bytes::copy_from_slice(row.as_ref());
        self.include_start = true;
        self
    }

    /// From behind this row on.
    pub fn start_after(self, row: impl AsRef<[u8]>) -> Scan {
        let mut scan = self.start(row);
        scan.include_start = false;
        scan
    }

    /// Up to this row, but not that row.
    pub fn stop(mut self, row: impl AsRef<[u8]>) -> Scan {
        self.stop = Bytes::copy_from_slice(row.as_ref());
        self.include_stop = false;
        self
    }

    /// Up to this row, that row too.
    pub fn stop_inclusive(self, row: impl AsRef<[u8]>) -> Scan {
        let mut scan = self.stop(row);
        scan.include_stop = true;
        scan
    }

    /// The rows whose keys begin so.
    pub fn prefix(self, prefix: impl AsRef<[u8]>) -> Scan {
        let prefix = prefix.as_ref();
        self.start(prefix).stop(behind_prefix(prefix))
    }

    /// From the greatest row to the least.
    pub fn reversed(mut self) -> Scan {
        self.reversed = true;
        self
    }

    /// Wants a whole family.
    pub fn family(mut self, family: impl AsRef<[u8]>) -> Scan {
        self.selection.family(family.as_ref());
        self
    }

    /// Wants a column.
    pub fn column(mut self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Scan {
        self.selection.column(family.as_ref(), qualifier.as_ref());
        self
    }

    /// Wants up to so many versions of each column, the newest first; one if not said, all with
    /// `u32::MAX`.
    pub fn versions(mut self, most: u32) -> Scan {
        self.selection.versions(most);
        self
    }

    /// Wants only timestamps from `from` on and before `to`, in milliseconds since 1970.
    pub fn time_range(mut self, from: i64, to: i64) -> Scan {
        self.selection.time_range(from, to);
        self
    }

    /// Wants of each family at most so many cells, after the first `offset` that would come.
    pub fn family_page(mut self, cells: u32, offset: u32) -> Scan {
        self.selection.family_page(cells, offset);
        self
    }

    /// Wants only what a filter lets through.
    pub fn filter(mut self, filter: Filter) -> Scan {
        self.selection.filter = Some(filter);
        self
    }

    /// Wants what is stored, as far as no compaction has dropped it: marks of deletion, what they hide, and
    /// versions beyond those that are kept. [`Cell::kind`](crate::Cell::kind) tells marks from values. Columns
    /// cannot be named beside it, families can.
    pub fn raw(mut self) -> Scan {
        self.is_raw = true;
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: u64) -> Scan {
        self.limit = Some(rows);
        self
    }

    /// Rows come in parts of at most so many cells, for those that are larger than memory. A part has the key
    /// of its row, and [`Scan::limit`] counts rows. Not beside a filter that must see whole rows, such as
    /// [`Filter::single_column_value`]: servers refuse that.
    pub fn batch(mut self, cells: u32) -> Scan {
        self.batch = Some(cells.clamp(1, i32::MAX as u32));
        self
    }

    /// At most so many rows an answer; answers are bounded by their bytes alone if not said.
    pub fn caching(mut self, rows: u32) -> Scan {
        self.caching = rows.clamp(1, i32::MAX as u32);
        self
    }

    /// About so many bytes an answer; 2 MiB if not said.
    pub fn max_result_bytes(mut self, bytes: u64) -> Scan {
        self.max_result_bytes = bytes.max(1);
        self
    }

    /// Whether servers keep what they read in their caches; they do if not said.
    pub fn cache_blocks(mut self, keep: bool) -> Scan {
        self.selection.cache_blocks = Some(keep);
        self
    }

    /// Looks whether servers could answer it.
    pub(crate) fn check(&self) -> Result<()> {
        if self.start.len().max(self.stop.len()) > ROW_MAX {
            let message = "the first or last key of a range is over 32,767 bytes";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        self.selection.check()
    }

    /// The limit of rows, if there is one.
    pub fn row_limit(&self) -> Option<u64> {
        self.limit
    }
}

/// The first key that is behind all keys with a prefix; empty if there is none.
fn behind_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut key = prefix.to_vec();
    while let Some(last) = key.pop() {
        if last < 0xff {
            key.push(last + 1);
            return key;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        assert_eq!(behind_prefix(b"ab"), b"ac");
        assert_eq!(behind_prefix(b"a\xff\xff"), b"b");
        assert_eq!(behind_prefix(b"\xff"), b"");
    }

    #[test]
    fn what_servers_cannot_answer_is_said() {
        assert!(Scan::new().start([b'a'; ROW_MAX]).check().is_ok());
        let long = [b'a'; ROW_MAX + 1];
        for scan in [
            Scan::new().start(long),
            Scan::new().stop(long),
            Scan::new().time_range(2, 1),
        ] {
            assert_eq!(scan.check().unwrap_err().kind(), ErrorKind::InvalidArgument);
        }
    }
}
