//! Merges the channels of a task by (time, partition, position), up to the slowest clock.
//!
//! A channel that has ended does not hold the others up. Rows before the slowest clock are
//! released; when every channel has ended, rows before the fastest. So are rows that the clock
//! brought ([`Origin::CLOCK`]) at that very instant: they come before all other rows of it, and a
//! channel gives them before it says that its clock is there. A single channel has its order already.
//!
//! State: the channels' clocks, the rows that wait, and how far rows were released. Whether a
//! channel has ended is no part of a checkpoint: its executor says so again, or goes on.

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis, Origin};

use crate::partition_clock::BEGINNING;

/// One upstream executor, as the task sees it.
#[derive(Debug)]
struct Channel {
    input: usize,
    event_type: Arc<EventType>,
    clock: Millis,
    has_ended: bool,
    waiting: VecDeque<Arc<Batch>>,
}

/// The state of a task's merge.
#[derive(Debug)]
pub struct Merge {
    channels: Vec<Channel>,
    /// Rows before this instant have been released.
    reached: Millis,
}

/// A head row of a channel: what the order is made of.
type Head = (Millis, Origin, usize);

impl Merge {
    /// Channels, each with the number of the bolt's input that it feeds and that input's type.
    pub fn new(channels: impl IntoIterator<Item = (usize, Arc<EventType>)>) -> Merge {
        let channel = |(input, event_type)| Channel {
            input,
            event_type,
            clock: BEGINNING,
            has_ended: false,
            waiting: VecDeque::new(),
        };
        Merge {
            channels: channels.into_iter().map(channel).collect(),
            reached: BEGINNING,
        }
    }

    /// Rows arrive on a channel, none before its clock.
    pub fn add(&mut self, channel: usize, batch: Arc<Batch>) {
        self.channels[channel].waiting.push_back(batch);
    }

    /// A channel's clock moves.
    pub fn clock(&mut self, channel: usize, clock: Millis) {
        let channel = &mut self.channels[channel];
        channel.clock = channel.clock.max(clock);
    }

    /// Nothing more will come on a channel.
    pub fn end(&mut self, channel: usize) {
        self.channels[channel].has_ended = true;
    }

    /// Rows that wait on a channel.
    pub fn waiting(&self, channel: usize) -> usize {
        self.channels[channel].waiting.iter().map(|b| b.len()).sum()
    }

    /// The task's clock, which never goes back: not even after a restart, while one that has ended
    /// has not said so again.
    pub fn now(&self) -> Millis {
        let held = self
            .channels
            .iter()
            .filter(|c| !c.has_ended)
            .map(|c| c.clock);
        let all = self.channels.iter().map(|c| c.clock);
        let clock = held.min().or(all.max());
        clock.map_or(self.reached, |clock| clock.max(self.reached))
    }

    /// Releases the rows that nothing can come before any more, as (input, rows).
    pub fn release(&mut self) -> Vec<(usize, Arc<Batch>)> {
        self.reached = self.now();
        self.release_before(self.reached)
    }

    /// Releases all rows: nothing will come that could stand before them.
    pub fn release_rest(&mut self) -> Vec<(usize, Arc<Batch>)> {
        self.release_before(Millis::MAX)
    }

    fn release_before(&mut self, clock: Millis) -> Vec<(usize, Arc<Batch>)> {
        if let [channel] = &mut self.channels[..] {
            let mut released = Vec::new();
            while let Some(batch) = channel.waiting.pop_front() {
                released.push((channel.input, batch));
            }
            return released;
        }
        let mut runs = Vec::new();
        while let Some((_, _, number)) = self.least_head(clock, None) {
            let bound = self.least_head(clock, Some(number));
            let channel = &mut self.channels[number];
            match pop_before(channel, clock, bound) {
                Some(part) => runs.push((channel.input, part)),
                None => break,
            }
        }
        joined(runs)
    }

    fn least_head(&self, clock: Millis, except: Option<usize>) -> Option<Head> {
        let heads = self.channels.iter().enumerate();
        let head = |(number, channel): (usize, &Channel)| {
            let batch = channel.waiting.front().filter(|_| Some(number) != except)?;
            let (time, origin) = (*batch.times().first()?, batch.origins()[0]);
            is_due(time, origin, clock).then_some((time, origin, number))
        };
        heads.filter_map(head).min()
    }

    /// Writes what waits.
    pub fn save(&self, to: &mut Encoder) {
        to.i64(self.reached);
        to.list(self.channels.iter(), |to, channel| {
            to.i64(channel.clock);
            to.list(channel.waiting.iter(), |to, batch| to.batch(batch));
        });
    }

