//! Rows of one instant, gathered until the clock has passed it.
//!
//! They are put into the order of their origin and contents, and numbered: what a row is called
//! outside is the instant and that number. So it depends neither on the number of tasks before nor on
//! how threads interleave, and a replay gives the same.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis, Origin};

/// What waits for the clock.
pub(super) struct Gather {
    types: Vec<Arc<EventType>>,
    /// Rows of the instant that the clock has not passed yet, by input.
    waiting: Vec<(usize, Arc<Batch>)>,
}

/// A row that the clock has passed.
pub(super) struct Gathered {
    /// Its instant, and its number among the rows of that instant, from 1.
    pub id: (Millis, u64),
    /// The batch that it stands in.
    pub batch: Arc<Batch>,
    /// Its place there.
    pub row: usize,
}

impl Gather {
    /// Nothing gathered; `types` gives the event type of each input.
    pub fn new(types: Vec<Arc<EventType>>) -> Gather {
        Gather {
            types,
            waiting: Vec::new(),
        }
    }

    /// Takes rows in.
    pub fn add(&mut self, input: usize, batch: Arc<Batch>) {
        self.waiting.push((input, batch));
    }

    /// All rows that lie before the clock, in their order.
    pub fn before(&mut self, clock: Millis) -> Vec<Gathered> {
        let mut rows: Vec<Due> = Vec::new();
        let mut kept = Vec::new();
        for (input, batch) in self.waiting.drain(..) {
            let count = batch.times().partition_point(|t| *t < clock);
            rows.extend((0..count).map(|row| {
                let identity = identity(input, &batch, row);
                (batch.times()[row], identity, Arc::clone(&batch), row)
            }));
            if count < batch.len() {
                kept.push((input, Arc::new(batch.slice(count, batch.len()))));
            }
        }
        self.waiting = kept;
        rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut last = (Millis::MIN, 0);
        let numbered = rows.into_iter().map(|(time, _, batch, row)| {
            let number = if time == last.0 { last.1 + 1 } else { 1 };
            last = (time, number);
            let id = last;
            Gathered { id, batch, row }
        });
        numbered.collect()
    }

    /// Saves what waits.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.waiting.iter(), |to, (input, batch)| {
            to.u64(*input as u64);
            to.batch(batch);
        });
    }

    /// Takes back what [`Gather::save`] gave.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let types = self.types.clone();
        self.waiting = from.list(|from| {
            let input = from.size()?;
            let ty = types.get(input).ok_or(CodecError::Corrupt("input"))?;
            Ok((input, Arc::new(from.batch(ty)?)))
        })?;
        Ok(())
    }
}

/// A row that is due, with its instant and what it is.
type Due = (Millis, (Origin, Vec<u8>), Arc<Batch>, usize);

/// What a row is: the record that brought it, its input and its contents. Rows of one instant are
/// written in the order of their records; those that the clock brought come before them.
fn identity(input: usize, batch: &Batch, row: usize) -> (Origin, Vec<u8>) {
    let mut to = Encoder::new();
    to.u64(input as u64);
    to.values(&batch.row(row));
    (batch.origins()[row], to.into_bytes())
}
