//! `#time_accum(p)`: all events leave together, p after the newest of them came. An event that
//! another window refuses or lets go does not hold the others back. What leaves together is still
//! shown while it is posted.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use super::leaving::Leaving;
use super::{DataWindow, after};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;

/// State of `#time_accum`.
#[derive(Debug)]
pub struct TimeAccum {
    period: Period,
    /// Each with the instant at which it leaves if none comes after it.
    events: Leaving,
}

impl TimeAccum {
    /// An empty window.
    pub fn new(period: Period) -> TimeAccum {
        TimeAccum {
            period,
            events: Leaving::default(),
        }
    }
}

impl DataWindow for TimeAccum {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.events.push(after(now, self.period), event.clone());
        delta.new.push(event.clone());
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.events.last_due()
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        self.events.let_go(now, &mut delta.old);
        delta.lingers = true;
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.events.remove(sequence)
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.contents()
    }

    fn save(&self, to: &mut Encoder) {
        self.events.save(to);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.events.load(from)
    }
}
