//! `#ext_timed_batch(t, p, reference)`: batches by the events' own timestamps. A batch is posted
//! when an event of a later interval arrives; that event opens the next batch.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::batch::Batches;
use super::ext_timed::timestamp_of;
use super::{DataWindow, next_on_grid};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#ext_timed_batch`.
#[derive(Debug)]
pub struct ExtTimedBatch {
    timestamp: Expr,
    period: Period,
    reference: Option<Millis>,
    /// End of the interval that is being gathered.
    end: Option<Millis>,
    batches: Batches,
}

impl ExtTimedBatch {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period, reference: Option<Millis>) -> ExtTimedBatch {
        ExtTimedBatch {
            timestamp,
            period,
            reference,
            end: None,
            batches: Batches::default(),
        }
    }
}

impl DataWindow for ExtTimedBatch {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let timestamp = timestamp_of(&self.timestamp, event, now)?;
        let reference = *self.reference.get_or_insert(timestamp);
        let end = *self
            .end
            .get_or_insert_with(|| next_on_grid(reference, self.period, timestamp));
        if timestamp >= end {
            self.batches.flush(delta);
            self.end = Some(next_on_grid(reference, self.period, timestamp));
        }
        self.batches.current.push(event.clone());
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        self.batches.remove(sequence)
    }

    fn contents(&self) -> Vec<EventRef> {
        self.batches.current.clone()
    }

    /// The event that ends a batch has opened the next one, which is what is iterated.
    fn while_posting(&self, _delta: &Delta) -> Vec<EventRef> {
        self.contents()
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
        to.option(self.end, Encoder::i64);
        self.batches.save(to);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.reference = from.option(Decoder::i64)?;
        self.end = from.option(Decoder::i64)?;
        self.batches = Batches::load(from)?;
        Ok(())
    }
}
