//! The thread that compacts tables: who writes or checkpoints only tells it which tables have got
//! files, and waits for nothing.
//!
//! State: tables to be looked at, in turn. One merge at a time, for all tables together, which
//! bounds what it takes of processor, disk and memory; after a merge its table goes to the end of
//! the queue. Never here: which files are merged, or how.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

use crate::error::ArchiveError;
use crate::table::{Compaction, Table};

/// A thread that compacts. Dropped, it stops within a row group's time, and a merge that it was at
/// is given up.
#[derive(Debug)]
pub struct Compactor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<VecDeque<Table>>,
    told: Condvar,
    stop: AtomicBool,
}

impl Compactor {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ArchiveError`] where the system has no thread left.
    pub fn start() -> Result<Compactor, ArchiveError> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("compaction".into());
        let thread = thread.spawn(move || own.run());
        let thread = thread.map_err(|e| ArchiveError::new(format!("no thread to compact: {e}")))?;
        Ok(Compactor {
            shared,
            thread: Some(thread),
        })
    }

    /// The table may have something to merge.
    pub fn tell(&self, table: &Table) {
        self.shared.add(table.clone());
    }
}

impl Drop for Compactor {
    fn drop(&mut self) {
        let queue = self.shared.queue();
        self.shared.stop.store(true, Ordering::Relaxed);
        drop(queue);
        self.shared.told.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic was printed where it happened; the tables are as they were before the merge.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self) {
        while let Some(table) = self.next() {
            // After a fault, which the table remembers, other files of it may still be merged.
            match table.compact(&self.stop) {
                Ok(Compaction::Rested | Compaction::GivenUp) => {}
                Ok(Compaction::Merged) | Err(_) => self.add(table),
            }
        }
    }

    fn add(&self, table: Table) {
        let mut queue = self.queue();
        if !queue.iter().any(|other| other.is(&table)) {
            queue.push_back(table);
            self.told.notify_one();
        }
    }

    /// The next table; none where the thread shall end.
    fn next(&self) -> Option<Table> {
        let stopped = || self.stop.load(Ordering::Relaxed);
        let idle = |queue: &mut VecDeque<Table>| queue.is_empty() && !stopped();
        let waited = self.told.wait_while(self.queue(), idle);
        let mut queue = waited.unwrap_or_else(|e| e.into_inner());
        if stopped() { None } else { queue.pop_front() }
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Table>> {
        self.queue.lock().unwrap_or_else(|e| e.into_inner())
    }
}
