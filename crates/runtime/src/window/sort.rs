//! `#sort(n, k [desc], …)`: the first n events in an order. An event that sorts behind all of a
//! full window enters and leaves in one step.

use std::cmp::Ordering;

use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value, order};
use tachograph_plan::Expr;

use super::DataWindow;
use crate::eval::{Scope, eval_all};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#sort`: events with their keys, in order.
#[derive(Debug)]
pub struct Sort {
    size: usize,
    keys: Vec<Expr>,
    descending: Vec<bool>,
    events: Vec<(Vec<Value>, EventRef)>,
}

impl Sort {
    /// An empty window.
    pub fn new(size: usize, keys: Vec<(Expr, bool)>) -> Sort {
        let (keys, descending) = keys.into_iter().unzip();
        Sort {
            size,
            keys,
            descending,
            events: Vec::new(),
        }
    }

    fn compare(&self, left: &[Value], right: &[Value]) -> Ordering {
        compare_keys(left, right, &self.descending)
    }
}

/// Compares sort keys part by part; nulls come first ascending, last descending.
pub(crate) fn compare_keys(left: &[Value], right: &[Value], descending: &[bool]) -> Ordering {
    let parts = left.iter().zip(right).zip(descending);
    let ordered = parts.map(|((l, r), descending)| {
        let ordering = order::compare_nulls_first(l, r);
        if *descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    ordered.fold(Ordering::Equal, Ordering::then)
}

impl DataWindow for Sort {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let key = eval_all(&self.keys, &Scope::of_event(event, now))?;
        // Among equals the newest comes first, so that the oldest is the one to leave.
        let place = self
            .events
            .partition_point(|(k, _)| self.compare(k, &key).is_lt());
        self.events.insert(place, (key, event.clone()));
        delta.new.push(event.clone());
        if self.events.len() > self.size {
            delta.old.extend(self.events.pop().map(|(_, e)| e));
        }
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let found = self.events.iter().position(|(_, e)| e.sequence == sequence);
        found.map(|i| self.events.remove(i)).is_some()
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.iter().map(|(_, e)| e.clone()).collect()
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.events.iter(), |to, (key, event)| {
            to.values(key);
            event.save(to);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.events = from.list(|from| Ok((from.values()?, Event::load(from)?)))?;
        Ok(())
    }
}
