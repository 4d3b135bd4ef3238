//! A world for topologies: logs that a test writes, a wall clock that it moves, and bolts that note
//! what they see.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tachograph_event::{
    Batch, BatchBuilder, Decoder, Encoder, EventType, Millis, Origin, Type, Value,
};
use tachograph_time::VirtualClock;
use tachograph_topology::{
    Bolt, BoltError, BoltSpec, CheckpointId, Collector, Decoded, FolderKeeper, From, Grouping,
    InputSpec, Keeper, Options, PartitionReader, Read, Running, SnapshotJob, SpoutError, SpoutSpec,
    TimeConfig, Topology,
};

/// Silence, in ms of the test's wall clock, that moves a clock.
pub const IDLE: Millis = 30_000;

/// Time between checkpoints, in ms of the test's wall clock.
pub const CHECKPOINT: Millis = 10;

/// Time, partition and position of a record.
pub type Row = (Millis, u32, u64);

fn event_type() -> Arc<EventType> {
    Arc::new(EventType::new("S", [("n", Type::Int)]))
}

/// A log that grows.
#[derive(Default)]
pub struct Log(Mutex<LogState>);

#[derive(Default)]
struct LogState {
    times: Vec<Millis>,
    has_ended: bool,
    /// How often a reader has found nothing more.
    empty_reads: u64,
}

impl Log {
    fn state(&self) -> MutexGuard<'_, LogState> {
        self.0.lock().expect("no panic")
    }

    pub fn write(&self, times: &[Millis]) {
        self.state().times.extend(times);
    }

    pub fn end(&self) {
        self.state().has_ended = true;
    }

    /// More is added to a log that has ended.
    pub fn go_on(&self, times: &[Millis]) {
        let mut state = self.state();
        state.times.extend(times);
        state.has_ended = true;
    }

    /// More is added to a log that had ended, and is not the last of it.
    pub fn is_followed(&self, times: &[Millis]) {
        let mut state = self.state();
        state.times.extend(times);
        state.has_ended = false;
    }

    pub fn has_ended(&self) -> bool {
        self.state().has_ended
    }

    fn empty_reads(&self) -> u64 {
        self.state().empty_reads
    }
}

struct LogReader {
    partition: u32,
    log: Arc<Log>,
    at: usize,
}

impl PartitionReader for LogReader {
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        let mut log = self.log.state();
        let times: Vec<Millis> = log.times[self.at..]
            .iter()
            .copied()
            .take(max_rows)
            .collect();
        if times.is_empty() && log.has_ended {
            return Ok(Read::End);
        }
        if times.is_empty() {
            log.empty_reads += 1;
            drop(log);
            std::thread::sleep(Duration::from_millis(1));
            return Ok(Read::Idle);
        }
        drop(log);
        let mut batch = BatchBuilder::new(event_type());
        for time in times {
            let origin = Origin {
                partition: self.partition,
                position: self.at as u64,
            };
            batch.push(time, origin, vec![Value::Int(self.at as i32)]);
            self.at += 1;
        }
        Ok(Read::Batch(Decoded {
            batch: batch.finish(),
            next_position: self.at as u64,
            rejects: Vec::new(),
        }))
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.at = position as usize;
        Ok(())
    }
}

/// What a task has seen.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Seen {
    pub rows: Vec<Row>,
    /// Rows that came too late, in the order of their partitions and positions.
    pub late: BTreeMap<(u32, u64), Millis>,
}

/// Notes what it sees, and hands it on.
struct Watch {
    seen: Arc<Mutex<Seen>>,
    clock: Millis,
}

fn rows(batch: &Batch) -> impl Iterator<Item = Row> {
    let origins = batch.origins().iter();
    let rows = batch.times().iter().zip(origins);
    rows.map(|(time, origin)| (*time, origin.partition, origin.position))
}

impl Bolt for Watch {
    fn process(
        &mut self,
        _: usize,
        batch: Arc<Batch>,
        out: &mut Collector,
    ) -> Result<(), BoltError> {
        for row in rows(&batch) {
            if row.0 < self.clock {
                return Err(BoltError(format!("{row:?} comes after {}", self.clock)));
            }
            self.clock = row.0;
            self.seen.lock().expect("no panic").rows.push(row);
        }
        out.emit(0, batch);
        Ok(())
    }

    fn late(&mut self, _: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        let late = rows(&batch).map(|(time, partition, position)| ((partition, position), time));
        self.seen.lock().expect("no panic").late.extend(late);
        Ok(())
    }

