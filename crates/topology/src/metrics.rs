//! What a running topology counts: plain atomic numbers, read by screens at any time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use crate::partition_clock::BEGINNING;

/// A number that only its owner changes.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// Sets.
    pub fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }

    /// Reads.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Of one partition of a spout.
#[derive(Debug)]
pub struct SpoutMetrics {
    /// Name of the spout.
    pub name: String,
    /// Number of the partition.
    pub partition: u32,
    /// Records decoded.
    pub records: Counter,
    /// Records that came too late for the rules.
    pub late: Counter,
    /// Records that could not be decoded.
    pub dead: Counter,
    /// Position from which the next read begins.
    pub position: Counter,
    /// Nanoseconds spent waiting for full queues: back-pressure.
    pub blocked_ns: Counter,
    /// The partition's clock, in milliseconds.
    pub clock: AtomicI64,
    /// Has the source ended?
    pub ended: AtomicBool,
    /// Why the source cannot be reached at the moment.
    pub away: Mutex<Option<String>>,
}

/// Of one task of a bolt.
#[derive(Debug)]
pub struct TaskMetrics {
    /// Name of the bolt.
    pub name: String,
    /// Number of the task.
    pub task: usize,
    /// Rows taken in.
    pub rows_in: Counter,
    /// Rows given out.
    pub rows_out: Counter,
    /// Nanoseconds spent waiting for full queues downstream.
    pub blocked_ns: Counter,
    /// The task's clock, in milliseconds.
    pub clock: AtomicI64,
    /// What the task waits for, where it cannot go on.
    pub waits_for: Mutex<Option<String>>,
}

/// Of the whole topology.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Partitions of spouts.
    pub spouts: Vec<SpoutMetrics>,
    /// Tasks of bolts.
    pub tasks: Vec<TaskMetrics>,
    /// Checkpoints completed.
    pub checkpoints: Counter,
    /// Number of the newest checkpoint, wherever it is kept and whoever made it; 0 before the first.
    pub newest: Counter,
    /// Bytes of the newest checkpoint's states.
    pub newest_bytes: Counter,
    /// Longest time that a task stood still for the last checkpoint, in microseconds.
    pub pause_us: Counter,
}

impl SpoutMetrics {
    pub(crate) fn new(name: &str, partition: u32) -> SpoutMetrics {
        SpoutMetrics {
            name: name.to_string(),
            partition,
            records: Counter::default(),
            late: Counter::default(),
            dead: Counter::default(),
            position: Counter::default(),
            blocked_ns: Counter::default(),
            clock: AtomicI64::new(BEGINNING),
            ended: AtomicBool::new(false),
            away: Mutex::default(),
        }
    }
}

impl SpoutMetrics {
    pub(crate) fn tell_away(&self, reason: Option<String>) {
        *self.away.lock().unwrap_or_else(|e| e.into_inner()) = reason;
    }
}

impl TaskMetrics {
    pub(crate) fn new(name: &str, task: usize) -> TaskMetrics {
        TaskMetrics {
            name: name.to_string(),
            task,
            rows_in: Counter::default(),
            rows_out: Counter::default(),
            blocked_ns: Counter::default(),
            clock: AtomicI64::new(BEGINNING),
            waits_for: Mutex::default(),
        }
    }
}

impl Metrics {
    /// Records decoded by all spouts.
    pub fn records(&self) -> u64 {
        self.spouts.iter().map(|s| s.records.get()).sum()
    }

    /// The slowest clock of the partitions that have seen a record; none before the first.
    pub fn watermark(&self) -> Option<i64> {
        let clocks = self.spouts.iter().map(|s| s.clock.load(Ordering::Relaxed));
        clocks.filter(|c| *c != BEGINNING).min()
    }

    /// What spouts and tasks wait for at the moment, each with its name.
    pub fn waits(&self) -> Vec<String> {
        let text = |m: &Mutex<Option<String>>| m.lock().unwrap_or_else(|e| e.into_inner()).clone();
        let spouts = self.spouts.iter();
        let spouts = spouts.filter_map(|s| Some(format!("{}: {}", s.name, text(&s.away)?)));
        let tasks = self.tasks.iter();
        let tasks = tasks.filter_map(|t| Some(format!("{}: {}", t.name, text(&t.waits_for)?)));
        spouts.chain(tasks).collect()
    }
}
