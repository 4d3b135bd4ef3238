//! Merges the channels of a task by (time, partition, position), up to the slowest clock.
//!
//! A channel that is left out (idle, or ended) does not hold the others up. Rows before the
//! slowest clock are released; when every channel is left out, rows before the fastest.

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
    left_out: bool,
    waiting: VecDeque<Arc<Batch>>,
}

/// The state of a task's merge.
#[derive(Debug)]
pub struct Merge {
    channels: Vec<Channel>,
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
            left_out: false,
            waiting: VecDeque::new(),
        };
        Merge {
            channels: channels.into_iter().map(channel).collect(),
        }
    }

    /// Rows arrive on a channel, none before its clock.
    pub fn add(&mut self, channel: usize, batch: Arc<Batch>) {
        self.channels[channel].left_out = false;
        self.channels[channel].waiting.push_back(batch);
    }

    /// A channel's clock moves.
    pub fn clock(&mut self, channel: usize, clock: Millis) {
        let channel = &mut self.channels[channel];
        channel.clock = channel.clock.max(clock);
        channel.left_out = false;
    }

    /// A channel is left out until it speaks again.
    pub fn leave_out(&mut self, channel: usize) {
        self.channels[channel].left_out = true;
    }

    /// Are all channels left out?
    pub fn all_left_out(&self) -> bool {
        self.channels.iter().all(|c| c.left_out)
    }

    /// Rows that wait on a channel.
    pub fn waiting(&self, channel: usize) -> usize {
        self.channels[channel].waiting.iter().map(|b| b.len()).sum()
    }

    /// The task's clock.
    pub fn now(&self) -> Millis {
        let held = self
            .channels
            .iter()
            .filter(|c| !c.left_out)
            .map(|c| c.clock);
        let all = self.channels.iter().map(|c| c.clock);
        held.min().or(all.max()).unwrap_or(BEGINNING)
    }

    /// Releases the rows before the task's clock, as (input, rows).
    pub fn release(&mut self) -> Vec<(usize, Arc<Batch>)> {
        self.release_before(self.now())
    }

    /// Releases all rows: nothing will come that could stand before them.
    pub fn release_rest(&mut self) -> Vec<(usize, Arc<Batch>)> {
        self.release_before(Millis::MAX)
    }

    fn release_before(&mut self, clock: Millis) -> Vec<(usize, Arc<Batch>)> {
        if let [channel] = &mut self.channels[..] {
            let mut released = Vec::new();
            while let Some(part) = pop_before(channel, clock, None) {
                released.push((channel.input, part));
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
            let time = *batch.times().first()?;
            (time < clock).then(|| (time, batch.origins()[0], number))
        };
        heads.filter_map(head).min()
    }

    /// Writes what waits.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.channels.iter(), |to, channel| {
            to.i64(channel.clock);
            to.bool(channel.left_out);
            to.list(channel.waiting.iter(), |to, batch| to.batch(batch));
        });
    }

    /// Reads what waited.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this merge's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        if from.size()? != self.channels.len() {
            return Err(CodecError::Corrupt("number of channels"));
        }
        for channel in &mut self.channels {
            channel.clock = from.i64()?;
            channel.left_out = from.bool()?;
            let event_type = Arc::clone(&channel.event_type);
            let batches = from.list(|from| from.batch(&event_type))?;
            channel.waiting = batches.into_iter().map(Arc::new).collect();
        }
        Ok(())
    }
}

/// Takes the rows of the front batch that lie before the clock and before another channel's head.
fn pop_before(channel: &mut Channel, clock: Millis, bound: Option<Head>) -> Option<Arc<Batch>> {
    let batch = channel.waiting.front()?;
    let before = |row: usize| {
        let time = batch.times()[row];
        let first = bound.is_none_or(|(t, origin, _)| (time, batch.origins()[row]) < (t, origin));
        time < clock && (first || row == 0)
    };
    let count = count_while(batch.len(), before);
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
