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
pub struct Gathered {
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
        let mut rows: Vec<(usize, Gathered)> = Vec::new();
        let mut kept = Vec::new();
        for (input, batch) in self.waiting.drain(..) {
            let count = batch.times().partition_point(|t| *t < clock);
            rows.extend(first(&batch, count).map(|row| (input, row)));
            if count < batch.len() {
                kept.push((input, Arc::new(batch.slice(count, batch.len()))));
            }
        }
        self.waiting = kept;
        rows.sort_by(|(a_input, a), (b_input, b)| {
            let same = || contents(*a_input, a).cmp(&contents(*b_input, b));
            (a.id.0, a.origin())
                .cmp(&(b.id.0, b.origin()))
                .then_with(same)
        });
        number(rows.into_iter().map(|(_, row)| row))
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

/// The first rows of a batch, so many, each as the first of its instant.
pub(super) fn first(batch: &Arc<Batch>, count: usize) -> impl Iterator<Item = Gathered> {
    (0..count).map(|row| Gathered {
        id: (batch.times()[row], 1),
        batch: Arc::clone(batch),
        row,
    })
}

/// Numbers rows that stand in their order.
fn number(rows: impl Iterator<Item = Gathered>) -> Vec<Gathered> {
    let mut last = (Millis::MIN, 0);
    rows.map(|row| {
        let number = if row.id.0 == last.0 { last.1 + 1 } else { 1 };
        last = (row.id.0, number);
        Gathered { id: last, ..row }
    })
    .collect()
}

impl Gathered {
    /// The record that brought it. Rows of one instant are written in the order of their records;
    /// those that the clock brought come before them.
    fn origin(&self) -> Origin {
        self.batch.origins()[self.row]
    }
}

/// What tells rows of one record apart.
fn contents(input: usize, row: &Gathered) -> Vec<u8> {
    let mut to = Encoder::new();
    to.u64(input as u64);
    to.values(&row.batch.row(row.row));
    to.into_bytes()
}
