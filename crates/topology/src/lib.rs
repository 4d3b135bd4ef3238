//! Spouts, bolts and what flows between them: one thread a partition, one thread a task.
//!
//! A topology is a graph of spouts and bolts. Batches flow through bounded queues, so that a slow
//! bolt slows its spouts down. The clock belongs to the log's partition: it is moved, and a record
//! is judged late, where the record is read ([`partition_clock`]). A task that is fed by several
//! partitions takes their rows in the order (time, partition, position), up to the slowest clock
//! ([`merge`]), so that no answer depends on how threads interleave or how many tasks there are.
//!
//! Barriers travel with the batches; when one has passed a task, its state belongs to the
//! positions at which the spouts sent it ([`checkpoint`]). Recovery is: load the last checkpoint,
//! seek the logs to its positions, run again.
//!
//! Never here: what a bolt does, a protocol, a file format of records.

pub mod bolt;
pub mod checkpoint;
pub mod collector;
mod cut_back;
pub mod decisions;
pub mod executor;
pub mod grouping;
pub mod journal;
pub mod keeper;
pub mod ledger;
pub mod merge;
pub mod metrics;
pub mod partition_clock;
pub mod reorder;
pub mod spout;
pub mod task_context;
pub mod topology;

pub use bolt::{Bolt, BoltError, CheckpointId, SnapshotJob};
pub use collector::Collector;
pub use cut_back::cut_back;
pub use executor::{Options, Running};
pub use grouping::Grouping;
pub use journal::{Fsync, Journal, JournalError, JournalOptions};
pub use keeper::{Checkpoint, Decided, Decision, FolderKeeper, Keeper};
pub use merge::is_due;
pub use spout::{Decoded, PartitionReader, Read, Reject, SpoutError, TimeConfig};
pub use task_context::TaskContext;
pub use topology::{BoltSpec, From, InputSpec, SpoutSpec, Topology};
