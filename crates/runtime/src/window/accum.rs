//! `#time_accum(p)`: all events leave together after p without an event.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use super::{DataWindow, after, keep::remove_from};
use crate::event::{Delta, EventRef, load_events, save_events};
use crate::fault::Fault;

/// State of `#time_accum`.
#[derive(Debug)]
pub struct TimeAccum {
    period: Period,
    due: Option<Millis>,
    events: Vec<EventRef>,
}

impl TimeAccum {
    /// An empty window.
    pub fn new(period: Period) -> TimeAccum {
        TimeAccum {
            period,
            due: None,
            events: Vec::new(),
        }
    }
}

impl DataWindow for TimeAccum {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.due = Some(after(now, self.period));
        self.events.push(event.clone());
        delta.new.push(event.clone());
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.due
    }

    fn fire(&mut self, _now: Millis, delta: &mut Delta) {
        self.due = None;
        delta.old.append(&mut self.events);
    }

    fn remove(&mut self, sequence: u64) -> bool {
        remove_from(&mut self.events, sequence)
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.clone()
    }

    /// What leaves together is still there while it is posted.
    fn while_posting(&self, delta: &Delta) -> Vec<EventRef> {
        delta.old.iter().chain(&self.events).cloned().collect()
    }

    fn save(&self, to: &mut Encoder) {
        to.option(self.due, Encoder::i64);
        save_events(to, self.events.iter());
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.due = from.option(Decoder::i64)?;
        self.events = load_events(from)?;
        Ok(())
    }
}