    fn advance(&mut self, clock: Millis, _: &mut Collector) -> Result<(), BoltError> {
        if clock < self.clock {
            return Err(BoltError(format!("{clock} comes after {}", self.clock)));
        }
        self.clock = clock;
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let seen = self.seen.lock().expect("no panic").clone();
        let mut to = Encoder::new();
        to.i64(self.clock);
        let mut rows = |rows: Vec<Row>| {
            to.list(rows.iter(), |to, (time, partition, position)| {
                to.i64(*time);
                to.u32(*partition);
                to.u64(*position);
            });
        };
        rows(seen.rows);
        rows(
            seen.late
                .iter()
                .map(|((p, at), time)| (*time, *p, *at))
                .collect(),
        );
        Ok(Box::new(|| Ok(to.into_bytes())))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let mut from = Decoder::new(state);
        let mut read = || {
            let clock = from.i64()?;
            let row = |from: &mut Decoder<'_>| Ok((from.i64()?, from.u32()?, from.u64()?));
            Ok((clock, from.list(row)?, from.list(row)?))
        };
        let read: Result<_, tachograph_event::CodecError> = read();
        let (clock, rows, late) = read.map_err(|e| BoltError(e.to_string()))?;
        self.clock = clock;
        let late = late
            .into_iter()
            .map(|(time, p, at)| ((p, at), time))
            .collect();
        *self.seen.lock().expect("no panic") = Seen { rows, late };
        Ok(())
    }
}

/// What feeds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One task takes all partitions.
    One,
    /// Two tasks share the rows out; a second bolt takes what they give, and the partitions again.
    Row,
    /// Each partition is a spout with a bolt of its own.
    Apart,
}

/// Logs, and the topology that reads them.
pub struct World {
    pub logs: Vec<Arc<Log>>,
    pub shape: Shape,
    pub time: TimeConfig,
}

/// A topology at work in a folder.
pub struct Run {
    pub running: Running,
    pub clock: Arc<VirtualClock>,
    seen: Vec<Arc<Mutex<Seen>>>,
    logs: Vec<Arc<Log>>,
}

impl World {
    pub fn new(partitions: usize, shape: Shape) -> World {
        let time = TimeConfig {
            lateness: 0,
            idle: IDLE,
            future: 86_400_000,
        };
        World {
            logs: (0..partitions).map(|_| Arc::default()).collect(),
            shape,
            time,
        }
    }

    /// Starts the topology at an instant of the wall clock, from what the folder holds.
    pub fn start(&self, data: &Path, now: Millis, batch_rows: usize) -> Run {
        let keeper = Arc::new(FolderKeeper::new(data));
        self.start_with(keeper, data, now, batch_rows)
    }

    /// Starts it from what a keeper holds.
    pub fn start_with(
        &self,
        keeper: Arc<dyn Keeper>,
        data: &Path,
        now: Millis,
        batch_rows: usize,
    ) -> Run {
        let clock = Arc::new(VirtualClock::new(now));
        let (topology, seen) = self.topology();
        let running = topology.start(Options {
            data: data.to_path_buf(),
            keeper,
            clock: clock.clone(),
            checkpoint_every: CHECKPOINT,
            queue: 16,
            batch_rows,
        });
        Run {
            running: running.expect("it starts"),
            clock,
            seen,
            logs: self.logs.clone(),
        }
    }

    /// Ends the logs and computes everything from what the folder holds.
    pub fn replay(&self, data: &Path, batch_rows: usize) -> Vec<Seen> {
        self.logs.iter().for_each(|log| log.end());
        // Another wall clock: what it decided once is read, and not decided again.
        self.start(data, 5, batch_rows).wait()
    }

    fn topology(&self) -> (Topology, Vec<Arc<Mutex<Seen>>>) {
        let mut seen = Vec::new();
        let mut bolt = |name: String, tasks: usize, inputs: Vec<InputSpec>| {
            let tasks = (0..tasks).map(|_| {
                seen.push(Arc::default());
                let seen = Arc::clone(&seen[seen.len() - 1]);
                let clock = Millis::MIN;
                Box::new(Watch { seen, clock }) as Box<dyn Bolt>
            });
            BoltSpec {
                name,
                tasks: tasks.collect(),
                inputs,
            }
        };
        let all = || vec![input(From::Spout(0), Grouping::Global)];
        let bolts = match self.shape {
            Shape::One => vec![bolt("one".into(), 1, all())],
            Shape::Row => {
                let shared = input(From::Spout(0), Grouping::Fields(vec![0]));
                let again = input(From::Bolt(0, 0), Grouping::Global);
                vec![
                    bolt("first".into(), 2, vec![shared]),
                    bolt("second".into(), 1, [vec![again], all()].concat()),
                ]
            }
            Shape::Apart => (0..self.logs.len())
                .map(|s| {
                    let own = input(From::Spout(s), Grouping::Global);
                    bolt(format!("of-{s}"), 1, vec![own])
                })
                .collect(),
        };
        let spouts = match self.shape {
            Shape::Apart => (0..self.logs.len()).map(|s| self.spout(s..s + 1)).collect(),
            _ => vec![self.spout(0..self.logs.len())],
        };
        (Topology { spouts, bolts }, seen)
    }

