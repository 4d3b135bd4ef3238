//! The live store as several `live` bolts save and restore it.
//!
//! Each of them meets a checkpoint's barrier at its own moment, and takes what the whole store holds
//! then, which costs next to nothing. The last of them takes all that any of them wrote before its
//! barrier, so that one alone is written out, by the checkpoint's own thread. On recovery the last of
//! the states counts, whichever bolt brings it; what a bolt wrote after its barrier is then written
//! again, which changes nothing. Nobody writes before all have brought theirs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use tachograph_event::Encoder;
use tachograph_live::{SharedStore, Snapshot, Store};
use tachograph_topology::{BoltError, CheckpointId};

/// How long a bolt waits for the others to bring their states.
const PATIENCE: Duration = Duration::from_secs(30);

/// A store and the `live` bolts that write it.
pub struct SharedLive {
    store: Arc<SharedStore>,
    /// How many bolts write.
    bolts: usize,
    progress: Mutex<Progress>,
    brought: Condvar,
}

/// What the store held at a bolt's barrier.
pub(super) struct Taken {
    checkpoint: CheckpointId,
    /// Its number among all that were taken.
    number: u64,
    snapshot: Snapshot,
}

#[derive(Debug, Default)]
struct Progress {
    /// Number of the newest state that was taken, or brought.
    newest: u64,
    /// The checkpoint that it is of.
    checkpoint: CheckpointId,
    /// Bolts that have brought their state; 0 where there is no checkpoint.
    brought: usize,
}

impl SharedLive {
    /// An empty store for so many bolts.
    pub fn new(bolts: usize) -> SharedLive {
        SharedLive {
            store: Arc::new(SharedStore::default()),
            bolts,
            progress: Mutex::default(),
            brought: Condvar::new(),
        }
    }

    /// The store.
    pub fn store(&self) -> &Arc<SharedStore> {
        &self.store
    }

    /// What the store holds now, for a checkpoint.
    pub(super) fn take(&self, checkpoint: CheckpointId) -> Taken {
        let mut progress = self.progress();
        progress.newest += 1;
        progress.checkpoint = checkpoint;
        Taken {
            checkpoint,
            number: progress.newest,
            snapshot: self.store.snapshot(),
        }
    }

    /// Is there a later state of the same checkpoint? A bolt's last state, which stands in
    /// checkpoints to come, is of none that another's is of.
    fn is_outdated(&self, taken: &Taken) -> bool {
        let progress = self.progress();
        let is_last = taken.checkpoint == CheckpointId::MAX;
        !is_last && progress.checkpoint == taken.checkpoint && progress.newest > taken.number
    }

    /// Appends the number of what was taken and, unless a later one of the checkpoint is written
    /// instead, the store.
    pub(super) fn write(&self, taken: &Taken, to: &mut Encoder) {
        to.u64(taken.number);
        let mut saved = Vec::new();
        if !self.is_outdated(taken) {
            taken.snapshot.save(&mut saved);
        }
        to.bytes(&saved);
    }

    /// Takes a state back, unless a later one is there already.
    pub(super) fn restore(&self, number: u64, saved: &[u8]) -> Result<(), BoltError> {
        let mut progress = self.progress();
        if number > progress.newest && !saved.is_empty() {
            let store = Store::load(saved).map_err(|e| BoltError(format!("live store: {e}")))?;
            self.store.with(|live| *live = store);
            progress.newest = number;
        }
        progress.brought += 1;
        self.brought.notify_all();
        Ok(())
    }

    /// Waits until all bolts have brought their states.
    pub(super) fn wait(&self) -> Result<(), BoltError> {
        let absent = |progress: &mut Progress| progress.brought < self.bolts;
        let waited = self
            .brought
            .wait_timeout_while(self.progress(), PATIENCE, absent);
        let (progress, timeout) = waited.unwrap_or_else(|e| e.into_inner());
        drop(progress);
        if timeout.timed_out() {
            let message = "live store: another bolt has brought no state";
            return Err(BoltError(message.into()));
        }
        Ok(())
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(|e| e.into_inner())
    }
}
