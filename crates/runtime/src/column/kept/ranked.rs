//! The slots of `#rank(k, n, s)`: one a key, for the first n keys in an order.
//!
//! State: the keys that are held, whose numbers are their slots, and the slots in order. Never
//! here: a key that is not held, so that the state does not grow with the keys that came by.
//!
//! Once all slots are taken, a row whose key is not held and that sorts behind the last event
//! leaves as it came. Rows are held against the last event and against a sieve of the held keys
//! in a pass over the columns; the keys of the few that remain are looked up.

use tachograph_event::{CodecError, Column, Decoder, Encoder, Type};

use super::moves::Moves;
use super::order::{Order, whole_value};
use super::sieve::Sieve;
use crate::column::interner::{Interner, word_at, words};

/// Keys in the order of `#rank`.
#[derive(Debug)]
pub struct Ranked {
    size: usize,
    order: Order,
    slots: Interner,
    /// By slot: what it sorts by.
    keys: Vec<Option<i64>>,
    /// In order; among equals the oldest first.
    held: Vec<(Option<i64>, u32)>,
    /// The words of held keys, once all slots are taken.
    sieve: Option<Sieve>,
    /// Room for the words of a batch.
    words: Vec<u64>,
}

impl Ranked {
    /// No slot is taken yet; `unique` is the type of the keys.
    pub fn new(size: usize, unique: &Type, descending: bool) -> Ranked {
        Ranked {
            size,
            order: Order::new(descending),
            slots: Interner::new(std::slice::from_ref(unique)),
            keys: Vec::new(),
            held: Vec::new(),
            sieve: None,
            words: Vec::new(),
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

    /// Rows arrive, by their keys and by what they sort by.
    pub fn arrive(&mut self, unique: &Column, keys: &Column, moves: &mut Moves) {
        if keys.len() == 1 {
            return self.arrive_one(unique, keys, moves);
        }
        let mut known = std::mem::take(&mut self.words);
        words(unique, &mut known);
        let places = self.order.places(keys);
        let mut row = 0;
        while let Some(ahead) = self.next(&places[row..], &known[row..]) {
            self.put(unique, row + ahead, whole_value(keys, row + ahead), moves);
            row += ahead + 1;
        }
        self.words = known;
    }

    /// As `arrive`, of one row, without columns of its own.
    fn arrive_one(&mut self, unique: &Column, keys: &Column, moves: &mut Moves) {
        let key = whole_value(keys, 0);
        if self
            .next(&[self.order.place(key)], &[word_at(unique, 0)])
            .is_some()
        {
            self.put(unique, 0, key, moves);
        }
    }

    /// The next row that may take a slot.
    fn next(&self, places: &[i64], words: &[u64]) -> Option<usize> {
        let (Some(sieve), Some((last, _))) = (&self.sieve, self.held.last()) else {
            return (!places.is_empty()).then_some(0);
        };
        let last = self.order.last_place(*last);
        let mut rows = places.iter().zip(words);
        rows.position(|(place, word)| (*place <= last) | sieve.may_have(*word))
    }

    /// A row takes the place of its key's last one; that of the oldest of those that sort last,
    /// where its key is one too many; or none, if it sorts behind all.
    fn put(&mut self, unique: &Column, row: usize, key: Option<i64>, moves: &mut Moves) {
        if let Some(slot) = self.slots.known_at(unique, row) {
            self.take(slot);
            self.enter(slot, key);
            moves.replace(row, slot);
        } else if self.held.len() < self.size {
            let slot = self.slots.number_at(unique, row);
            self.enter(slot, key);
            self.sieve = (self.held.len() == self.size).then(|| self.sift());
            moves.fill(row, slot);
        } else if let Some(last) = self.first_of_last(key) {
            self.leave(last);
            let slot = self.slots.number_at(unique, row);
            self.enter(slot, key);
            self.sieve
                .iter_mut()
                .for_each(|s| s.add(word_at(unique, row)));
            moves.replace(row, slot);
        }
    }

    fn enter(&mut self, slot: u32, key: Option<i64>) {
        let behind = |held: &(Option<i64>, u32)| !self.order.before(key, held.0);
        self.held
            .insert(self.held.partition_point(behind), (key, slot));
        let slot = slot as usize;
        self.keys.resize(self.keys.len().max(slot + 1), None);
        self.keys[slot] = key;
    }

    /// Where the first of those begin that sort by a key.
    fn start_of(&self, key: Option<i64>) -> usize {
        let before = |held: &(Option<i64>, u32)| self.order.before(held.0, key);
        self.held.partition_point(before)
    }

    fn take(&mut self, slot: u32) {
        let start = self.start_of(self.keys[slot as usize]);
        let found = self.held[start..].iter().position(|(_, s)| *s == slot);
        if let Some(place) = found {
            self.held.remove(start + place);
        }
    }

    /// The oldest of those that sort last, unless a key sorts behind them.
    fn first_of_last(&self, key: Option<i64>) -> Option<usize> {
        let (last, _) = self.held.last()?;
        (!self.order.before(*last, key)).then(|| self.start_of(*last))
    }

    /// The event at a place leaves; its slot is the next that is given out.
    fn leave(&mut self, place: usize) {
        let (_, slot) = self.held.remove(place);
        let word = self.slots.word_of(slot);
        self.sieve.iter_mut().for_each(|s| s.remove(word));
        self.slots.release(slot);
    }

    fn sift(&self) -> Sieve {
        Sieve::new(self.held.iter().map(|(_, slot)| self.slots.word_of(*slot)))
    }

    /// Writes the state.
    pub fn save(&mut self, to: &mut Encoder) {
        self.slots.snapshot().save(to);
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
        self.slots.load(from)?;
        let slots = self.slots.slots();
        self.keys = vec![None; slots];
        let held = from.list(|from| Ok((from.option(Decoder::i64)?, from.u32()?)))?;
        for (key, slot) in &held {
            let place = self.keys.get_mut(*slot as usize);
            *place.ok_or(CodecError::Corrupt("rank"))? = *key;
        }
        self.held = held;
        self.sieve = (self.held.len() == self.size).then(|| self.sift());
        Ok(())
    }
}
