//! Filters of cells by the names of their columns.

use std::ops::Bound;

use bytes::Bytes;

use super::Filter;
use crate::wire::filter as wire;

impl Filter {
    /// Cells whose columns begin so.
    pub fn column_prefix(prefix: impl AsRef<[u8]>) -> Filter {
        let prefix = Some(Bytes::copy_from_slice(prefix.as_ref()));
        Filter::builtin("ColumnPrefixFilter", &wire::Prefix { prefix })
    }

    /// Cells whose columns begin with one of these.
    pub fn column_prefixes<P: AsRef<[u8]>>(prefixes: impl IntoIterator<Item = P>) -> Filter {
        let copy = |prefix: P| Bytes::copy_from_slice(prefix.as_ref());
        let mut sorted_prefixes: Vec<Bytes> = prefixes.into_iter().map(copy).collect();
        sorted_prefixes.sort();
        // Servers refuse one that comes twice, and lose columns where one begins with another.
        sorted_prefixes.dedup_by(|next, held| next.starts_with(held));
        Filter::builtin(
            "MultipleColumnPrefixFilter",
            &wire::MultipleColumnPrefix { sorted_prefixes },
        )
    }

    /// Cells whose columns are between two names, both of which belong to the range.
    pub fn column_range(from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Filter {
        let message = wire::ColumnRange {
            min_column: Some(Bytes::copy_from_slice(from.as_ref())),
            min_column_inclusive: Some(true),
            max_column: Some(Bytes::copy_from_slice(to.as_ref())),
            max_column_inclusive: Some(true),
        };
        Filter::builtin("ColumnRangeFilter", &message)
    }

    /// Cells whose columns are within bounds that may each be inclusive, exclusive or none.
    pub fn column_bounds(from: Bound<&[u8]>, to: Bound<&[u8]>) -> Filter {
        let (min_column, min_inclusive) = bound(from);
        let (max_column, max_inclusive) = bound(to);
        let message = wire::ColumnRange {
            min_column,
            min_column_inclusive: Some(min_inclusive),
            max_column,
            max_column_inclusive: Some(max_inclusive),
        };
        Filter::builtin("ColumnRangeFilter", &message)
    }

    /// Of each row so many cells, after the first `offset`.
    pub fn column_page(limit: u32, offset: u32) -> Filter {
        let message = wire::ColumnPagination {
            limit: limit.min(i32::MAX as u32) as i32,
            offset: Some(offset.min(i32::MAX as u32) as i32),
        };
        Filter::builtin("ColumnPaginationFilter", &message)
    }
}

/// The name at a bound, and whether it belongs to the range.
fn bound(bound: Bound<&[u8]>) -> (Option<Bytes>, bool) {
    match bound {
        Bound::Included(name) => (Some(Bytes::copy_from_slice(name)), true),
        Bound::Excluded(name) => (Some(Bytes::copy_from_slice(name)), false),
        Bound::Unbounded => (None, true),
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn of_prefixes_only_the_shortest_are_sent() {
        let filter = Filter::column_prefixes(["bb", "a", "b", "a", "ab", "c"]).into_wire();
        let sent = filter.serialized_filter.unwrap();
        let sent = wire::MultipleColumnPrefix::decode(sent).unwrap();
        assert_eq!(sent.sorted_prefixes, ["a", "b", "c"]);
    }
}
