//! Puts records within the lateness in order: a buffer from which what the clock has passed is
//! released by (time, position).

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, CodecError, Decoder, Encoder, EventType, Millis};

/// Records that wait for the clock: batches in order, each in order within.
#[derive(Debug)]
pub struct Reorder {
    event_type: Arc<EventType>,
    waiting: VecDeque<Batch>,
}

impl Reorder {
    /// An empty buffer for records of a type.
    pub fn new(event_type: Arc<EventType>) -> Reorder {
        Reorder {
            event_type,
            waiting: VecDeque::new(),
        }
    }

    /// Takes records in, of any order.
    pub fn add(&mut self, batch: Batch) {
        if batch.is_empty() {
            return;
        }
        let newest = self.waiting.back().and_then(|b| b.times().last().copied());
        let follows = newest.is_none_or(|newest| batch.times()[0] >= newest);
        if follows && batch.times().is_sorted() {
            self.waiting.push_back(batch);
            return;
        }
        self.waiting.push_back(batch);
        self.sort();
    }

    /// Sorts all that waits into one batch.
    fn sort(&mut self) {
        let mut rows: Vec<(Millis, u64, usize, usize)> = Vec::new();
        for (number, batch) in self.waiting.iter().enumerate() {
            for row in 0..batch.len() {
                let position = batch.origins()[row].position;
                rows.push((batch.times()[row], position, number, row));
            }
        }
        rows.sort_unstable();
        let mut builder = BatchBuilder::new(Arc::clone(&self.event_type));
        for (_, _, number, row) in rows {
            builder.push_from(&self.waiting[number], row);
        }
        self.waiting = VecDeque::from([builder.finish()]);
    }

    /// Releases what lies before the clock.
    pub fn release(&mut self, clock: Millis) -> Vec<Batch> {
        let mut released = Vec::new();
        while let Some(batch) = self.waiting.front() {
            let count = batch.times().partition_point(|t| *t < clock);
            if count == 0 {
                break;
            }
            let whole = count == batch.len();
            let batch = self.waiting.pop_front().expect("there is a front");
            if whole {
                released.push(batch);
            } else {
                released.push(batch.slice(0, count));
                self.waiting.push_front(batch.slice(count, batch.len()));
                break;
            }
        }
        released
    }

    /// Writes what waits.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.waiting.iter(), |to, batch| to.batch(batch));
    }

    /// Reads what waited.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not such records.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let event_type = Arc::clone(&self.event_type);
        self.waiting = from.list(|from| from.batch(&event_type))?.into();
        Ok(())
    }
}
