//! The slots of `#rank(k, n, s)`: one a key, for the first n keys in an order.
//!
//! State: the keys that are held, whose numbers are their slots, and the slots in order. Never
//! here: a key that is not held, so that the state does not grow with the keys that came by.

use tachograph_event::{CodecError, Column, Decoder, Encoder, Type};

use super::slots::Move;
use crate::column::interner::Interner;

/// Keys in the order of `#rank`.
#[derive(Debug)]
pub struct Ranked {
    size: usize,
    descending: bool,
    slots: Interner,
    /// By slot: what it sorts by.
    keys: Vec<Option<i64>>,
    /// In order; among equals the oldest first.
    order: Vec<(Option<i64>, u32)>,
}

impl Ranked {
    /// No slot is taken yet; `unique` is the type of the keys.
    pub fn new(size: usize, unique: &Type, descending: bool) -> Ranked {
        Ranked {
            size,
            descending,
            slots: Interner::new(std::slice::from_ref(unique)),
            keys: Vec::new(),
            order: Vec::new(),
        }
    }

    /// Number of slots that hold an event.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The slots in order.
    pub fn in_order(&self) -> Vec<u32> {
        self.order.iter().map(|(_, slot)| *slot).collect()
    }

    /// An event arrives: it takes the place of its key's last one; that of the oldest of those that
    /// sort last, where its key is one too many; or none, if it sorts behind all.
    pub fn put(&mut self, unique: &Column, row: usize, key: Option<i64>) -> Move {
        if let Some(slot) = self.slots.known_at(unique, row) {
            self.take(slot);
            self.enter(slot, key);
            return Move::Replace(slot);
        }
        if self.order.len() < self.size {
            let slot = self.slots.number_at(unique, row);
            self.enter(slot, key);
            return Move::Fill(slot);
        }
        match self.order.last() {
            Some((worst, _)) if !self.before(*worst, key) => {
                self.take_last();
                let slot = self.slots.number_at(unique, row);
                self.enter(slot, key);
                Move::Replace(slot)
            }
            _ => Move::Pass,
        }
    }

    /// Nulls come first ascending, last descending.
    #[inline]
    fn before(&self, left: Option<i64>, right: Option<i64>) -> bool {
        match self.descending {
            true => left > right,
            false => left < right,
        }
    }

    fn enter(&mut self, slot: u32, key: Option<i64>) {
        let at = self
            .order
            .partition_point(|(held, _)| !self.before(key, *held));
        self.order.insert(at, (key, slot));
        let slot = slot as usize;
        self.keys.resize(self.keys.len().max(slot + 1), None);
        self.keys[slot] = key;
    }

    /// Where the first of those begin that sort by a key.
    fn start_of(&self, key: Option<i64>) -> usize {
        self.order
            .partition_point(|(held, _)| self.before(*held, key))
    }

    fn take(&mut self, slot: u32) {
        let start = self.start_of(self.keys[slot as usize]);
        let found = self.order[start..].iter().position(|(_, s)| *s == slot);
        if let Some(place) = found {
            self.order.remove(start + place);
        }
    }

    /// The oldest of those that sort last leaves; its slot is the next that is given out.
    fn take_last(&mut self) {
        if let Some((worst, _)) = self.order.last() {
            let (_, slot) = self.order.remove(self.start_of(*worst));
            self.slots.release(slot);
        }
    }

    /// Writes the state.
    pub fn save(&mut self, to: &mut Encoder) {
        self.slots.snapshot().save(to);
        to.list(self.order.iter(), |to, (key, slot)| {
            to.option(*key, Encoder::i64);
            to.u32(*slot);
        });
    }

    /// Reads the state into a new one.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.slots.load(from)?;
        let slots = self.slots.slots();
        self.keys = vec![None; slots];
        let order = from.list(|from| Ok((from.option(Decoder::i64)?, from.u32()?)))?;
        for (key, slot) in &order {
            let held = self.keys.get_mut(*slot as usize);
            *held.ok_or(CodecError::Corrupt("rank"))? = *key;
        }
        self.order = order;
        Ok(())
    }
}
