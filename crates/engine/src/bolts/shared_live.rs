//! The live store as several `live` bolts save and restore it.
//!
//! Each of them meets a checkpoint's barrier at its own moment, and saves the whole store. The
//! one that saves last saves all that any of them wrote before its barrier, so on recovery the
//! last of these states is taken, whichever bolt brings it; what a bolt wrote after its barrier
//! is then written again, which changes nothing. Nobody writes before all have brought theirs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use tachograph_live::{SharedStore, Store};
use tachograph_topology::BoltError;

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

#[derive(Debug, Default)]
struct Progress {
    /// Number of the newest saved state.
    newest: u64,
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

    /// The store's state, and its number among all that are saved.
    pub(super) fn save(&self) -> (u64, Vec<u8>) {
        let mut progress = self.progress();
        progress.newest += 1;
        let mut saved = Vec::new();
        self.store.save(&mut saved);
        (progress.newest, saved)
    }

    /// Takes a state back, unless a later one is there already.
    pub(super) fn restore(&self, number: u64, saved: &[u8]) -> Result<(), BoltError> {
        let mut progress = self.progress();
        if number > progress.newest {
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