    /// Reads what waited.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this merge's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.reached = from.i64()?;
        if from.size()? != self.channels.len() {
            return Err(CodecError::Corrupt("number of channels"));
        }
        for channel in &mut self.channels {
            channel.clock = from.i64()?;
            let event_type = Arc::clone(&channel.event_type);
            let batches = from.list(|from| from.batch(&event_type))?;
            channel.waiting = batches.into_iter().map(Arc::new).collect();
        }
        Ok(())
    }
}

/// Can no row that comes before this one still come, where the clock has been announced? What the
/// clock brought at an instant is complete when it is there; all else of that instant when it has
/// passed.
pub fn is_due(time: Millis, origin: Origin, clock: Millis) -> bool {
    time < clock || (time == clock && origin == Origin::CLOCK)
}

/// Takes the rows of the front batch that are due and lie before another channel's head.
fn pop_before(channel: &mut Channel, clock: Millis, bound: Option<Head>) -> Option<Arc<Batch>> {
    let batch = channel.waiting.front()?;
    let is_first = |row: usize| {
        let head = (batch.times()[row], batch.origins()[row]);
        row == 0 || bound.is_none_or(|(time, origin, _)| head < (time, origin))
    };
    let past = count_while(batch.len(), |row| {
        batch.times()[row] < clock && is_first(row)
    });
    let now = (past..batch.len()).take_while(|&row| {
        is_due(batch.times()[row], batch.origins()[row], clock) && is_first(row)
    });
    let count = past + now.count();
    if count == 0 {
        return None;
    }
    let batch = channel.waiting.pop_front()?;
    if count == batch.len() {
        return Some(batch);
    }
    channel
        .waiting
        .push_front(Arc::new(batch.slice(count, batch.len())));
    Some(Arc::new(batch.slice(0, count)))
}

/// How many rows from the start pass a test that holds up to some row and not after it.
fn count_while(len: usize, test: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = (low + high) / 2;
        if test(middle) {
            low = middle + 1
        } else {
            high = middle
        }
    }
    low
}

/// Joins adjoining runs of one input into batches, so that interleaved channels do not make
/// many small ones.
fn joined(runs: Vec<(usize, Arc<Batch>)>) -> Vec<(usize, Arc<Batch>)> {
    let neighbours = runs.chunk_by(|(input, _), (other, _)| input == other);
    let join = |runs: &[(usize, Arc<Batch>)]| match runs {
        [(input, batch)] => (*input, Arc::clone(batch)),
        runs => {
            let parts: Vec<Arc<Batch>> = runs.iter().map(|(_, part)| Arc::clone(part)).collect();
            (runs[0].0, Arc::new(Batch::concat(&parts)))
        }
    };
    neighbours.map(join).collect()
}

#[cfg(test)]
mod tests {
    use tachograph_event::{BatchBuilder, Type, Value};

    use super::*;

    /// Rows of one instant, by number; negative ones are the clock's.
    fn batch(time: Millis, numbers: &[i32]) -> Arc<Batch> {
        let mut batch = BatchBuilder::new(event_type());
        for number in numbers {
            let record = |position| Origin {
                partition: 0,
                position,
            };
            let origin = u64::try_from(*number).map_or(Origin::CLOCK, record);
            batch.push(time, origin, vec![Value::Int(*number)]);
        }
        Arc::new(batch.finish())
    }

    fn event_type() -> Arc<EventType> {
        Arc::new(EventType::new("S", [("n", Type::Int)]))
    }

    fn numbers(released: Vec<(usize, Arc<Batch>)>) -> Vec<Value> {
        let rows = |(_, batch): &(usize, Arc<Batch>)| -> Vec<Value> {
            (0..batch.len())
                .map(|row| batch.row(row)[0].clone())
                .collect()
        };
        released.iter().flat_map(rows).collect()
    }

    fn ints(numbers: &[i32]) -> Vec<Value> {
        numbers.iter().map(|n| Value::Int(*n)).collect()
    }

    #[test]
    fn what_the_clock_brought_does_not_wait_for_the_next_instant() {
        let mut merge = Merge::new([(0, event_type()), (0, event_type())]);
        merge.add(0, batch(10, &[-2, 7]));
        merge.clock(0, 11);
        merge.add(1, batch(10, &[-1]));
        assert_eq!(numbers(merge.release()), ints(&[]));
        merge.clock(1, 10);
        assert_eq!(numbers(merge.release()), ints(&[-2, -1]));
        merge.add(1, batch(10, &[3]));
        assert_eq!(numbers(merge.release()), ints(&[]));
        merge.clock(1, 11);
        assert_eq!(numbers(merge.release()), ints(&[3, 7]));
    }

    #[test]
    fn a_single_channel_waits_for_no_one() {
        let mut merge = Merge::new([(0, event_type())]);
        merge.add(0, batch(10, &[5]));
        assert_eq!(numbers(merge.release()), ints(&[5]));
    }
}
