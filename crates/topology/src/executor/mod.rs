//! Executors: the threads of a running topology.
//!
//! Every pair of executors that feed each other has a bounded queue of its own; a sender waits
//! when it is full, which is how a slow bolt slows its spouts. Barriers are aligned: a channel
//! that has delivered a barrier is not read until all have. A fault or panic of one executor stops
//! the topology, and the first fault is what [`Running::wait`] gives.

mod companions;
mod coordinator;
mod fault;
mod launch;
mod message;
mod outlet;
mod running;
mod spout;
mod task_thread;
mod wiring;

pub use running::{Options, Running};

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crossbeam_channel::Sender;

use crate::bolt::{CheckpointId, SnapshotJob};
use fault::Fault;

/// What executors share.
#[derive(Debug, Default)]
pub(crate) struct Control {
    /// Threads leave as soon as they see it.
    pub stop: AtomicBool,
    /// Newest checkpoint that spouts shall begin.
    pub requested: AtomicU64,
    /// Newest checkpoint that is whole and durable.
    pub completed: AtomicU64,
    /// First fault.
    pub fault: Mutex<Option<String>>,
}

impl Control {
    /// Notes a fault and stops everything.
    pub fn fail(&self, message: String) {
        let mut fault = self.fault.lock().unwrap_or_else(|e| e.into_inner());
        fault.get_or_insert(message);
        self.stop.store(true, Ordering::SeqCst);
    }

    /// A thread has ended; what failed in it stops everything.
    pub fn ended(&self, who: &str, how: Result<(), Fault>) {
        if let Err(Fault::Failed(message)) = how {
            self.fail(format!("{who}: {message}"));
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// A part of a checkpoint, on its way to the coordinator.
pub(crate) struct Part {
    pub id: CheckpointId,
    /// Number of the part in the topology's list.
    pub number: usize,
    /// Where reading goes on, of a partition.
    pub position: Option<u64>,
    pub job: SnapshotJob,
    /// How long the executor stood still for it, in microseconds.
    pub pause_us: u64,
}

/// The checkpoint that ends a topology whose sources have all ended.
pub(crate) const FINAL: CheckpointId = CheckpointId::MAX;

/// Where parts go.
pub(crate) type Parts = Sender<Part>;
