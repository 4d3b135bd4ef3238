//! `#unique(k, …)`: the last event of each key; `#firstunique(k, …)`: the first.

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::Expr;

use super::DataWindow;
use crate::eval::{Scope, eval_all};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;
use crate::hash::FixedHash;

/// State of `#unique` and `#firstunique`: an event a key, in the order of the keys' first events.
#[derive(Debug)]
pub struct Unique {
    keys: Vec<Expr>,
    keep_first: bool,
    slots: HashMap<Vec<Value>, u64, FixedHash>,
    events: std::collections::BTreeMap<u64, (Vec<Value>, EventRef)>,
    next_slot: u64,
}

impl Unique {
    /// An empty window.
    pub fn new(keys: Vec<Expr>, keep_first: bool) -> Unique {
        Unique {
            keys,
            keep_first,
            slots: HashMap::with_hasher(FixedHash::default()),
            events: Default::default(),
            next_slot: 0,
        }
    }

    fn put(&mut self, key: Vec<Value>, event: EventRef) {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.slots.insert(key.clone(), slot);
        self.events.insert(slot, (key, event));
    }
}

impl DataWindow for Unique {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let key = eval_all(&self.keys, &Scope::of_event(event, now))?;
        match self.slots.get(&key) {
            Some(_) if self.keep_first => return Ok(()),
            Some(slot) => {
                let held = &mut self.events.get_mut(slot).expect("a slot has an event").1;
                delta.old.push(std::mem::replace(held, event.clone()));
            }
            None => self.put(key, event.clone()),
        }
        delta.new.push(event.clone());
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let mut held = self.events.iter();
        let Some((&slot, _)) = held.find(|(_, (_, e))| e.sequence == sequence) else {
            return false;
        };
        if let Some((key, _)) = self.events.remove(&slot) {
            self.slots.remove(&key);
        }
        true
    }

    fn keeps_first(&self) -> bool {
        self.keep_first
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.values().map(|(_, e)| e.clone()).collect()
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.events.values(), |to, (key, event)| {
            to.values(key);
            event.save(to);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        for (key, event) in from.list(|from| Ok((from.values()?, Event::load(from)?)))? {
            self.put(key, event);
        }
        Ok(())
    }
}
