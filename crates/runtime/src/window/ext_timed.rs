//! `#ext_timed(t, p)`: as `#time`, by the events' own timestamps. Events leave when an event
//! with a late enough timestamp arrives; late events are appended, not sorted in.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::leaving::Leaving;
use super::{DataWindow, after};
use crate::eval::{Scope, eval};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;

/// State of `#ext_timed`: events with the timestamp at which each leaves.
#[derive(Debug)]
pub struct ExtTimed {
    timestamp: Expr,
    period: Period,
    events: Leaving,
}

impl ExtTimed {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period) -> ExtTimed {
        ExtTimed {
            timestamp,
            period,
            events: Leaving::default(),
        }
    }
}

/// An event's own timestamp, in milliseconds.
pub(super) fn timestamp_of(expr: &Expr, event: &EventRef, now: Millis) -> Result<Millis, Fault> {
    let value = eval(expr, &Scope::of_event(event, now))?;
    let missing = || Fault("the timestamp of an event is null".into());
    value.as_i64().ok_or_else(missing)
}

impl DataWindow for ExtTimed {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let timestamp = timestamp_of(&self.timestamp, event, now)?;
        delta.new.push(event.clone());
        self.events.let_go(timestamp, &mut delta.old);
        let leaves = after(timestamp, self.period);
        self.events.push(leaves, event.clone());
        Ok(())
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
