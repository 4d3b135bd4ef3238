//! `#ext_timed(t, p)`: as `#time`, by the events' own timestamps. Events leave when an event
//! with a late enough timestamp arrives; late events are appended, not sorted in.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::{DataWindow, after};
use crate::eval::{Scope, eval};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#ext_timed`: events with the timestamp at which each leaves.
#[derive(Debug)]
pub struct ExtTimed {
    timestamp: Expr,
    period: Period,
    events: VecDeque<(Millis, EventRef)>,
}

impl ExtTimed {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period) -> ExtTimed {
        ExtTimed {
            timestamp,
            period,
            events: VecDeque::new(),
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
        while let Some((_, old)) = self.events.pop_front_if(|(leaves, _)| *leaves <= timestamp) {
            delta.old.push(old);
        }
        self.events
            .push_back((after(timestamp, self.period), event.clone()));
        Ok(())
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
