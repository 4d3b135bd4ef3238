//! An append: bytes that are put behind values of a row. State: the change as it grows.

use std::time::Duration;

use super::{CAPACITY, Durability, Mutation};
use crate::cell::CellKind;
use crate::cell::keyvalue::Column;
use crate::wire::mutation::MutationType;

/// Lengthens values of one row.
#[derive(Clone, Debug)]
pub struct Append(Mutation);

impl Append {
    /// An append to the row with this key.
    pub fn new(row: impl AsRef<[u8]>) -> Append {
        Append(Mutation::new(
            MutationType::Append,
            row.as_ref(),
            CAPACITY / 4,
        ))
    }

    /// Puts bytes behind a value; a value that is not there counts as empty.
    pub fn column(
        mut self,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Append {
        let timestamp = self.0.timestamp;
        self.0.push(Column {
            family: family.as_ref(),
            qualifier: qualifier.as_ref(),
            timestamp,
            kind: CellKind::Put,
            value: value.as_ref(),
        });
        self
    }

    /// The values that it writes disappear after this time, whatever their family's settings.
    pub fn ttl(mut self, ttl: Duration) -> Append {
        self.0.attributes().set_ttl(ttl);
        self
    }

    /// When it counts as done; the table's setting if not said.
    pub fn durability(mut self, durability: Durability) -> Append {
        self.0.attributes().durability = Some(durability);
        self
    }
}

impl From<Append> for Mutation {
    fn from(append: Append) -> Mutation {
        append.0
    }
}
