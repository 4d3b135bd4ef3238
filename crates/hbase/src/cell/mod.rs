//! A cell as it was read: one slice of the answer that it came in, and where its parts begin. It
//! never copies; a cell that is kept keeps the answer's bytes alive.

pub(crate) mod block;
pub(crate) mod keyvalue;
mod kind;

pub use kind::CellKind;

use std::fmt;

use bytes::Bytes;

/// The timestamp that stands for "when the server writes it".
pub const LATEST: i64 = i64::MAX;

/// One cell of a row.
#[derive(Clone, PartialEq, Eq)]
pub struct Cell {
    /// The key-value, from its two lengths on.
    bytes: Bytes,
    key_end: u32,
    qualifier: u32,
    family: u32,
}

impl Cell {
    /// The row's key.
    pub fn row(&self) -> &[u8] {
        &self.bytes[keyvalue::ROW..self.family as usize - 1]
    }

    /// The column family.
    pub fn family(&self) -> &[u8] {
        &self.bytes[self.family as usize..self.qualifier as usize]
    }

    /// The column within its family.
    pub fn qualifier(&self) -> &[u8] {
        &self.bytes[self.qualifier as usize..self.key_end as usize - keyvalue::KEY_TAIL]
    }

    /// Milliseconds since 1970, or whatever the writer gave as the version.
    pub fn timestamp(&self) -> i64 {
        let at = self.key_end as usize - keyvalue::KEY_TAIL;
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[at..at + 8]);
        i64::from_be_bytes(eight)
    }

    /// Whether it is a value or a mark of deletion.
    pub fn kind(&self) -> CellKind {
        CellKind::from_code(self.bytes[self.key_end as usize - 1])
    }

    /// The value.
    pub fn value(&self) -> &[u8] {
        let (start, end) = self.value_range();
        &self.bytes[start..end]
    }

    /// The value, sharing the bytes of the answer.
    pub fn value_bytes(&self) -> Bytes {
        let (start, end) = self.value_range();
        self.bytes.slice(start..end)
    }

    /// The row's key, sharing the bytes of the answer.
    pub fn row_bytes(&self) -> Bytes {
        self.bytes.slice(keyvalue::ROW..self.family as usize - 1)
    }

    fn value_range(&self) -> (usize, usize) {
        let start = self.key_end as usize;
        let length =
            u32::from_be_bytes([self.bytes[4], self.bytes[5], self.bytes[6], self.bytes[7]]);
        (start, start + length as usize)
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let (row, family) = (text(self.row()), text(self.family()));
        let (qualifier, value) = (text(self.qualifier()), text(self.value()));
        let (timestamp, kind) = (self.timestamp(), self.kind());
        write!(f, "{row}/{family}:{qualifier}/{timestamp}/{kind:?}={value}")
    }
}
