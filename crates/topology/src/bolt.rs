//! What works on records.

use std::fmt;
use std::sync::Arc;

use tachograph_event::{Batch, Millis};

use crate::collector::Collector;
use crate::task_context::TaskContext;

/// Number of a checkpoint, rising.
pub type CheckpointId = u64;

/// The rest of a snapshot, which any thread may do: gives the state's bytes.
pub type SnapshotJob = Box<dyn FnOnce() -> Result<Vec<u8>, BoltError> + Send>;

/// One task of a bolt.
pub trait Bolt: Send {
    /// Called once, before anything else: what the task may know of the topology around it.
    fn attach(&mut self, _context: TaskContext) {}

    /// Rows in the order (time, partition, position). `input` is the number of the bolt's input.
    ///
    /// # Errors
    /// [`BoltError`] stops the topology.
    fn process(
        &mut self,
        input: usize,
        batch: Arc<Batch>,
        out: &mut Collector,
    ) -> Result<(), BoltError>;

    /// Does the order of rows matter to the bolt? Where it does not, rows are handed over as they
    /// come, whatever the clocks say.
    fn is_ordered(&self) -> bool {
        true
    }

    /// Rows that came too late for the clock. Rules pass them by; an archive keeps them.
    ///
    /// # Errors
    /// [`BoltError`] stops the topology.
    fn late(&mut self, _input: usize, _batch: Arc<Batch>) -> Result<(), BoltError> {
        Ok(())
    }

    /// The task's clock moves: no row before it will come.
    ///
    /// # Errors
    /// [`BoltError`] stops the topology.
    fn advance(&mut self, clock: Millis, out: &mut Collector) -> Result<(), BoltError>;

    /// The state at a barrier. When the job is done, every effect before the barrier is durable,
    /// or will be repeated from the state.
    ///
    /// # Errors
    /// [`BoltError`] stops the topology.
    fn checkpoint(&mut self, id: CheckpointId) -> Result<SnapshotJob, BoltError>;

    /// Takes a state back that `checkpoint` gave.
    ///
    /// # Errors
    /// [`BoltError`] where the state cannot be used.
    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError>;

    /// All inputs have ended.
    ///
    /// # Errors
    /// [`BoltError`] stops the topology.
    fn finish(&mut self, _out: &mut Collector) -> Result<(), BoltError> {
        Ok(())
    }
}

/// A fault of a bolt: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoltError(pub String);

impl fmt::Display for BoltError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BoltError {}
