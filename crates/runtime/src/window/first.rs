//! `#firstlength(n)`, `#firstevent`, `#firsttime(p)`: the first events, for ever.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use super::{DataWindow, after, keep::remove_from};
use crate::event::{Delta, EventRef, load_events, save_events};
use crate::fault::Fault;

/// State of the windows that keep what came first.
#[derive(Debug)]
pub struct First {
    size: Option<usize>,
    closes: Option<Millis>,
    events: Vec<EventRef>,
}

impl First {
    /// Keeps the first `size` events.
    pub fn length(size: usize) -> First {
        First {
            size: Some(size),
            closes: None,
            events: Vec::new(),
        }
    }

    /// Keeps the events of the first `period` after deployment.
    pub fn time(period: Period, now: Millis) -> First {
        First {
            size: None,
            closes: Some(after(now, period)),
            events: Vec::new(),
        }
    }
}

impl DataWindow for First {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let full = self.size.is_some_and(|size| self.events.len() >= size);
        let closed = self.closes.is_some_and(|closes| now >= closes);
        if !full && !closed {
            self.events.push(event.clone());
            delta.new.push(event.clone());
        }
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        remove_from(&mut self.events, sequence)
    }

    fn keeps_first(&self) -> bool {
        true
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.clone()
    }

    fn save(&self, to: &mut Encoder) {
        to.option(self.closes, Encoder::i64);
        save_events(to, self.events.iter());
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.closes = from.option(Decoder::i64)?;
        self.events = load_events(from)?;
        Ok(())
    }
}
