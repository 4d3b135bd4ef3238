//! An increment: counters of a row that are added to. State: the change as it grows.

use std::time::Duration;

use super::{CAPACITY, Durability, Mutation};
use crate::cell::CellKind;
use crate::cell::keyvalue::Column;
use crate::read::TimeRange;
use crate::wire::mutation::MutationType;

/// Adds to counters of one row: cells of eight bytes, big-endian.
#[derive(Clone, Debug)]
pub struct Increment(Mutation);

impl Increment {
    /// An increment of the row with this key.
    pub fn new(row: impl AsRef<[u8]>) -> Increment {
        Increment(Mutation::new(
            MutationType::Increment,
            row.as_ref(),
            CAPACITY / 4,
        ))
    }

    /// Adds to a counter; a counter that is not there counts as zero.
    pub fn column(
        mut self,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        amount: i64,
    ) -> Increment {
        let timestamp = self.0.timestamp;
        self.0.push(Column {
            family: family.as_ref(),
            qualifier: qualifier.as_ref(),
            timestamp,
            kind: CellKind::Put,
            value: &amount.to_be_bytes(),
        });
        self
    }

    /// Only counters of these timestamps, in milliseconds since 1970 and `to` excluded, are
    /// continued; older ones begin at zero again.
    pub fn time_range(mut self, from: i64, to: i64) -> Increment {
        self.0.attributes().time_range = Some(TimeRange::new(from, to));
        self
    }

    /// The counters that it writes disappear after this time, whatever their family's settings.
    pub fn ttl(mut self, ttl: Duration) -> Increment {
        self.0.attributes().set_ttl(ttl);
        self
    }

    /// When it counts as done; the table's setting if not said.
    pub fn durability(mut self, durability: Durability) -> Increment {
        self.0.attributes().durability = Some(durability);
        self
    }
}

impl From<Increment> for Mutation {
    fn from(increment: Increment) -> Mutation {
        increment.0
    }
}
