//! The filter of whole rows by the value of one column.

use bytes::Bytes;

use super::{Comparator, Compare, Filter};
use crate::wire::filter as wire;

impl Filter {
    /// Whole rows whose newest value of a column compares so; rows without the column are left out.
    /// The column must be among those that are read.
    pub fn single_column_value(
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Filter {
        build(family.as_ref(), qualifier.as_ref(), compare, with, true)
    }

    /// The same, but rows without the column come too.
    pub fn single_column_value_or_missing(
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Filter {
        build(family.as_ref(), qualifier.as_ref(), compare, with, false)
    }

    /// As [`Filter::single_column_value`], but the column itself does not come.
    pub fn single_column_value_excluded(
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Filter {
        let (family, qualifier) = (family.as_ref(), qualifier.as_ref());
        let message = wire::SingleColumnValueExclude {
            single_column_value: message(family, qualifier, compare, with, true),
        };
        Filter::builtin("SingleColumnValueExcludeFilter", &message)
    }
}

fn build(
    family: &[u8],
    qualifier: &[u8],
    compare: Compare,
    with: Comparator,
    strict: bool,
) -> Filter {
    let message = message(family, qualifier, compare, with, strict);
    Filter::builtin("SingleColumnValueFilter", &message)
}

fn message(
    family: &[u8],
    qualifier: &[u8],
    compare: Compare,
    with: Comparator,
    strict: bool,
) -> wire::SingleColumnValue {
    wire::SingleColumnValue {
        column_family: Some(Bytes::copy_from_slice(family)),
        column_qualifier: Some(Bytes::copy_from_slice(qualifier)),
        compare_op: compare.code(),
        comparator: with.into_wire(),
        filter_if_missing: Some(strict),
        latest_version_only: Some(true),
    }
}
