//! `#rank(k, …, n, s [desc], …)`: the last event of each key, and of the keys the first n in an
//! order. An event takes the place of its key's last one; where a further key is one too many, the
//! oldest of the events that sort last leaves, which may be the one that came.

use std::cmp::Ordering;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::Expr;

use super::{DataWindow, compare_keys};
use crate::eval::{Scope, eval_all};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::hash::FixedHash;

/// State of `#rank`.
#[derive(Debug)]
pub struct Rank {
    size: usize,
    unique: Vec<Expr>,
    keys: Vec<Expr>,
    descending: Vec<bool>,
    /// By unique key: the place in the order.
    places: HashMap<Vec<Value>, Place, FixedHash>,
    /// In order; among equals the oldest first.
    ranked: Vec<Ranked>,
    next: u64,
}

/// Sort key, and number in the order of arrival.
type Place = (Vec<Value>, u64);

/// An event that is held.
#[derive(Debug)]
struct Ranked {
    place: Place,
    key: Vec<Value>,
    event: EventRef,
}

impl Rank {
    /// An empty window.
    pub fn new(size: usize, unique: Vec<Expr>, keys: Vec<(Expr, bool)>) -> Rank {
        let (keys, descending) = keys.into_iter().unzip();
        Rank {
            size,
            unique,
            keys,
            descending,
            places: HashMap::with_hasher(FixedHash::default()),
            ranked: Vec::new(),
            next: 0,
        }
    }

    fn compare(&self, left: &Place, right: &Place) -> Ordering {
        compare_keys(&left.0, &right.0, &self.descending).then(left.1.cmp(&right.1))
    }

    fn put(&mut self, sort: Vec<Value>, key: Vec<Value>, event: EventRef) {
        let place = (sort, self.next);
        self.next += 1;
        let before = |r: &Ranked| self.compare(&r.place, &place).is_lt();
        let at = self.ranked.partition_point(before);
        self.places.insert(key.clone(), place.clone());
        self.ranked.insert(at, Ranked { place, key, event });
    }

    /// Takes out the event of a key.
    fn take(&mut self, key: &[Value]) -> Option<EventRef> {
        let place = self.places.remove(key)?;
        let found = self
            .ranked
            .binary_search_by(|r| self.compare(&r.place, &place));
        found.ok().map(|at| self.ranked.remove(at).event)
    }

    /// Takes out the oldest of the events that sort last.
    fn take_last(&mut self) -> Option<EventRef> {
        let last = &self.ranked.last()?.place.0;
        let before = |r: &Ranked| compare_keys(&r.place.0, last, &self.descending).is_lt();
        let at = self.ranked.partition_point(before);
        let key = self.ranked[at].key.clone();
        self.take(&key)
    }
}

impl DataWindow for Rank {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let scope = Scope::of_event(event, now);
        let (key, sort) = (
            eval_all(&self.unique, &scope)?,
            eval_all(&self.keys, &scope)?,
        );
        delta.new.push(event.clone());
        delta.old.extend(self.take(&key));
        self.put(sort, key, event.clone());
        if self.ranked.len() > self.size {
            delta.old.extend(self.take_last());
        }
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let held = self.ranked.iter().find(|r| r.event.sequence == sequence);
        let key = held.map(|r| r.key.clone());
        key.and_then(|key| self.take(&key)).is_some()
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn contents(&self) -> Vec<EventRef> {
        self.ranked.iter().map(|r| r.event.clone()).collect()
    }

    /// In the order of arrival, which decides among equals.
    fn save(&self, to: &mut Encoder) {
        let mut ranked: Vec<&Ranked> = self.ranked.iter().collect();
        ranked.sort_by_key(|r| r.place.1);
        to.list(ranked.into_iter(), |to, ranked| {
            to.values(&ranked.place.0);
            to.values(&ranked.key);
            ranked.event.save(to);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let entry =
            |from: &mut Decoder<'_>| Ok((from.values()?, from.values()?, Event::load(from)?));
        for (sort, key, event) in from.list(entry)? {
            self.put(sort, key, event);
        }
        Ok(())
    }
}
