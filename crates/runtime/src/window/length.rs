//! `#length(n)`: the last n events; `#lastevent`: the last one.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};

use super::DataWindow;
use crate::event::{Delta, EventRef, load_events, save_events};
use crate::fault::Fault;

/// State of `#length`.
#[derive(Debug)]
pub struct Length {
    size: usize,
    events: VecDeque<EventRef>,
}

impl Length {
    /// An empty window of `size` events.
    pub fn new(size: usize) -> Length {
        Length {
            size,
            events: VecDeque::new(),
        }
    }
}

impl DataWindow for Length {
    fn insert(&mut self, event: &EventRef, _now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.events.push_back(event.clone());
        delta.new.push(event.clone());
        while self.events.len() > self.size {
            delta.old.extend(self.events.pop_front());
        }
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let found = self.events.iter().position(|e| e.sequence == sequence);
        found.and_then(|i| self.events.remove(i)).is_some()
    }

    fn contents(&self) -> Vec<EventRef> {
        self.events.iter().cloned().collect()
    }

    fn save(&self, to: &mut Encoder) {
        save_events(to, self.events.iter());
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.events = load_events(from)?.into();
        Ok(())
    }
}

/// State of `#lastevent`.
#[derive(Debug, Default)]
pub struct LastEvent {
    event: Option<EventRef>,
}

impl DataWindow for LastEvent {
    fn insert(&mut self, event: &EventRef, _now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        delta.new.push(event.clone());
        delta.old.extend(self.event.replace(event.clone()));
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.event.take_if(|e| e.sequence == sequence).is_some()
    }

    fn contents(&self) -> Vec<EventRef> {
        self.event.iter().cloned().collect()
    }

    fn save(&self, to: &mut Encoder) {
        save_events(to, self.event.iter());
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.event = load_events(from)?.pop();
        Ok(())
    }
}
