//! A delete: marks that hide cells until a major compaction drops both. State: the change as it
//! grows.

use super::{CAPACITY, Durability, Mutation};
use crate::cell::keyvalue::Column;
use crate::cell::{CellKind, LATEST};
use crate::wire::mutation::MutationType;

/// Deletes a row, or parts of it.
#[derive(Clone, Debug)]
pub struct Delete(Mutation);

impl Delete {
    /// Deletes the whole row, unless parts are named.
    pub fn row(row: impl AsRef<[u8]>) -> Delete {
        Delete(Mutation::new(
            MutationType::Delete,
            row.as_ref(),
            CAPACITY / 4,
        ))
    }

    /// The row, or the parts that follow, are deleted up to this timestamp, in milliseconds since
    /// 1970; up to now if not said.
    pub fn timestamp(mut self, milliseconds: i64) -> Delete {
        self.0.timestamp = milliseconds;
        self
    }

    /// Deletes all columns of a family up to the timestamp.
    pub fn family(mut self, family: impl AsRef<[u8]>) -> Delete {
        let timestamp = self.0.timestamp;
        self.mark(CellKind::DeleteFamily, family.as_ref(), b"", timestamp);
        self
    }

    /// Deletes the versions of a column up to the timestamp: all if none was said.
    pub fn column(mut self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Delete {
        let timestamp = self.0.timestamp;
        self.mark(
            CellKind::DeleteColumn,
            family.as_ref(),
            qualifier.as_ref(),
            timestamp,
        );
        self
    }

    /// Deletes the newest version of a column: the one before it is seen again.
    pub fn newest(self, family: impl AsRef<[u8]>, qualifier: impl AsRef<[u8]>) -> Delete {
        self.version(family, qualifier, LATEST)
    }

    /// Deletes the version of a column that has exactly this timestamp, in milliseconds since 1970.
    pub fn version(
        mut self,
        family: impl AsRef<[u8]>,
        qualifier: impl AsRef<[u8]>,
        milliseconds: i64,
    ) -> Delete {
        self.mark(
            CellKind::DeleteVersion,
            family.as_ref(),
            qualifier.as_ref(),
            milliseconds,
        );
        self
    }

    /// Deletes the versions of a family's columns that have exactly this timestamp, in milliseconds since
    /// 1970.
    pub fn family_version(mut self, family: impl AsRef<[u8]>, milliseconds: i64) -> Delete {
        self.mark(
            CellKind::DeleteFamilyVersion,
            family.as_ref(),
            b"",
            milliseconds,
        );
        self
    }

    /// When it counts as done; the table's setting if not said.
    pub fn durability(mut self, durability: Durability) -> Delete {
        self.0.attributes().durability = Some(durability);
        self
    }

    fn mark(&mut self, kind: CellKind, family: &[u8], qualifier: &[u8], timestamp: i64) {
        self.0.push(Column {
            family,
            qualifier,
            timestamp,
            kind,
            value: b"",
        });
    }
}

impl From<Delete> for Mutation {
    fn from(delete: Delete) -> Mutation {
        delete.0
    }
}
