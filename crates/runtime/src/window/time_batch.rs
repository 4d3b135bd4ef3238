//! `#time_batch(p, …)` and `#time_length_batch(p, n, …)`.
//!
//! The interval starts with the first event (or at deployment, or on the grid of a reference
//! point). At its end the batch is posted as new and the one before as old. After an interval
//! that was empty and had nothing old left to post, the window sleeps until the next event; it
//! wakes on the old grid. With a length, a full batch is posted at once and the interval starts
//! anew.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Period, Window};

use super::batch::Batches;
use super::{DataWindow, after, next_on_grid};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#time_batch` and `#time_length_batch`.
#[derive(Debug)]
pub struct TimeBatch {
    period: Period,
    /// Batch size that posts at once.
    size: Option<usize>,
    force_update: bool,
    reference: Option<Millis>,
    due: Option<Millis>,
    batches: Batches,
}

impl TimeBatch {
    /// An empty window; `now` is the clock at deployment.
    pub fn new(window: &Window, now: Millis) -> TimeBatch {
        let (period, size, reference, force_update, start_eager) = match window {
            Window::TimeBatch {
                period,
                reference,
                force_update,
                start_eager,
            } => (*period, None, *reference, *force_update, *start_eager),
            Window::TimeLengthBatch {
                period,
                size,
                force_update,
                start_eager,
            } => (*period, Some(*size), None, *force_update, *start_eager),
            _ => unreachable!("built for batch windows alone"),
        };
        let mut state = TimeBatch {
            period,
            size,
            // What starts without an event goes on without events.
            force_update: force_update || start_eager,
            reference,
            due: None,
            batches: Batches::default(),
        };
        if start_eager {
            state.start(now);
        }
        state
    }

    fn start(&mut self, now: Millis) {
        self.due = Some(match (self.size, self.reference) {
            (None, Some(reference)) => next_on_grid(reference, self.period, now),
            _ => {
                self.reference = Some(now);
                after(now, self.period)
            }
        });
    }
}

impl DataWindow for TimeBatch {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        if self.due.is_none() {
            self.start(now);
        }
        self.batches.current.push(event.clone());
        if self
            .size
            .is_some_and(|size| self.batches.current.len() >= size)
        {
            self.batches.flush(delta);
            self.due = Some(after(now, self.period));
        }
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.due
    }

    fn fire(&mut self, now: Millis, delta: &mut Delta) {
        let empty = self.batches.is_empty();
        self.batches.flush(delta);
        delta.forced |= self.force_update;
        if empty && !self.force_update {
            self.due = None;
            return;
        }
        self.due = match (self.size, self.reference) {
            (None, Some(reference)) => Some(next_on_grid(reference, self.period, now)),
            _ => Some(after(now, self.period)),
        };
        // With nothing left to post as old, the next interval starts with an event; where a length
        // bounds the batch, one interval passes first.
        if self.size.is_none() && self.batches.is_empty() && !self.force_update {
            self.due = None;
        }
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

    fn around(&self, event: &Event) -> Vec<EventRef> {
        self.batches.around(event.sequence)
    }

    fn is_batch(&self) -> bool {
        true
    }

    fn save(&self, to: &mut Encoder) {
        to.option(self.reference, Encoder::i64);
        to.option(self.due, Encoder::i64);
        self.batches.save(to);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.reference = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        self.batches = Batches::load(from)?;
        Ok(())
    }
}
