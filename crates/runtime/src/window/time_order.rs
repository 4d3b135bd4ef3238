//! `#time_order(t, p)`: events in the order of their own timestamps, each until the clock is p
//! past its timestamp. One that is too old already enters and leaves in one step.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::ext_timed::timestamp_of;
use super::{DataWindow, after};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#time_order`: events with the instant at which each leaves, in this order; of one
/// instant, in the order of arrival.
#[derive(Debug)]
pub struct TimeOrder {
    timestamp: Expr,
    period: Period,
    events: VecDeque<(Millis, EventRef)>,
}

impl TimeOrder {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period) -> TimeOrder {
        TimeOrder {
            timestamp,
            period,
            events: VecDeque::new(),
        }
    }
}

impl DataWindow for TimeOrder {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let timestamp = timestamp_of(&self.timestamp, event, now)?;
        let leaves = after(timestamp, self.period);
        delta.new.push(event.clone());
        if leaves <= now {
            delta.old.push(event.clone());
            return Ok(());
        }
        let place = self.events.partition_point(|(other, _)| *other <= leaves);
        self.events.insert(place, (leaves, event.clone()));
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.events.front().map(|(leaves, _)| *leaves)
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        while let Some((_, event)) = self.events.pop_front_if(|(leaves, _)| *leaves <= now) {
            delta.old.push(event);
        }
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let found = self.events.iter().position(|(_, e)| e.sequence == sequence);
        found.and_then(|i| self.events.remove(i)).is_some()
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.iter().map(|(_, e)| e.clone()).collect()
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.events.iter(), |to, (leaves, event)| {
            to.i64(*leaves);
            event.save(to);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.events = from
            .list(|from| Ok((from.i64()?, Event::load(from)?)))?
            .into();
        Ok(())
    }
}
