//! Writes rows into a table of the archive: all of them, late ones too.
//!
//! A checkpoint flushes the table, so every row before the barrier is in a file when the
//! checkpoint counts, also one that another task has moved aside; rows after it come again from
//! the log. Compactions wait for no checkpoint, nor it for them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;

use tachograph_archive::{ArchiveError, Compactor, FlushJob, Table};
use tachograph_event::{Batch, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

use super::expression::RowExpression;

/// One task of an `archive` bolt. Tasks share the table.
pub struct ArchiveBolt {
    table: Table,
    key: RowExpression,
    slots: Arc<[usize]>,
    /// Newest event time that a partition's clock has accepted, for the time to live: a record
    /// that is absurdly far ahead must not make all others old.
    newest: Millis,
    flusher: Flusher,
    compactor: Arc<Compactor>,
}

/// Memtables of one task that may be written at the same time, while another one fills.
const MOST_FLUSHES: usize = 2;

/// Threads that write memtables, oldest first. Who asks for one more than [`MOST_FLUSHES`] waits
/// for the oldest, which bounds what is in memory.
#[derive(Default)]
struct Flusher(VecDeque<JoinHandle<Result<(), ArchiveError>>>);

impl Flusher {
    fn start(&mut self, flush: FlushJob) -> Result<(), BoltError> {
        if self.0.len() == MOST_FLUSHES {
            self.finish_oldest()?;
        }
        let thread = std::thread::Builder::new().name("flush".into());
        let started = thread.spawn(move || flush.run());
        let started =
            started.map_err(|e| BoltError(format!("archive: no thread to flush: {e}")))?;
        self.0.push_back(started);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), BoltError> {
        while !self.0.is_empty() {
            self.finish_oldest()?;
        }
        Ok(())
    }

    fn finish_oldest(&mut self) -> Result<(), BoltError> {
        match self.0.pop_front().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(result)) => result.map_err(fault),
            Some(Err(_)) => Err(BoltError("archive: a flush panicked".into())),
        }
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        // Nobody is left to be told; the table is poisoned and says so to its next writer.
        while let Some(thread) = self.0.pop_front() {
            let _ = thread.join();
        }
    }
}

impl ArchiveBolt {
    /// A task; `slots` gives the input's slot of each column of the table.
    pub fn new(
        table: Table,
        key: RowExpression,
        slots: Arc<[usize]>,
        compactor: Arc<Compactor>,
    ) -> ArchiveBolt {
        ArchiveBolt {
            table,
            key,
            slots,
            newest: Millis::MIN,
            flusher: Flusher::default(),
            compactor,
        }
    }

    fn write(&mut self, batch: Arc<Batch>) -> Result<(), BoltError> {
        let keys = self.key.keys(&batch);
        self.table.write(keys, batch, &self.slots).map_err(fault)?;
        if self.table.wants_flush()
            && let Some(flush) = self.table.freeze()
        {
            self.flusher.start(flush)?;
        }
        Ok(())
    }
}

fn fault(error: ArchiveError) -> BoltError {
    BoltError(format!("archive: {error}"))
}

impl Bolt for ArchiveBolt {
    /// A row's version says which is newer, in whatever order they come.
    fn is_ordered(&self) -> bool {
        false
    }

    fn process(&mut self, _: usize, batch: Arc<Batch>, _: &mut Collector) -> Result<(), BoltError> {
        self.newest = batch.times().iter().copied().fold(self.newest, Millis::max);
        self.write(batch)
    }

    fn late(&mut self, _: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        self.write(batch)
    }

    fn advance(&mut self, _: Millis, _: &mut Collector) -> Result<(), BoltError> {
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let (table, flushes, newest) = (self.table.clone(), self.table.freeze_all(), self.newest);
        let compactor = Arc::clone(&self.compactor);
        let mut before = std::mem::take(&mut self.flusher);
        Ok(Box::new(move || {
            before.finish()?;
            flushes
                .into_iter()
                .try_for_each(FlushJob::run)
                .map_err(fault)?;
            table.drop_expired(newest);
            table.publish().map_err(fault)?;
            compactor.tell(&table);
            Ok(Vec::new())
        }))
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), BoltError> {
        Ok(())
    }
}
