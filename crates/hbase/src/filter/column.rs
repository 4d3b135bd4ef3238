//! Filters of cells by the names of their columns.

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

    /// Of each row so many cells, after the first `offset`.
    pub fn column_page(limit: u32, offset: u32) -> Filter {
        let message = wire::ColumnPagination {
            limit: limit.min(i32::MAX as u32) as i32,
            offset: Some(offset.min(i32::MAX as u32) as i32),
        };
        Filter::builtin("ColumnPaginationFilter", &message)
    }
}
