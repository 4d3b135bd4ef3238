//! The thread of one partition: read, judge by the clock, put in order, send on.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tachograph_event::{Batch, Encoder, Millis};
use tachograph_time::Clock;

use super::message::Message;
use super::outlet::{Outlet, Stopped};
use super::silence::Silence;
use super::spout_state::SpoutState;
use super::{Control, FINAL, Part, Parts};
use crate::bolt::{BoltError, CheckpointId};
use crate::checkpoint::STATE_VERSION;
use crate::decisions::Decisions;
use crate::journal::JournalError;
use crate::keeper::{self, Decided, Keeper};
use crate::ledger::{Entry, Ledger};
use crate::metrics::Metrics;
use crate::partition_clock::Lateness;
use crate::spout::{Decoded, PartitionReader, Read, SpoutError};

/// Most retries of a read in a row before the topology stops.
const MOST_RETRIES: u32 = 50;

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
    /// The checkpoint that it starts from; a later one may be asked for before the thread runs.
    pub begun: CheckpointId,
}

/// What the thread keeps while it runs.
struct Work {
    spout: SpoutThread,
    position: u64,
    begun: CheckpointId,
    dead: Ledger,
    late: Ledger,
    ended: bool,
    decisions: Decisions,
    /// Checkpoints that were begun, with their positions, oldest first.
    snapshots: VecDeque<(CheckpointId, u64)>,
}

enum Fault {
    Stopped,
    Failed(String),
}

impl From<Stopped> for Fault {
    fn from(_: Stopped) -> Fault {
        Fault::Stopped
    }
}

impl From<SpoutError> for Fault {
    fn from(error: SpoutError) -> Fault {
        Fault::Failed(error.message)
    }
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Fault {
        Fault::Failed(format!("a decision cannot be written down: {error}"))
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        Fault::Failed(format!("a ledger cannot be written: {error}"))
    }
}

impl SpoutThread {
    /// Runs until the source ends or the topology stops.
    pub fn run(self) {
        let control = Arc::clone(&self.control);
        let who = format!("spout {}, partition {}", self.name, self.partition);
        match Work::start(self).and_then(Work::run) {
            Ok(()) | Err(Fault::Stopped) => {}
            Err(Fault::Failed(message)) => control.fail(format!("{who}: {message}")),
        }
    }
}

