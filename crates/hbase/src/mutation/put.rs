//! A put: cells that are written. State: the change as it grows.

use std::time::Duration;

use super::{CAPACITY, Durability, Mutation};
use crate::cell::CellKind;
use crate::cell::keyvalue::Column;
use crate::wire::mutation::MutationType;

/// Writes cells of one row, all or none.
///
/// ```
/// use tachograph_hbase::Put;
/// let put = Put::new("car-7#1700000000").column("d", "speed", "81.5").column("d", "gear", "4");
/// assert_eq!(put.cell_count(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Put(Mutation);

impl Put {
    /// A put of the row with this key. Cells get the server's time unless they are given another.
    pub fn new(row: impl AsRef<[u8]>) -> Put {
        Put::with_capacity(row, CAPACITY)
    }

    /// A put with room for so many bytes of encoded cells: for each cell its parts, its row key and
    /// 24 bytes.
    pub fn with_capacity(row: impl AsRef<[u8]>, bytes: usize) -> Put {
        Put(Mutation::new(MutationType::Put, row.as_ref(), bytes))
    }

    /// The timestamp of the cells that follow, in milliseconds since 1970.
    pub fn timestamp(mut self, milliseconds: i64) -> Put {
        self.0.timestamp = milliseconds;
        self
    }

    /// Adds a cell.
    pub fn column(
        mut self,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Put {
        self.add(family.as_ref(), qualifier.as_ref(), value.as_ref());
        self
    }

    /// Adds a cell of a timestamp of its own, in milliseconds since 1970.
    pub fn column_at(
        mut self,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        milliseconds: i64,
        value: impl AsRef<[u8]>,
    ) -> Put {
        let default = std::mem::replace(&mut self.0.timestamp, milliseconds);
        self.add(family.as_ref(), qualifier.as_ref(), value.as_ref());
        self.0.timestamp = default;
        self
    }

    /// Adds a cell in place.
    pub fn add(&mut self, family: &[u8], qualifier: &[u8], value: &[u8]) {
        let timestamp = self.0.timestamp;
        self.0.push(Column {
            family,
            qualifier,
            timestamp,
            kind: CellKind::Put,
            value,
        });
    }

    /// The cells disappear after this time, whatever their family's settings.
    pub fn ttl(mut self, ttl: Duration) -> Put {
        self.0.attributes().set_ttl(ttl);
        self
    }

    /// When it counts as done; the table's setting if not said.
    pub fn durability(mut self, durability: Durability) -> Put {
        self.0.attributes().durability = Some(durability);
        self
    }

    /// How many cells it has.
    pub fn cell_count(&self) -> usize {
        self.0.cell_count()
    }
}

impl From<Put> for Mutation {
    fn from(put: Put) -> Mutation {
        put.0
    }
}
