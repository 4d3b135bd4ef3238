//! What must hold of a row before it is changed. Plain data.

use bytes::Bytes;

use crate::error::Result;
use crate::filter::{Comparator, Compare, Filter};
use crate::read::TimeRange;
use crate::wire;

/// A condition on one row.
#[derive(Clone, Debug)]
pub struct Condition {
    message: wire::mutation::Condition,
    time_range: Option<TimeRange>,
}

impl Condition {
    /// The column has this value. Servers take the empty value for none: it is also met by a column that
    /// has no value.
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
    /// meets no condition but [`Condition::absent`], and those that compare with the empty value, which
    /// servers take for none.
    pub fn compares(
        row: impl AsRef<[u8]>,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        compare: Compare,
        with: Comparator,
    ) -> Condition {
        let mut condition = Condition::of(row.as_ref());
        condition.message.family = Some(Bytes::copy_from_slice(family.as_ref()));
        condition.message.qualifier = Some(Bytes::copy_from_slice(qualifier.as_ref()));
        // Servers have the comparator on the left.
        condition.message.compare_type = Some(compare.mirrored().code());
        condition.message.comparator = Some(with.into_wire());
        condition
    }

    /// The filter lets something of the row through. As in every read, a filter of values that refuses a
    /// column's newest version may let an older one through.
    pub fn filter(row: impl AsRef<[u8]>, filter: Filter) -> Condition {
        let mut condition = Condition::of(row.as_ref());
        condition.message.filter = Some(filter.into_wire());
        condition
    }

    /// Only values of timestamps from `from` on and before `to`, in milliseconds since 1970, count.
    pub fn time_range(mut self, from: i64, to: i64) -> Condition {
        self.time_range = Some(TimeRange::new(from, to));
        self
    }

    fn of(row: &[u8]) -> Condition {
        Condition {
            message: wire::mutation::Condition {
                row: Bytes::copy_from_slice(row),
                ..wire::mutation::Condition::default()
            },
            time_range: None,
        }
    }

    pub(crate) fn row(&self) -> &[u8] {
        &self.message.row
    }

    /// Looks whether servers could understand it.
    pub(crate) fn check(&self) -> Result<()> {
        self.time_range.map_or(Ok(()), TimeRange::check)
    }

    pub(crate) fn wire(&self) -> wire::mutation::Condition {
        wire::mutation::Condition {
            time_range: self.time_range.map(TimeRange::wire),
            ..self.message.clone()
        }
    }
}
