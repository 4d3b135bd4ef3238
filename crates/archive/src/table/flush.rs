//! Flush: a memtable that was moved aside becomes files, one a bucket of event time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::folder::path_of;
use super::{Inner, Table};
use crate::compaction::FileInfo;
use crate::encode::{Place, write_file};
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
            self.keep_versions(runs, &mut rows);
            files.push(self.write_bucket(bucket, runs, &rows)?);
        }
        Ok(files)
    }

    /// Of rows in order, keeps the newest versions of each key.
    fn keep_versions(&self, runs: &[Arc<Run>], rows: &mut Vec<Place>) {
        let (mut last, mut count): (Option<Place>, u32) = (None, 0);
        let key = |(run, row): Place| runs[run as usize].key_bytes(row);
        let version = |(run, row): Place| runs[run as usize].version(row);
        rows.retain(|&place| {
            let same_key = last.is_some_and(|last| key(last) == key(place));
            let same_version = same_key && last.is_some_and(|last| version(last) == version(place));
            count = if same_key {
                count + u32::from(!same_version)
            } else {
                1
            };
            last = Some(place);
            !same_version && count <= self.config.versions
        });
    }

    fn write_bucket(
        &self,
        bucket: i64,
        runs: &[Arc<Run>],
        rows: &[Place],
    ) -> Result<FileInfo, ArchiveError> {
        let number = {
            let mut state = self.state();
            state.next_file += 1;
            state.next_file - 1
        };
        let path = path_of(&self.folder, number);
        let bytes = write_file(&path, &self.config, runs, rows)?;
        let key = |place: Option<&Place>| {
            place.map_or(Vec::new(), |(run, row)| {
                runs[*run as usize].key_bytes(*row).to_vec()
            })
        };
        let times = rows.iter().map(|(run, row)| runs[*run as usize].time(*row));
        Ok(FileInfo {
            number,
            bucket,
            rows: rows.len() as u64,
            bytes,
            min_key: key(rows.first()),
            max_key: key(rows.last()),
            min_time: times.clone().min().unwrap_or(0),
            max_time: times.max().unwrap_or(0),
        })
    }
}
