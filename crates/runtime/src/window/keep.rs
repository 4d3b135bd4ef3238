//! `#keepall`: events never leave.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};

use super::DataWindow;
use crate::event::{Delta, EventRef, load_events, save_events};
use crate::fault::Fault;

/// State of `#keepall`.
#[derive(Debug, Default)]
pub struct KeepAll {
    events: Vec<EventRef>,
}

impl DataWindow for KeepAll {
    fn insert(&mut self, event: &EventRef, _now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.events.push(event.clone());
        delta.new.push(event.clone());
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        remove_from(&mut self.events, sequence)
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.clone()
    }

    fn save(&self, to: &mut Encoder) {
        save_events(to, self.events.iter());
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.events = load_events(from)?;
        Ok(())
    }
}

/// Takes an event out of a list. True if it was there.
pub(super) fn remove_from(events: &mut Vec<EventRef>, sequence: u64) -> bool {
    let found = events.iter().position(|e| e.sequence == sequence);
    found.map(|i| events.remove(i)).is_some()
}