    fn spout(&self, numbers: std::ops::Range<usize>) -> SpoutSpec {
        let first = numbers.start as u32;
        let reader = |(number, log): (u32, &Arc<Log>)| {
            Box::new(LogReader {
                partition: number,
                log: Arc::clone(log),
                at: 0,
            }) as Box<dyn PartitionReader>
        };
        let logs = self.logs[numbers].iter();
        SpoutSpec {
            name: format!("s{first}"),
            partitions: (first..).zip(logs).map(reader).collect(),
            first_partition: first,
            event_type: event_type(),
            time: self.time,
        }
    }
}

fn input(from: From, grouping: Grouping) -> InputSpec {
    InputSpec {
        from,
        grouping,
        event_type: event_type(),
        needed: None,
    }
}

/// Waits until something holds; the topology's threads bring it about.
pub fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Run {
    /// The clock of a partition.
    pub fn clock_of(&self, partition: usize) -> Millis {
        let clock = &self.running.metrics().spouts[partition].clock;
        clock.load(Ordering::SeqCst)
    }

    /// Waits until partitions have given all that their logs hold, and have noticed that there is
    /// no more: the second empty read comes when the first has been dealt with.
    pub fn read_all(&self) {
        let before: Vec<u64> = self.logs.iter().map(|log| log.empty_reads()).collect();
        for (log, before) in self.logs.iter().zip(before) {
            let failed = self.running.has_failed();
            let is_read = || failed || log.has_ended() || log.empty_reads() >= before + 2;
            wait_until("the log is read", is_read);
        }
    }

    /// Writes records, and waits until they are read.
    pub fn write(&self, partition: usize, times: &[Millis]) {
        self.logs[partition].write(times);
        self.read_all();
    }

    /// All partitions fall silent, so that their clocks go to the fastest of them.
    pub fn silence(&self) {
        self.pass(IDLE);
        let clocks = || (0..self.logs.len()).map(|p| (self.clock_of(p), self.logs[p].has_ended()));
        let fastest = || clocks().map(|(clock, _)| clock).max();
        let same = || clocks().all(|(clock, has_ended)| has_ended || Some(clock) == fastest());
        let failed = || self.running.has_failed();
        wait_until("silent clocks meet", || same() || failed());
    }

    /// The wall clock moves, which brings a checkpoint, and everyone has noticed.
    pub fn pass(&self, time: Millis) {
        let checkpoints = || self.running.metrics().checkpoints.get();
        let before = checkpoints();
        self.clock.advance(time);
        let failed = || self.running.has_failed();
        wait_until("a checkpoint is whole", || {
            checkpoints() > before || failed()
        });
        self.read_all();
    }

    /// Waits until a task has seen some rows.
    pub fn sees(&self, task: usize, rows: usize) {
        let what = format!("task {task} sees {rows} rows");
        wait_until(&what, || {
            self.seen[task].lock().expect("no panic").rows.len() >= rows
        });
    }

    fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.iter();
        seen.map(|seen| seen.lock().expect("no panic").clone())
            .collect()
    }

    /// The process dies; gives what was published by then.
    pub fn kill(self) -> Vec<Seen> {
        let seen = self.seen.clone();
        self.running.kill();
        seen.iter()
            .map(|seen| seen.lock().expect("no panic").clone())
            .collect()
    }

    /// Waits for the end of the logs; gives what was seen.
    pub fn wait(self) -> Vec<Seen> {
        let seen = self.seen.clone();
        self.running.wait().expect("an orderly end");
        seen.iter()
            .map(|seen| seen.lock().expect("no panic").clone())
            .collect()
    }

    /// What was seen so far.
    pub fn so_far(&self) -> Vec<Seen> {
        self.seen()
    }
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).expect("a copy")),
        }
    }
}

/// A new data folder with some parts of another one.
pub fn folder_of(parts: &[(&Path, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (data, part) in parts {
        copy(&data.join(part), &folder.path().join(part));
    }
    folder
}

/// The late ledgers, by name.
pub fn ledgers(data: &Path) -> BTreeMap<PathBuf, String> {
    let files = fs::read_dir(data.join("ledgers"))
        .expect("ledgers")
        .flatten();
    let text = |path: &Path| fs::read_to_string(path).expect("a ledger");
    files
        .map(|f| (PathBuf::from(f.file_name()), text(&f.path())))
        .collect()
}
