//! The thread of one partition: read, judge by the clock, put in order, send on.
//!
//! State: what a checkpoint keeps ([`SpoutState`]), the ledgers of what went no further, the decisions
//! that the clock has taken, and the checkpoints that the log is still kept for. Never: moves the
//! clock without a record before that is written down.

mod begin;
mod checkpoint;
mod clock;
mod records;
mod silence;
mod state;

pub(super) use silence::Silence;
pub(super) use state::SpoutState;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tachograph_event::{Batch, Millis};
use tachograph_time::Clock;

use super::fault::Fault;
use super::message::Message;
use super::outlet::Outlet;
use super::{Control, FINAL, Parts};
use crate::bolt::CheckpointId;
use crate::decisions::Decisions;
use crate::keeper::Keeper;
use crate::ledger::Ledger;
use crate::metrics::{Metrics, SpoutMetrics};
use crate::spout::{PartitionReader, Read};

/// Most retries of a read in a row before the topology stops.
const MOST_RETRIES: u32 = 50;

/// Between two attempts at what may succeed later.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) struct SpoutThread {
    pub name: String,
    pub partition: u32,
    pub reader: Box<dyn PartitionReader>,
    pub state: SpoutState,
    /// How far rules have seen the end of the source, where an earlier run has come to it.
    pub end: Option<Millis>,
    pub wall: Arc<dyn Clock>,
    pub silence: Silence,
    pub outlet: Outlet,
    pub control: Arc<Control>,
    pub metrics: Arc<Metrics>,
    /// Place in the metrics and among the checkpoint's parts.
    pub number: usize,
    pub parts: Parts,
    pub batch_rows: usize,
    pub data: PathBuf,
    pub keeper: Arc<dyn Keeper>,
    /// The checkpoint that it has begun last: at first the one that it starts from. A later one may
    /// be asked for before the thread runs.
    pub begun: CheckpointId,
}

/// What the thread keeps while it runs.
struct Work {
    spout: SpoutThread,
    dead: Ledger,
    late: Ledger,
    decisions: Decisions,
    /// Checkpoints that were begun, with their positions, oldest first.
    snapshots: VecDeque<(CheckpointId, u64)>,
}

impl SpoutThread {
    /// Runs until the source ends or the topology stops.
    pub fn run(self) {
        let control = Arc::clone(&self.control);
        let who = format!("spout {}, partition {}", self.name, self.partition);
        control.ended(&who, Work::start(self).and_then(Work::run));
    }

    fn metrics(&self) -> &SpoutMetrics {
        &self.metrics.spouts[self.number]
    }

    /// Sends rows on; `is_late` are those that rules do not see.
    fn send_rows(&self, rows: Batch, is_late: bool) -> Result<(), Fault> {
        let (rows, blocked) = (Arc::new(rows), &self.metrics().blocked_ns);
        let outlet = &self.outlet;
        Ok(outlet.rows(0, &rows, is_late, &self.control, blocked)?)
    }

    /// Sends a message to all that follow.
    fn send(&self, message: &Message) -> Result<(), Fault> {
        let blocked = &self.metrics().blocked_ns;
        Ok(self.outlet.all(message, &self.control, blocked)?)
    }
}

impl Work {
    fn run(mut self) -> Result<(), Fault> {
        let mut retries = 0;
        while !self.spout.state.has_ended {
            self.begin_checkpoint()?;
            self.drop_covered()?;
            if self.spout.control.is_stopped() {
                return Err(Fault::Stopped);
            }
            while let Some(clock) = self.decisions.take(self.spout.state.position) {
                self.go_on(clock)?;
            }
            match self.spout.reader.read(self.spout.batch_rows) {
                Ok(Read::Batch(decoded)) => {
                    retries = 0;
                    self.resume()?;
                    self.records(decoded)?;
                }
                Ok(Read::Idle) => self.silence()?,
                Ok(Read::Away(reason)) => self.away(reason),
                Ok(Read::End) => self.spout.state.has_ended = true,
                Err(error) if error.retryable && retries < MOST_RETRIES => {
                    retries += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.end()
    }

    /// The source has ended: as silence, at once and for ever. The last part stands in every
    /// later checkpoint.
    fn end(mut self) -> Result<(), Fault> {
        self.go_on(self.spout.state.clock.after_silence())?;
        self.dead.sync()?;
        self.late.sync()?;
        self.spout.metrics().ended.store(true, Ordering::SeqCst);
        self.spout.silence.is_final();
        self.spout.send(&Message::End)?;
        self.snapshot(FINAL)
    }
}
