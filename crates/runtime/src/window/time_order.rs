//! `#time_order(t, p)`: events in the order of their own timestamps, each until the clock is p
//! past its timestamp. One that is too old already enters and leaves in one step.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::ext_timed::timestamp_of;
use super::leaving::Leaving;
use super::{DataWindow, after};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;

/// State of `#time_order`: events with the instant at which each leaves, in this order; of one
/// instant, in the order of arrival.
#[derive(Debug)]
pub struct TimeOrder {
    timestamp: Expr,
    period: Period,
    events: Leaving,
}

impl TimeOrder {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period) -> TimeOrder {
        TimeOrder {
            timestamp,
            period,
            events: Leaving::default(),
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
        self.events.sort_in(leaves, event.clone());
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.events.due()
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        self.events.let_go(now, &mut delta.old);
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.events.remove(sequence)
    }

    fn is_ordered(&self) -> bool {
        true
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
