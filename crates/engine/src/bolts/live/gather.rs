//! Rows of one instant, gathered until the clock has passed it.
//!
//! They are put into the order of their contents and numbered: the id of a stream's entry is the
//! instant and that number. So it depends neither on the number of tasks before nor on how threads
//! interleave, and a replay gives the same.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_live::Effect;

use super::write::Write;

/// What waits for the clock, and what is to be written for it.
pub(super) struct Gather {
    writes: Vec<Write>,
    types: Vec<Arc<EventType>>,
    /// Rows of the instant that the clock has not passed yet, by input.
    waiting: Vec<(usize, Arc<Batch>)>,
}

/// Effects of rows in their order.
#[derive(Default)]
pub(super) struct Effects {
    /// The effects.
    pub effects: Vec<Effect>,
    /// Writes that have no value, and why the first has none.
    pub faults: (u64, Option<String>),
}

/// A row with its instant and what it is.
type Row = (Millis, Vec<u8>, Arc<Batch>, usize);

impl Gather {
    /// Nothing gathered; `types` gives the event type of each input.
    pub fn new(writes: Vec<Write>, types: Vec<Arc<EventType>>) -> Gather {
        Gather {
            writes,
            types,
            waiting: Vec::new(),
        }
    }

    /// Takes rows in.
    pub fn add(&mut self, input: usize, batch: Arc<Batch>) {
        self.waiting.push((input, batch));
    }

    /// The effects of all rows that lie before the clock; `now` is the wall time in ms.
    pub fn before(&mut self, clock: Millis, now: u64) -> Effects {
        let mut rows: Vec<Row> = Vec::new();
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
        self.effects(&rows, now)
    }

    fn effects(&self, rows: &[Row], now: u64) -> Effects {
        let mut all = Effects::default();
        let (mut instant, mut number) = (Millis::MIN, 0);
        for (time, _, batch, row) in rows {
            number = if *time == instant { number + 1 } else { 1 };
            instant = *time;
            let id = (u64::try_from(*time).unwrap_or(0), number);
            for write in &self.writes {
                match write.effect(batch, *row, id, now) {
                    Ok(effect) => all.effects.push(effect),
                    Err(fault) => {
                        all.faults.0 += 1;
                        all.faults.1.get_or_insert(fault.0);
                    }
                }
            }
        }
        all
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

/// What a row is: its input and its contents.
fn identity(input: usize, batch: &Batch, row: usize) -> Vec<u8> {
    let mut to = Encoder::new();
    to.u64(input as u64);
    to.values(&batch.row(row));
    to.into_bytes()
}
