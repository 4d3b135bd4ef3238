//! Flush: a memtable that was moved aside becomes files, one a bucket of event time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::new_file::NewFile;
use super::{Inner, Table};
use crate::compaction::FileInfo;
use crate::encode::Place;
use crate::error::ArchiveError;
use crate::run::Run;
use crate::sort::sort;

/// A memtable that was moved aside, to be written by any thread.
#[derive(Debug)]
pub struct FlushJob {
    pub(super) table: Table,
    pub(super) runs: Arc<Vec<Arc<Run>>>,
}

impl FlushJob {
    /// Writes the rows and makes them part of what readers see.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn run(self) -> Result<(), ArchiveError> {
        let inner = &self.table.inner;
        let files = inner.or_poison(inner.write_runs(&self.runs))?;
        inner.switch(files, &[], Some(&self.runs));
        Ok(())
    }
}

impl Inner {
    /// Writes runs as new files, one a bucket. They count only once the manifest names them.
    pub fn write_runs(&self, runs: &[Arc<Run>]) -> Result<Vec<FileInfo>, ArchiveError> {
        let mut buckets: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
        for (number, run) in runs.iter().enumerate() {
            let bucket_ms = self.config.bucket_ms.max(1);
            let mut row = 0;
            while row < run.len() as u32 {
                let bucket = run.time(row).div_euclid(bucket_ms);
                let within = bucket * bucket_ms..(bucket + 1).saturating_mul(bucket_ms);
                let rest = row..run.len() as u32;
                let part = rest.take_while(|row| within.contains(&run.time(*row)));
                let rows = buckets.entry(bucket).or_default();
                let before = rows.len();
                rows.extend(part.map(|row| (number as u32, row)));
                row += (rows.len() - before) as u32;
            }
        }
        let mut files = Vec::new();
        for (bucket, mut rows) in buckets {
            sort(runs, &mut rows);
            let mut file = NewFile::create(self, bucket)?;
            file.add(runs, rows)?;
            files.push(file.finish()?);
        }
        Ok(files)
    }
}
