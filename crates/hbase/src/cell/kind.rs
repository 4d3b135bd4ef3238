//! What a cell is: a value, or a mark that deletes others. Pure.

/// What a cell does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CellKind {
    /// It has a value.
    Put,
    /// It deletes the version of its timestamp.
    DeleteVersion,
    /// It deletes the versions of a family at its timestamp.
    DeleteFamilyVersion,
    /// It deletes a column's versions up to its timestamp.
    DeleteColumn,
    /// It deletes a family's versions up to its timestamp.
    DeleteFamily,
    /// A code that this client does not know.
    Other(u8),
}

impl CellKind {
    /// The code as it travels and as it stands in HBase's files.
    pub(crate) fn code(self) -> u8 {
        match self {
            CellKind::Put => 4,
            CellKind::DeleteVersion => 8,
            CellKind::DeleteFamilyVersion => 10,
            CellKind::DeleteColumn => 12,
            CellKind::DeleteFamily => 14,
            CellKind::Other(code) => code,
        }
    }

    pub(crate) fn from_code(code: u8) -> CellKind {
        match code {
            4 => CellKind::Put,
            8 => CellKind::DeleteVersion,
            10 => CellKind::DeleteFamilyVersion,
            12 => CellKind::DeleteColumn,
            14 => CellKind::DeleteFamily,
            other => CellKind::Other(other),
        }
    }
}
