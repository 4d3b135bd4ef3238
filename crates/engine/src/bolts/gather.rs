//! Rows of one instant, gathered until no more of them can come: those that the clock brought until
//! it is there, the others until it has passed.
//!
//! They are put into the order of their origin and contents, and numbered: what a row is called
//! outside is the instant and that number. So it depends neither on the number of tasks before nor on
//! how threads interleave, and a replay gives the same. Numbers are never given twice: of an instant
//! that the clock's rows have left already, the others go on counting.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis, Origin};
use tachograph_topology::is_due;

/// What waits for the clock.
pub(super) struct Gather {
    types: Vec<Arc<EventType>>,
    /// Rows of which more may come in their instant, by input.
    waiting: Vec<(usize, Arc<Batch>)>,
    /// Instant and number of the last that was given away. Late rows lie before it.
    last: (Millis, u64),
}

/// A row whose turn has come.
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
            last: (Millis::MIN, 0),
        }
    }

    /// Takes rows in.
    pub fn add(&mut self, input: usize, batch: Arc<Batch>) {
        self.waiting.push((input, batch));
    }

    /// All rows that are due at a clock, in their order.
    pub fn due(&mut self, clock: Millis) -> Vec<Gathered> {
        let mut rows: Vec<(usize, Gathered)> = Vec::new();
        let mut kept = Vec::new();
        for (input, batch) in self.waiting.drain(..) {
            let is_due = |row: usize| is_due(batch.times()[row], batch.origins()[row], clock);
            let count = (0..batch.len()).take_while(|&row| is_due(row)).count();
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
        self.number(rows.into_iter().map(|(_, row)| row))
    }

    /// Numbers rows that stand in their order.
    fn number(&mut self, rows: impl Iterator<Item = Gathered>) -> Vec<Gathered> {
        let mut at = (Millis::MIN, 0);
        rows.map(|row| {
            let before = [at, self.last].into_iter().find(|id| id.0 == row.id.0);
            at = (row.id.0, before.map_or(1, |id| id.1 + 1));
            self.last = self.last.max(at);
            Gathered { id: at, ..row }
        })
        .collect()
    }

    /// Saves what waits.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.waiting.iter(), |to, (input, batch)| {
            to.u64(*input as u64);
            to.batch(batch);
        });
        to.i64(self.last.0);
        to.u64(self.last.1);
    }

    /// Takes back what [`Gather::save`] gave.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let types = self.types.clone();
        self.waiting = from.list(|from| {
            let input = from.size()?;
            let ty = types.get(input).ok_or(CodecError::Corrupt("input"))?;
            Ok((input, Arc::new(from.batch(ty)?)))
        })?;
        self.last = (from.i64()?, from.u64()?);
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

#[cfg(test)]
mod tests;
