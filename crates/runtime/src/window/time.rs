//! `#time(p)`: an event that entered at t leaves when the clock reaches t+p.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use super::{DataWindow, after};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#time`: events with the instant at which each leaves, oldest first.
#[derive(Debug)]
pub struct Time {
    period: Period,
    events: VecDeque<(Millis, EventRef)>,
}

impl Time {
    /// An empty window.
    pub fn new(period: Period) -> Time {
        Time {
            period,
            events: VecDeque::new(),
        }
    }
}

impl DataWindow for Time {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.events
            .push_back((after(now, self.period), event.clone()));
        delta.new.push(event.clone());
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
