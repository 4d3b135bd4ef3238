//! The coordinator asks for checkpoints, gathers their parts, and writes them.
//!
//! An executor whose sources have all ended gives one last part. Its state never changes again, so
//! that part stands in every later checkpoint: a file that has been read to its end does not keep
//! the checkpoints of what still runs from becoming whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use tachograph_event::Millis;
use tachograph_time::Clock;

use super::{Control, FINAL, Part};
use crate::bolt::CheckpointId;
use crate::keeper::{Checkpoint, Keeper};
use crate::metrics::Metrics;

pub(crate) struct Coordinator {
    pub keeper: Arc<dyn Keeper>,
    /// Names of all parts, by number.
    pub names: Vec<String>,
    pub control: Arc<Control>,
    pub metrics: Arc<Metrics>,
    pub parts: Receiver<Part>,
    /// A message, or its sender's end, asks for a last checkpoint.
    pub stop: Receiver<()>,
    pub clock: Arc<dyn Clock>,
    /// Time between checkpoints, in ms.
    pub every: Millis,
    /// When a checkpoint was asked for last, or else the topology started.
    pub last: Millis,
    /// Newest whole checkpoint.
    pub newest: CheckpointId,
}

/// What has arrived of the checkpoint that is asked for, and of executors that have ended.
#[derive(Default)]
struct Gathered {
    id: CheckpointId,
    open: BTreeMap<usize, Part>,
    last: BTreeMap<usize, Part>,
    /// Bytes of last parts whose work has been done.
    done: BTreeMap<usize, Vec<u8>>,
    /// Where the reading of each partition goes on, by the name of its part.
    positions: BTreeMap<String, u64>,
}

impl Gathered {
    /// Takes a part in. One of an older checkpoint is of no use any more.
    fn add(&mut self, part: Part) {
        match part.id {
            FINAL => self.last.insert(part.number, part),
            id if id >= self.id => {
                if id > self.id {
                    self.open.clear();
                }
                self.id = id;
                self.open.insert(part.number, part)
            }
            _ => None,
        };
    }

    fn has_ended(&self, number: usize) -> bool {
        self.last.contains_key(&number) || self.done.contains_key(&number)
    }

    /// Have all executors ended?
    fn is_final(&self, count: usize) -> bool {
        (0..count).all(|number| self.has_ended(number))
    }

    /// Has every executor that has not ended given its part of checkpoint `id`?
    fn is_whole(&self, id: CheckpointId, count: usize) -> bool {
        let is_there = |n| (self.id == id && self.open.contains_key(&n)) || self.has_ended(n);
        (0..count).all(is_there)
    }
}

impl Coordinator {
    /// Runs until the sources have ended, a stop was asked for, or an executor failed.
    pub fn run(mut self) {
        let mut gathered = Gathered::default();
        let (mut asked, mut stopping) = (false, false);
        while !self.control.is_stopped() {
            match self.parts.recv_timeout(Duration::from_millis(20)) {
                Ok(part) => gathered.add(part),
                Err(RecvTimeoutError::Disconnected) if !gathered.is_final(self.names.len()) => {
                    break;
                }
                Err(_) => {}
            }
            match self.complete(&mut gathered, stopping) {
                Ok(false) => {}
                Ok(true) => break,
                Err(message) => self.control.fail(message),
            }
            asked |= self.stop.try_recv() != Err(TryRecvError::Empty);
            let now = self.clock.now();
            // One at a time: a task never meets the barriers of two.
            if !self.is_open() && (asked || now - self.last >= self.every) {
                self.last = now;
                stopping = asked;
                self.control.requested.fetch_add(1, Ordering::SeqCst);
            }
        }
        self.control.stop.store(true, Ordering::SeqCst);
    }

    /// Is a checkpoint asked for that is not complete?
    fn is_open(&self) -> bool {
        self.control.requested.load(Ordering::SeqCst) > self.newest
    }

    /// Writes a checkpoint whose parts are all there. True where it was the last one.
    fn complete(&mut self, gathered: &mut Gathered, stopping: bool) -> Result<bool, String> {
        let count = self.names.len();
        if gathered.is_final(count) {
            let id = self.control.requested.fetch_add(1, Ordering::SeqCst) + 1;
            gathered.open.clear();
            return self.write(id, gathered).map(|()| true);
        }
        let asked = self.control.requested.load(Ordering::SeqCst);
        if !self.is_open() || !gathered.is_whole(asked, count) {
            return Ok(false);
        }
        self.write(asked, gathered).map(|()| stopping)
    }

    /// Does the rest of every part's work and writes the checkpoint.
    fn write(&mut self, id: CheckpointId, gathered: &mut Gathered) -> Result<(), String> {
        let work = |part: Part| {
            let fault = |error| format!("checkpoint {id}: {error}");
            (part.job)()
                .map(|bytes| (part.number, bytes))
                .map_err(fault)
        };
        let open = std::mem::take(&mut gathered.open);
        let pause = open.values().map(|part| part.pause_us).max().unwrap_or(0);
        for part in open.values().chain(gathered.last.values()) {
            let name = self.names[part.number].clone();
            gathered
                .positions
                .extend(part.position.map(|at| (name, at)));
        }
        let mut states = BTreeMap::new();
        for part in open.into_values() {
            let (number, bytes) = work(part)?;
            states.insert(self.names[number].clone(), bytes);
        }
        for part in std::mem::take(&mut gathered.last).into_values() {
            gathered.done.extend([work(part)?]);
        }
        for (number, bytes) in &gathered.done {
            let name = &self.names[*number];
            states.entry(name.clone()).or_insert_with(|| bytes.clone());
        }
        self.keeper.save(&Checkpoint {
            id,
            parts: &states,
            names: &self.names,
            positions: &gathered.positions,
        })?;
        self.newest = id;
        self.control.completed.store(id, Ordering::SeqCst);
        let bytes = states.values().map(|state| state.len() as u64).sum();
        self.metrics.newest.set(id);
        self.metrics.newest_bytes.set(bytes);
        self.metrics.pause_us.set(pause);
        self.metrics.checkpoints.add(1);
        Ok(())
    }
}
