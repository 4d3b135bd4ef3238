//! Flush: a memtable that was moved aside becomes files, one a bucket of event time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::new_file::NewFile;
use super::{Inner, Table};
use crate::compaction::FileInfo;
use crate::encode::Place;
use crate::error::ArchiveError;
use crate::run::Run;
use crate::sort::sort;

/// A memtable that was moved aside, on its way to files.
#[derive(Debug)]
pub(super) struct Frozen {
    pub(super) runs: Vec<Arc<Run>>,
    /// Is it in files? Locked by who writes it.
    is_written: Mutex<bool>,
}

impl Frozen {
    pub(super) fn new(runs: Vec<Arc<Run>>) -> Arc<Frozen> {
        Arc::new(Frozen {
            runs,
            is_written: Mutex::new(false),
        })
    }
}

/// Writes a memtable that was moved aside; any thread may do it. Of several jobs for one memtable
/// the first writes it, and the others wait for that.
#[derive(Debug)]
pub struct FlushJob {
    pub(super) table: Table,
    pub(super) memtable: Arc<Frozen>,
}

impl FlushJob {
    /// Writes the rows and makes them part of what readers see.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn run(self) -> Result<(), ArchiveError> {
        let inner = &self.table.inner;
        let is_written = &self.memtable.is_written;
        let mut is_written = is_written.lock().unwrap_or_else(|e| e.into_inner());
        if *is_written {
            return Ok(());
        }
        inner.state().check()?;
        let files = inner.or_poison(inner.write_runs(&self.memtable.runs))?;
        inner.take_in(files, &self.memtable);
        *is_written = true;
        Ok(())
    }
}

impl Inner {
    /// Writes runs as new files, one a bucket. They count only once the manifest names them.
    pub fn write_runs(&self, runs: &[Arc<Run>]) -> Result<Vec<FileInfo>, ArchiveError> {
        let mut buckets: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
        for (number, run) in runs.iter().enumerate() {
            let bucket_ms = self.config.bucket_ms.max(1);
            let times = run.times();
            let mut row = 0;
            while let Some(time) = times.get(row) {
                let bucket = time.div_euclid(bucket_ms);
                let since = time.rem_euclid(bucket_ms);
                // The first and the last bucket end with the range of instants.
                let within =
                    time.saturating_sub(since)..=time.saturating_add(bucket_ms - 1 - since);
                let part = times[row..].iter().take_while(|time| within.contains(time));
                let end = row + part.count();
                let rows = buckets.entry(bucket).or_default();
                rows.extend((row as u32..end as u32).map(|row| (number as u32, row)));
                row = end;
            }
        }
        let mut files = Vec::new();
        for (bucket, mut rows) in buckets {
            sort(runs, &mut rows);
            let mut file = NewFile::create(self, bucket)?;
            file.add(runs, &rows)?;
            files.push(file.finish()?);
        }
        Ok(files)
    }
}
