//! What must hold of a row before it is changed. Plain data.

use bytes::Bytes;

use crate::filter::{Comparator, Compare, Filter};
use crate::wire;
use crate::wire::basic::TimeRange;

/// A condition on one row.
#[derive(Clone, Debug)]
pub struct Condition(wire::mutation::Condition);

impl Condition {
    /// The column has this value.
    pub fn equals(
        row: impl AsRef<[u8]>,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Condition {
        Condition::compares(
            row,
            family,
            qualifier,
            Compare::Equal,
            Comparator::binary(value),
        )
    }

    /// The column has no value.
    pub fn absent(
        row: impl AsRef<[u8]>,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
    ) -> Condition {
        Condition::compares(row, family, qualifier, Compare::Equal, Comparator::null())
    }

    /// The column's value compares so: the value stands on the left. A column without a value
    /// meets no condition but [`Condition::absent`].
    pub fn compares(
        row: impl AsRef<[u8]>,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Condition {
        let mut condition = Condition::of(row.as_ref());
        condition.0.family = Some(Bytes::copy_from_slice(family.as_ref()));
        condition.0.qualifier = Some(Bytes::copy_from_slice(qualifier.as_ref()));
        // Servers have the comparator on the left.
        condition.0.compare_type = Some(compare.mirrored().code());
        condition.0.comparator = Some(with.into_wire());
        condition
    }

    /// The filter lets something of the row through.
    pub fn filter(row: impl AsRef<[u8]>, filter: Filter) -> Condition {
        let mut condition = Condition::of(row.as_ref());
        condition.0.filter = Some(filter.into_wire());
        condition
    }

    /// Only values of timestamps from `from` on and before `to` count.
    pub fn time_range(mut self, from: i64, to: i64) -> Condition {
        self.0.time_range = Some(TimeRange {
            from: Some(from.max(0) as u64),
            to: Some(to.max(0) as u64),
        });
        self
    }

    fn of(row: &[u8]) -> Condition {
        Condition(wire::mutation::Condition {
            row: Bytes::copy_from_slice(row),
            ..wire::mutation::Condition::default()
        })
    }

    pub(crate) fn row(&self) -> &[u8] {
        &self.0.row
    }

    pub(crate) fn wire(&self) -> wire::mutation::Condition {
        self.0.clone()
    }
}
