//! The filter of cells that were written together with one of another column.

use bytes::Bytes;

use super::{Comparator, Compare, Filter};
use crate::wire::basic::CompareType;
use crate::wire::filter as wire;

impl Filter {
    /// Cells of a row that have the timestamp of a cell of this column; with a condition, of one whose value
    /// compares so. The column itself comes too, and must be among those that are read.
    pub fn dependent_column(
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        condition: Option<(Compare, Comparator)>,
    ) -> Filter {
        let (compare, with) = condition.unzip();
        let message = wire::DependentColumn {
            compare_filter: wire::CompareFilter {
                compare_op: compare.map_or(CompareType::NoOp as i32, Compare::code),
                comparator: with.map(Comparator::into_wire),
            },
            column_family: Some(Bytes::copy_from_slice(family.as_ref())),
            column_qualifier: Some(Bytes::copy_from_slice(qualifier.as_ref())),
            drop_dependent_column: Some(false),
        };
        Filter::builtin("DependentColumnFilter", &message)
    }
}
