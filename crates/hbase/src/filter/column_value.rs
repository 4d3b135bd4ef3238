//! The filter of the cells of one column by their values.

use bytes::Bytes;

use super::{Comparator, Compare, Filter};
use crate::wire::filter as wire;

impl Filter {
    /// The cells of a column whose values compare so, and no other cells.
    pub fn column_value(
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Filter {
        let message = wire::ColumnValue {
            family: Bytes::copy_from_slice(family.as_ref()),
            qualifier: Bytes::copy_from_slice(qualifier.as_ref()),
            compare_op: compare.code(),
            comparator: with.into_wire(),
        };
        Filter::builtin("ColumnValueFilter", &message)
    }
}
