//! What a system says of itself: how far each partition is, what each rule has found and missed,
//! what the tables hold.
//!
//! A running system is asked; a stopped one has left the file `status.json`, written with each
//! checkpoint and at its end. Never here: a way to print.

mod counts;
mod gather;
mod kept;
mod observer;

use serde::{Deserialize, Serialize};

pub use counts::Counts;
pub use kept::{keep, kept};
pub use observer::{Observed, Observer};

/// The whole of it. Instants are ISO 8601 in UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Name of the topology.
    pub topology: String,
    /// Wall time at which this was true.
    pub at: String,
    /// Is a process at work on it? Set by who asks.
    #[serde(default)]
    pub running: bool,
    /// The slowest clock of the partitions that have seen a record.
    pub watermark: Option<String>,
    /// Partitions by number.
    pub partitions: Vec<PartitionStatus>,
    /// Rules in the order of the topology.
    pub rules: Vec<RuleStatus>,
    /// `live` bolts that could not write something, and why.
    pub unwritten: Vec<FaultStatus>,
    /// Tasks of bolts.
    pub tasks: Vec<TaskStatus>,
    /// Checkpoints of the partitions that this process has.
    pub checkpoints: CheckpointStatus,
    /// Tables by name.
    pub tables: Vec<TableStatus>,
}

/// One partition of a spout.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartitionStatus {
    /// Name of the spout.
    pub spout: String,
    /// Number of the partition in the topology.
    pub partition: u32,
    /// Its clock; none before the first record.
    pub clock: Option<String>,
    /// Where the next read begins: a byte of a file, an entry of a journal.
    pub position: u64,
    /// Where its log ends; none for records that are made when asked for.
    pub end: Option<u64>,
    /// How much lies between.
    pub lag: Option<u64>,
    /// Records that this process has read.
    pub records: u64,
    /// Records in the late ledger that came too late.
    pub late: u64,
    /// Records in the late ledger that leapt too far ahead.
    pub future: u64,
    /// Records in the dead-letter file.
    pub dead: u64,
    /// Share of this process's time that it waited for full queues, in percent.
    pub back_pressure: f64,
    /// Has its source ended?
    pub ended: bool,
}

/// One rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleStatus {
    /// `BOLT.STATEMENT`.
    pub name: String,
    /// Does it feed other statements rather than report?
    pub feeds: bool,
    /// Rows posted.
    pub posted: u64,
    /// Records that it missed, since they came too late or leapt too far ahead.
    pub late: u64,
    /// Evaluations without a result since the process started.
    pub faults: u64,
    /// Why the last of them had none.
    pub last_fault: Option<String>,
}

/// What went wrong in a bolt without stopping it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FaultStatus {
    /// Name of the bolt.
    pub bolt: String,
    /// How often, since the process started.
    pub count: u64,
    /// Why the last time.
    pub last: Option<String>,
}

/// One task of a bolt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskStatus {
    /// Name of the bolt.
    pub bolt: String,
    /// Number of the task.
    pub task: usize,
    /// Rows that this process has given it.
    pub rows_in: u64,
    /// Rows that it has given on.
    pub rows_out: u64,
    /// Its clock; none before the first record.
    pub clock: Option<String>,
}

/// Checkpoints.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckpointStatus {
    /// Number of the newest, in the data folder or the changelog; of several partitions the greatest.
    /// None before the first.
    pub newest: Option<u64>,
    /// How many this process has completed.
    pub completed: u64,
    /// Longest time that a task stood still for the last one, in microseconds.
    pub pause_us: u64,
    /// Bytes of the newest one's states.
    pub bytes: u64,
}

/// One table of the archive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableStatus {
    /// Its name.
    pub name: String,
    /// Rows in its files.
    pub rows: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// Why files of it could not be merged, the last time since the process started.
    #[serde(default)]
    pub compaction_fault: Option<String>,
    /// Its files, oldest rows first.
    pub files: Vec<FileStatus>,
}

/// One file of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileStatus {
    /// Number of the file.
    pub number: u64,
    /// Event time of its first row in time.
    pub since: String,
    /// Event time of its last row in time.
    pub until: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Least row key.
    pub min_key: String,
    /// Greatest row key.
    pub max_key: String,
}
