//! Rows that a statement makes, before they are posted.

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Origin, Value};

/// One row with what is needed to order, limit and identify it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Select columns.
    pub values: Vec<Value>,
    /// Sort keys of `order by`.
    pub keys: Vec<Value>,
    /// Group key, where the statement groups.
    pub group: Arc<[Value]>,
    /// What brought it.
    pub origin: Origin,
}

impl Row {
    /// Writes the row.
    pub fn save(&self, to: &mut Encoder) {
        to.values(&self.values);
        to.values(&self.keys);
        to.values(&self.group);
        to.u32(self.origin.partition);
        to.u64(self.origin.position);
    }

    /// Reads a row.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not a row.
    pub fn load(from: &mut Decoder<'_>) -> Result<Row, CodecError> {
        Ok(Row {
            values: from.values()?,
            keys: from.values()?,
            group: Arc::from(from.values()?),
            origin: Origin {
                partition: from.u32()?,
                position: from.u64()?,
            },
        })
    }
}

/// Rows for the insert stream and for the remove stream.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Insert stream.
    pub new: Vec<Row>,
    /// Remove stream.
    pub old: Vec<Row>,
}

impl Rows {
    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.old.is_empty()
    }

    /// Adds the rows of another step.
    pub fn append(&mut self, mut other: Rows) {
        self.new.append(&mut other.new);
        self.old.append(&mut other.old);
    }

    /// Writes the rows.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.new.iter(), |to, row| row.save(to));
        to.list(self.old.iter(), |to, row| row.save(to));
    }

    /// Reads rows.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not rows.
    pub fn load(from: &mut Decoder<'_>) -> Result<Rows, CodecError> {
        Ok(Rows {
            new: from.list(Row::load)?,
            old: from.list(Row::load)?,
        })
    }
}