/// Begins at the source's beginning, however long it takes to be reached.
fn begin(spout: &mut SpoutThread) -> Result<u64, Fault> {
    loop {
        match spout.reader.begin() {
            Ok(position) => return Ok(position),
            Err(error) if error.retryable => {
                let metrics = &spout.metrics.spouts[spout.number];
                metrics.tell_away(Some(error.message));
                if spout.control.is_stopped() {
                    return Err(Fault::Stopped);
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes down what was decided elsewhere, for the replay to meet it.
fn bring(file: &Path, spout: &SpoutThread) -> Result<(), Fault> {
    let known = spout.keeper.decided_before(&spout.name, spout.partition);
    if known.is_empty() {
        return Ok(());
    }
    let mut decisions = Decisions::open(file, 0)?;
    for decided in known {
        match decided.what {
            keeper::Decision::Idle => decisions.idle(decided.position, decided.instant)?,
            keeper::Decision::Horizon => {
                decisions.horizon(decided.position, decided.instant)?;
            }
        }
    }
    Ok(())
}

impl Work {
    fn start(mut spout: SpoutThread) -> Result<Work, Fault> {
        let before = spout.state.position;
        let position = match before {
            None => begin(&mut spout)?,
            Some(position) => {
                spout.reader.seek(position)?;
                position
            }
        };
        spout.metrics.spouts[spout.number].position.set(position);
        let file = |kind: &str| {
            let name = format!("{kind}-{}-{}.jsonl", spout.name, spout.partition);
            spout.data.join("ledgers").join(name)
        };
        let decisions = format!("{}-{}.clock", spout.name, spout.partition);
        let decisions = spout.data.join("decisions").join(decisions);
        bring(&decisions, &spout)?;
        let mut work = Work {
            dead: Ledger::open(&file("dead-letter"), spout.state.lengths.0)?,
            late: Ledger::open(&file("late"), spout.state.lengths.1)?,
            begun: spout.begun,
            position,
            // More may have been added to a source that has ended.
            ended: spout.state.has_ended && spout.end.is_none(),
            decisions: Decisions::open(&decisions, position)?,
            // What was loaded is whole, and is the one before the next.
            snapshots: before
                .map(|position| (spout.begun, position))
                .into_iter()
                .collect(),
            spout,
        };
        work.send_clock()?;
        Ok(work)
    }

    fn run(mut self) -> Result<(), Fault> {
        let mut retries = 0;
        while !self.ended {
            self.begin_checkpoint()?;
            self.drop_covered()?;
            if self.spout.control.is_stopped() {
                return Err(Fault::Stopped);
            }
            while let Some(clock) = self.decisions.take(self.position) {
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
                Ok(Read::End) => self.ended = true,
                Err(error) if error.retryable && retries < MOST_RETRIES => {
                    retries += 1;
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.end()
    }

    /// More has come of a source that had ended. Rules have seen its end, so it stands behind that.
    fn resume(&mut self) -> Result<(), Fault> {
        if let Some(end) = self.spout.end.take() {
            self.write_down(end + 1)?;
            self.go_on(end + 1)?;
        }
        Ok(())
    }

    fn blocked(&self) -> &crate::metrics::Counter {
        &self.spout.metrics.spouts[self.spout.number].blocked_ns
    }

    fn records(&mut self, decoded: Decoded) -> Result<(), Fault> {
        let metrics = Arc::clone(&self.spout.metrics);
        let metrics = &metrics.spouts[self.spout.number];
        metrics.records.add(decoded.batch.len() as u64);
        metrics.dead.add(decoded.rejects.len() as u64);
        metrics.position.set(decoded.next_position);
        metrics.tell_away(None);
        for reject in &decoded.rejects {
            self.dead.add(&Entry {
                spout: &self.spout.name,
                partition: self.spout.partition,
                position: reject.position,
                reason: &reject.reason,
                time: None,
                raw: &reject.raw,
            })?;
        }
        let mut rest = decoded.batch;
        while let Some(at) = self.decisions.next_position() {
            if at >= decoded.next_position {
                break;
            }
            // Silence was decided between two of these records.
            let before = rest.origins().partition_point(|o| o.position < at);
            let later = rest.slice(before, rest.len());
            self.rows(rest.slice(0, before))?;
            while let Some(clock) = self.decisions.take(at) {
                self.go_on(clock)?;
            }
            rest = later;
        }
        self.rows(rest)?;
        self.position = decoded.next_position;
        Ok(())
    }

    fn rows(&mut self, rows: Batch) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        self.spout.silence.is_broken();
        let mut now = self.spout.wall.now();
        if self.spout.state.clock.is_new() {
            now = self.decisions.horizon(self.position, now)?;
            self.decided(keeper::Decision::Horizon, now)?;
        }
        let judged = self.spout.state.clock.records(rows, now);
        if let Some((rows, reasons)) = judged.set_aside {
            let late = &self.spout.metrics.spouts[self.spout.number].late;
            late.add(rows.len() as u64);
            self.set_aside(rows, &reasons)?;
        }
        self.send(judged.released)
    }

    fn set_aside(&mut self, rows: Batch, reasons: &[Lateness]) -> Result<(), Fault> {
        for (row, reason) in reasons.iter().enumerate() {
            let values: Vec<String> = rows.row(row).iter().map(|v| v.to_string()).collect();
            self.late.add(&Entry {
                spout: &self.spout.name,
                partition: self.spout.partition,
                position: rows.origins()[row].position,
                reason: reason.reason(),
                time: Some(rows.times()[row]),
                raw: values.join(",").as_bytes(),
            })?;
        }
        let rows = Arc::new(rows);
        self.spout
            .outlet
            .rows(0, &rows, true, &self.spout.control, self.blocked())?;
        Ok(())
    }

    fn send(&mut self, released: Vec<Batch>) -> Result<(), Fault> {
        for batch in released {
            let batch = Arc::new(batch);
            self.spout
                .outlet
                .rows(0, &batch, false, &self.spout.control, self.blocked())?;
        }
        self.send_clock()
    }

    fn send_clock(&mut self) -> Result<(), Fault> {
        let clock = self.spout.state.clock.clock();
        self.spout.silence.clock(clock);
        self.spout.metrics.spouts[self.spout.number]
            .clock
            .store(clock, Ordering::Relaxed);
        self.spout
            .outlet
            .all(&Message::Clock(clock), &self.spout.control, self.blocked())?;
        Ok(())
    }

    /// No record at the moment: the clock may move without one.
    fn silence(&mut self) -> Result<(), Fault> {
        self.spout.metrics.spouts[self.spout.number].tell_away(None);
        let now = self.spout.wall.now();
        if let Some(clock) = self.spout.silence.step(now, &self.spout.state.clock) {
            let began = Instant::now();
            self.write_down(clock)?;
            self.spout.silence.stepped(began.elapsed());
            self.go_on(clock)?;
        }
        Ok(())
    }

    /// A decision is kept where those find it who go on elsewhere.
    fn decided(&self, what: keeper::Decision, instant: Millis) -> Result<(), Fault> {
        let decision = Decided {
            position: self.position,
            what,
            instant,
        };
        let (name, partition) = (&self.spout.name, self.spout.partition);
        let kept = self.spout.keeper.decided(name, partition, decision);
        kept.map_err(Fault::Failed)
    }

    /// The source cannot be reached: no silence, whatever was before.
    fn away(&mut self, reason: String) {
        self.spout.silence.is_broken();
        self.spout.metrics.spouts[self.spout.number].tell_away(Some(reason));
    }

    /// That the clock will move on without a record, for all who replay it.
    fn write_down(&mut self, clock: Millis) -> Result<(), Fault> {
        self.decisions.idle(self.position, clock)?;
        self.decided(keeper::Decision::Idle, clock)
    }

    /// The clock moves on without a record, as was written down.
    fn go_on(&mut self, clock: Millis) -> Result<(), Fault> {
        let released = self.spout.state.clock.move_to(clock);
        self.send(released)
    }

    /// The log before the last checkpoint but one is needed no more: should the last one prove
    /// unreadable, the one before it is used.
    fn drop_covered(&mut self) -> Result<(), Fault> {
        let completed = self.spout.control.completed.load(Ordering::SeqCst);
        let whole = self.snapshots.iter().filter(|(id, _)| *id <= completed);
        if whole.count() >= 2
            && let Some((_, position)) = self.snapshots.pop_front()
        {
            self.spout.reader.covered(position)?;
            self.decisions.forget_before(self.spout.reader.oldest())?;
        }
        Ok(())
    }

    fn begin_checkpoint(&mut self) -> Result<(), Fault> {
        let requested = self.spout.control.requested.load(Ordering::SeqCst);
        if requested > self.begun {
            self.begun = requested;
            self.snapshots.push_back((requested, self.position));
            self.snapshot(requested)?;
            let barrier = Message::Barrier(requested);
            self.spout
                .outlet
                .all(&barrier, &self.spout.control, self.blocked())?;
        }
        Ok(())
    }

    fn snapshot(&mut self, id: CheckpointId) -> Result<(), Fault> {
        let began = Instant::now();
        self.spout.reader.sync()?;
        let state = &mut self.spout.state;
        state.position = Some(self.position);
        state.has_ended = self.ended;
        state.lengths = (self.dead.sync()?, self.late.sync()?);
        let mut to = Encoder::new();
        state.save(&mut to);
        let state = to.into_frame(STATE_VERSION);
        let part = Part {
            id,
            number: self.spout.number,
            position: Some(self.position),
            job: Box::new(move || Ok::<_, BoltError>(state)),
            pause_us: began.elapsed().as_micros() as u64,
        };
        self.spout.parts.send(part).map_err(|_| Fault::Stopped)
    }

    /// The source has ended: as silence, at once and for ever. The last part stands in every
    /// later checkpoint.
    fn end(mut self) -> Result<(), Fault> {
        let released = self
            .spout
            .state
            .clock
            .move_to(self.spout.state.clock.after_silence());
        self.send(released)?;
        self.dead.sync()?;
        self.late.sync()?;
        self.spout.metrics.spouts[self.spout.number]
            .ended
            .store(true, Ordering::SeqCst);
        self.spout.silence.is_final();
        self.spout
            .outlet
            .all(&Message::End, &self.spout.control, self.blocked())?;
        self.snapshot(FINAL)
    }
}
