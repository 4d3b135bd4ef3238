//! Puts records within the lateness in order: a buffer from which what the clock has passed is
//! released by (time, position).
//!
//! State: runs of batches, each in order. A batch goes to the end of a run that it follows, or
//! begins one; what is released of several runs is merged. So a record is sorted once within its
//! batch and once when it is released, however much waits. Never: judges what is late.

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, CodecError, Decoder, Encoder, EventType, Millis};

/// Batches in order, each in order within.
type Run = VecDeque<Batch>;

/// Records that wait for the clock.
#[derive(Debug)]
pub struct Reorder {
    event_type: Arc<EventType>,
    /// None is empty.
    runs: Vec<Run>,
}

impl Reorder {
    /// An empty buffer for records of a type.
    pub fn new(event_type: Arc<EventType>) -> Reorder {
        Reorder {
            event_type,
            runs: Vec::new(),
        }
    }

    /// Takes records in, of any order; positions rise within a batch.
    pub fn add(&mut self, batch: Batch) {
        if batch.is_empty() {
            return;
        }
        let batch = match batch.times().is_sorted() {
            true => batch,
            false => self.merged(&[batch]),
        };
        let first = key(&batch, 0);
        let follows = |run: &&mut Run| run.back().is_none_or(|b| key(b, b.len() - 1) < first);
        match self.runs.iter_mut().find(follows) {
            Some(run) => run.push_back(batch),
            None => self.runs.push(VecDeque::from([batch])),
        }
    }

    /// All rows of some batches, in order.
    fn merged(&self, batches: &[Batch]) -> Batch {
        let mut rows: Vec<((Millis, u64), usize, usize)> = Vec::new();
        for (number, batch) in batches.iter().enumerate() {
            rows.extend((0..batch.len()).map(|row| (key(batch, row), number, row)));
        }
        // This sort finds the runs that are there.
        rows.sort();
        let mut builder = BatchBuilder::new(Arc::clone(&self.event_type));
        for (_, number, row) in rows {
            builder.push_from(&batches[number], row);
        }
        builder.finish()
    }

    /// Releases what lies before the clock.
    pub fn release(&mut self, clock: Millis) -> Vec<Batch> {
        let parts = self.runs.iter_mut().map(|run| pop_before(run, clock));
        let mut parts: Vec<Vec<Batch>> = parts.filter(|part| !part.is_empty()).collect();
        self.runs.retain(|run| !run.is_empty());
        match parts.len() {
            0 | 1 => parts.pop().unwrap_or_default(),
            _ => vec![self.merged(&parts.into_iter().flatten().collect::<Vec<_>>())],
        }
    }

    /// Writes what waits.
    pub fn save(&self, to: &mut Encoder) {
        let waiting: Vec<&Batch> = self.runs.iter().flatten().collect();
        to.list(waiting.iter(), |to, batch| to.batch(batch));
    }

    /// Reads what waited.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not such records.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let event_type = Arc::clone(&self.event_type);
        let waiting = from.list(|from| from.batch(&event_type))?;
        self.runs.clear();
        waiting.into_iter().for_each(|batch| self.add(batch));
        Ok(())
    }
}

/// What a row is ordered by.
fn key(batch: &Batch, row: usize) -> (Millis, u64) {
    (batch.times()[row], batch.origins()[row].position)
}

/// Takes the rows of a run that lie before the clock.
fn pop_before(run: &mut Run, clock: Millis) -> Vec<Batch> {
    let mut released = Vec::new();
    while let Some(batch) = run.pop_front() {
        let count = batch.times().partition_point(|time| *time < clock);
        if count == batch.len() {
            released.push(batch);
            continue;
        }
        if count > 0 {
            released.push(batch.slice(0, count));
        }
        run.push_front(batch.slice(count, batch.len()));
        break;
    }
    released
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tachograph_event::{Origin, Type, Value};

    use super::*;

    fn event_type() -> Arc<EventType> {
        Arc::new(EventType::new("S", [("n", Type::Int)]))
    }

    fn batch(times: &[Millis], position: &mut u64) -> Batch {
        let mut batch = BatchBuilder::new(event_type());
        for time in times {
            let origin = Origin {
                partition: 0,
                position: *position,
            };
            batch.push(*time, origin, vec![Value::Int(0)]);
            *position += 1;
        }
        batch.finish()
    }

    fn keys(batches: &[Batch]) -> Vec<(Millis, u64)> {
        let keys = |b: &Batch| -> Vec<(Millis, u64)> {
            let origins = b.origins().iter().map(|o| o.position);
            b.times().iter().copied().zip(origins).collect()
        };
        batches.iter().flat_map(keys).collect()
    }

    /// The slow twin: everything in one list that is sorted each time.
    #[derive(Default)]
    struct Sorted(Vec<(Millis, u64)>);

    impl Sorted {
        fn release(&mut self, clock: Millis) -> Vec<(Millis, u64)> {
            self.0.sort_unstable();
            let count = self.0.partition_point(|(time, _)| *time < clock);
            self.0.drain(..count).collect()
        }
    }

    proptest! {
        #[test]
        fn releases_what_sorting_everything_would(
            steps in proptest::collection::vec(
                (proptest::collection::vec(-50i64..50, 0..8), 0i64..30, any::<bool>()), 1..40
            )
        ) {
            let (mut reorder, mut twin) = (Reorder::new(event_type()), Sorted::default());
            let (mut position, mut clock) = (0, 0);
            for (times, ahead, is_saved) in steps {
                // None before the clock: such records are late, and do not come here.
                let times: Vec<Millis> = times.iter().map(|t| clock + t.abs()).collect();
                let batch = batch(&times, &mut position);
                twin.0.extend(keys(std::slice::from_ref(&batch)));
                reorder.add(batch);
                if is_saved {
                    let mut to = Encoder::new();
                    reorder.save(&mut to);
                    let bytes = to.into_bytes();
                    reorder = Reorder::new(event_type());
                    reorder.load(&mut Decoder::new(&bytes)).expect("its own state");
                }
                clock += ahead;
                prop_assert_eq!(keys(&reorder.release(clock)), twin.release(clock));
            }
            prop_assert_eq!(keys(&reorder.release(Millis::MAX)), twin.release(Millis::MAX));
        }
    }
}
