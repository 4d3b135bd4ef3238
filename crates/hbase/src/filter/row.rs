//! Filters of whole rows by their keys or their number.

use bytes::Bytes;

use super::Filter;
use crate::wire::filter as wire;

/// A range of row keys, the first included and the last not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRange {
    /// The first key; empty for the table's first.
    pub start: Bytes,
    /// The key before which the range ends; empty for the table's end.
    pub stop: Bytes,
}

impl RowRange {
    /// A range of keys.
    pub fn new(start: impl AsRef<[u8]>, stop: impl AsRef<[u8]>) -> RowRange {
        RowRange {
            start: Bytes::copy_from_slice(start.as_ref()),
            stop: Bytes::copy_from_slice(stop.as_ref()),
        }
    }

    fn into_wire(self) -> wire::RowRange {
        wire::RowRange {
            start_row: Some(self.start),
            start_row_inclusive: Some(true),
            stop_row: Some(self.stop),
            stop_row_inclusive: Some(false),
        }
    }
}

impl Filter {
    /// Rows whose keys begin so. [`Scan::prefix`](crate::Scan::prefix) reads fewer, and is right where servers of
    /// version 2.6 err: backwards, where the prefix ends with the byte 0x7f, and where a key is shorter than
    /// the prefix and the family's name continues it.
    pub fn prefix(prefix: impl AsRef<[u8]>) -> Filter {
        let prefix = Some(Bytes::copy_from_slice(prefix.as_ref()));
        Filter::builtin("PrefixFilter", &wire::Prefix { prefix })
    }

    /// Rows of any of these ranges; the servers jump from one to the next.
    pub fn row_ranges(ranges: impl IntoIterator<Item = RowRange>) -> Filter {
        let row_range_list = ranges.into_iter().map(RowRange::into_wire).collect();
        Filter::builtin(
            "MultiRowRangeFilter",
            &wire::MultiRowRange { row_range_list },
        )
    }

    /// At most so many rows of each region; [`Scan::limit`](crate::Scan::limit) counts over all.
    pub fn page(rows: u64) -> Filter {
        let page_size = rows.min(i64::MAX as u64) as i64;
        Filter::builtin("PageFilter", &wire::Page { page_size })
    }

    /// Rows up to this one, that one too.
    pub fn inclusive_stop(row: impl AsRef<[u8]>) -> Filter {
        let stop_row_key = Some(Bytes::copy_from_slice(row.as_ref()));
        Filter::builtin("InclusiveStopFilter", &wire::InclusiveStop { stop_row_key })
    }

    /// Each row with this chance, from 0 to 1.
    pub fn random_row(chance: f32) -> Filter {
        Filter::builtin("RandomRowFilter", &wire::RandomRow { chance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_prefixes_are_short_messages() {
        let wire = Filter::row_ranges([RowRange::new("a", "c")]).into_wire();
        assert_eq!(
            &wire.serialized_filter.unwrap()[..],
            b"\x0a\x0a\x0a\x01a\x10\x01\x1a\x01c\x20\x00"
        );
        let wire = Filter::prefix("a").into_wire();
        assert_eq!(&wire.serialized_filter.unwrap()[..], b"\x0a\x01a");
    }
}
