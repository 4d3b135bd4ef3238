//! Where a topology keeps what it must find again when it starts anew: its checkpoints, and what the
//! wall clock decided.
//!
//! [`FolderKeeper`] keeps checkpoints below the data folder, where each partition's decisions lie
//! already. What several processes take over from one another is kept where all of them reach it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tachograph_event::Millis;

use crate::bolt::CheckpointId;
use crate::checkpoint::{Restored, Store};

/// A whole checkpoint on its way to where it is kept.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    /// Its number.
    pub id: CheckpointId,
    /// The state of each part, by name.
    pub parts: &'a BTreeMap<String, Vec<u8>>,
    /// Names of all parts, in the order of the topology.
    pub names: &'a [String],
    /// Where the reading of each partition goes on, by the name of its part.
    pub positions: &'a BTreeMap<String, u64>,
}

/// Keeps what one topology must find again. Only one process at a time may use it.
pub trait Keeper: Send + Sync {
    /// The newest checkpoint that is whole; an empty one where there is none.
    ///
    /// # Errors
    /// A sentence where there is one that cannot be used.
    fn load(&self, names: &[String]) -> Result<Restored, String>;

    /// Makes a checkpoint the newest. Afterwards it survives whatever happens to this process.
    ///
    /// # Errors
    /// A sentence; the checkpoint before is still the newest then.
    fn save(&self, checkpoint: &Checkpoint<'_>) -> Result<(), String>;

    /// Keeps what was decided for a partition, before it is acted on. The partition's own file has it
    /// already, which is enough for those who go on in the same folder.
    ///
    /// # Errors
    /// A sentence; the decision must not be acted on then.
    fn decided(&self, _spout: &str, _partition: u32, _decision: Decided) -> Result<(), String> {
        Ok(())
    }

    /// What was decided for a partition elsewhere, at or behind the newest checkpoint.
    fn decided_before(&self, _spout: &str, _partition: u32) -> Vec<Decided> {
        Vec::new()
    }
}

/// What the wall clock decided at a position of a partition's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The position before which it was decided.
    pub position: u64,
    /// What it is.
    pub what: Decision,
    /// An instant: where the clock goes, or what first records are held against.
    pub instant: Millis,
}

/// Kinds of what the wall clock decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The source is silent: its clock goes to the instant.
    Idle,
    /// First records are held against the instant.
    Horizon,
}

/// Keeps everything below a data folder.
#[derive(Debug)]
pub struct FolderKeeper(Mutex<Store>);

impl FolderKeeper {
    /// What lies below a data folder.
    pub fn new(data: &Path) -> FolderKeeper {
        FolderKeeper(Mutex::new(Store::new(data.join("checkpoints"))))
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper for FolderKeeper {
    fn load(&self, names: &[String]) -> Result<Restored, String> {
        self.store().load(names)
    }

    fn save(&self, checkpoint: &Checkpoint<'_>) -> Result<(), String> {
        let saved = self
            .store()
            .save(checkpoint.id, checkpoint.parts, checkpoint.names);
        saved.map_err(|e| format!("checkpoint {} cannot be written: {e}", checkpoint.id))
    }
}
