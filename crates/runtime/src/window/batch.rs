//! `#length_batch(n)`: posts n events together, the batch before them as old.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};

use super::{DataWindow, keep::remove_from};
use crate::event::{Delta, EventRef, load_events, save_events};
use crate::fault::Fault;

/// The batch that is being gathered and the one that was posted last.
#[derive(Debug, Default)]
pub struct Batches {
    /// Not yet posted.
    pub current: Vec<EventRef>,
    /// Posted last, not yet posted as old.
    pub last: Vec<EventRef>,
}

impl Batches {
    /// Posts the current batch as new and the last as old.
    pub fn flush(&mut self, delta: &mut Delta) {
        let current = std::mem::take(&mut self.current);
        delta.new.extend(current.iter().cloned());
        delta.old.append(&mut self.last);
        self.last = current;
    }

    /// True where neither batch has an event.
    pub fn is_empty(&self) -> bool {
        self.current.is_empty() && self.last.is_empty()
    }

    /// Takes an event out that was not posted yet. True if it was here.
    pub fn remove(&mut self, sequence: u64) -> bool {
        remove_from(&mut self.current, sequence)
    }

    /// The events of both batches.
    pub fn unreleased(&self) -> Vec<EventRef> {
        self.last.iter().chain(&self.current).cloned().collect()
    }

    /// What iterating and `prev` see: the gathering batch, or the posted one that holds the event.
    pub fn around(&self, sequence: u64) -> Vec<EventRef> {
        let posted = self.last.iter().any(|e| e.sequence == sequence);
        if posted {
            self.last.clone()
        } else {
            self.current.clone()
        }
    }

    /// Writes both batches.
    pub fn save(&self, to: &mut Encoder) {
        save_events(to, self.current.iter());
        save_events(to, self.last.iter());
    }

    /// Reads both batches.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not two lists of events.
    pub fn load(from: &mut Decoder<'_>) -> Result<Batches, CodecError> {
        Ok(Batches {
            current: load_events(from)?,
            last: load_events(from)?,
        })
    }
}

/// State of `#length_batch`.
#[derive(Debug)]
pub struct LengthBatch {
    size: usize,
    batches: Batches,
}

impl LengthBatch {
    /// An empty window of `size` events.
    pub fn new(size: usize) -> LengthBatch {
        LengthBatch {
            size,
            batches: Batches::default(),
        }
    }
}

impl DataWindow for LengthBatch {
    fn insert(&mut self, event: &EventRef, _now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        self.batches.current.push(event.clone());
        if self.batches.current.len() >= self.size {
            self.batches.flush(delta);
        }
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.batches.remove(sequence)
    }

    fn contents(&self) -> Vec<EventRef> {
        self.batches.current.clone()
    }

    fn unreleased(&self) -> Vec<EventRef> {
        self.batches.unreleased()
    }

    fn around(&self, event: &crate::event::Event) -> Vec<EventRef> {
        self.batches.around(event.sequence)
    }

    fn is_batch(&self) -> bool {
        true
    }

    fn save(&self, to: &mut Encoder) {
        self.batches.save(to);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.batches = Batches::load(from)?;
        Ok(())
    }
}
