//! `#time(p)`: an event that entered at t leaves when the clock reaches t+p.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use super::leaving::Leaving;
use super::{DataWindow, after};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;

/// State of `#time`: events with the instant at which each leaves, oldest first.
#[derive(Debug)]
pub struct Time {
    period: Period,
    events: Leaving,
}

impl Time {
    /// An empty window.
    pub fn new(period: Period) -> Time {
        Time {
            period,
            events: Leaving::default(),
        }
    }
}

impl DataWindow for Time {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.events.push(after(now, self.period), event.clone());
        delta.new.push(event.clone());
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.events.due()
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        self.events.let_go(now, &mut delta.old);
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.events.vacate(sequence)
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
