//! The newest row of each group of a stream, in the order in which the groups came first. State:
//! the rows of the interval, and where the row of a group stands.

use std::sync::Arc;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Value};

use crate::hash::FixedHash;
use crate::row::Row;

/// Rows, one a group.
#[derive(Debug)]
pub(super) struct Newest {
    places: HashMap<Arc<[Value]>, usize, FixedHash>,
    rows: Vec<Row>,
}

impl Default for Newest {
    fn default() -> Newest {
        Newest {
            places: HashMap::with_hasher(FixedHash::default()),
            rows: Vec::new(),
        }
    }
}

impl Newest {
    /// The row takes the place of its group's.
    pub fn put(&mut self, row: Row) {
        let next = self.rows.len();
        let place = *self.places.entry(row.group.clone()).or_insert(next);
        match self.rows.get_mut(place) {
            Some(older) => *older = row,
            None => self.rows.push(row),
        }
    }

    /// The rows; none are left.
    pub fn take(&mut self) -> Vec<Row> {
        self.places.clear();
        std::mem::take(&mut self.rows)
    }

    /// Writes the rows.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.rows.iter(), |to, row| row.save(to));
    }

    /// Reads what [`Newest::save`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not rows.
    pub fn load(from: &mut Decoder<'_>) -> Result<Newest, CodecError> {
        let mut newest = Newest::default();
        from.list(Row::load)?
            .into_iter()
            .for_each(|row| newest.put(row));
        Ok(newest)
    }
}
