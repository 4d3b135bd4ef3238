//! The slots of `#sort(n, s)`: the first n events of an order.
//!
//! State: keys with their slots, in order. Once all slots are taken, the rows of a batch are
//! held against the last one in a pass over the column; few go further.

use tachograph_event::{CodecError, Column, Decoder, Encoder};

use super::moves::Moves;
use super::order::{Order, whole_value};

/// Keys in the order of `#sort`, each with its slot.
#[derive(Debug)]
pub struct Sorted {
    size: usize,
    order: Order,
    /// Among equals the newest first, so that the oldest is the one to leave.
    held: Vec<(Option<i64>, u32)>,
}

impl Sorted {
    /// No slot is taken yet.
    pub fn new(size: usize, descending: bool) -> Sorted {
        Sorted {
            size,
            order: Order::new(descending),
            held: Vec::new(),
        }
    }

    /// Number of slots that hold an event.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// The slots in order.
    pub fn in_order(&self) -> Vec<u32> {
        self.held.iter().map(|(_, slot)| *slot).collect()
    }

    /// Rows arrive, by what they sort by.
    pub fn arrive(&mut self, keys: &Column, moves: &mut Moves) {
        let places = self.order.places(keys);
        let mut row = 0;
        while let Some(ahead) = self.next(&places[row..]) {
            self.put(row + ahead, whole_value(keys, row + ahead), moves);
            row += ahead + 1;
        }
    }

    /// The next row that may take a slot.
    fn next(&self, places: &[i64]) -> Option<usize> {
        match self.held.last() {
            Some((last, _)) if self.held.len() == self.size => {
                let last = self.order.last_place(*last);
                places.iter().position(|place| *place <= last)
            }
            _ => (!places.is_empty()).then_some(0),
        }
    }

    fn put(&mut self, row: usize, key: Option<i64>, moves: &mut Moves) {
        let free = self.held.len() as u32;
        if self.held.len() < self.size {
            self.enter(key, free);
            return moves.fill(row, free);
        }
        let order = self.order;
        if let Some((_, slot)) = self.held.pop_if(|(last, _)| !order.before(*last, key)) {
            self.enter(key, slot);
            moves.replace(row, slot);
        }
    }

    fn enter(&mut self, key: Option<i64>, slot: u32) {
        let before = |held: &(Option<i64>, u32)| self.order.before(held.0, key);
        self.held
            .insert(self.held.partition_point(before), (key, slot));
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.held.iter(), |to, (key, slot)| {
            to.option(*key, Encoder::i64);
            to.u32(*slot);
        });
    }

    /// Reads the state into a new one.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.held = from.list(|from| Ok((from.option(Decoder::i64)?, from.u32()?)))?;
        Ok(())
    }
}
