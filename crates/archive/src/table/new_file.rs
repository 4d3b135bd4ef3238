//! A file of a bucket that is being written: rows come in key order, newest version first, and
//! superseded versions are left out.

use std::path::PathBuf;
use std::sync::Arc;

use super::Inner;
use super::folder::path_of;
use crate::compaction::FileInfo;
use crate::encode::{FileWriter, Place};
use crate::error::ArchiveError;
use crate::run::{Run, Version};

/// The file and what the manifest will say of it.
pub(super) struct NewFile {
    path: PathBuf,
    writer: FileWriter,
    info: FileInfo,
    versions: Versions,
}

impl NewFile {
    /// The next file of a table.
    pub fn create(table: &Inner, bucket: i64) -> Result<NewFile, ArchiveError> {
        let number = {
            let mut state = table.state();
            state.next_file += 1;
            state.next_file - 1
        };
        let path = path_of(&table.folder, number);
        Ok(NewFile {
            writer: FileWriter::create(&path, &table.config)?,
            path,
            info: FileInfo {
                number,
                bucket,
                rows: 0,
                bytes: 0,
                min_key: Vec::new(),
                max_key: Vec::new(),
                min_time: i64::MAX,
                max_time: i64::MIN,
            },
            versions: Versions::keep(table.config.versions),
        })
    }

    /// Adds rows that follow those that were added before.
    pub fn add(&mut self, runs: &[Arc<Run>], mut rows: Vec<Place>) -> Result<(), ArchiveError> {
        let key = |(run, row): Place| runs[run as usize].key_bytes(row);
        let version = |(run, row): Place| runs[run as usize].version(row);
        rows.retain(|place| self.versions.has_place(key(*place), version(*place)));
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(());
        };
        if self.info.rows == 0 {
            self.info.min_key = key(*first).to_vec();
        }
        self.info.max_key = key(*last).to_vec();
        self.info.rows += rows.len() as u64;
        for (run, row) in &rows {
            let time = runs[*run as usize].time(*row);
            self.info.min_time = self.info.min_time.min(time);
            self.info.max_time = self.info.max_time.max(time);
        }
        self.writer.write(runs, &rows)
    }

    /// The file is not wanted.
    pub fn abandon(self) {
        // One that cannot be removed now is removed when the table is opened next.
        let _ = std::fs::remove_file(&self.path);
    }

    /// What the manifest shall say of the file.
    pub fn finish(mut self) -> Result<FileInfo, ArchiveError> {
        self.info.bytes = self.writer.finish()?;
        Ok(self.info)
    }
}

/// Judges rows in key order: which versions of a key are kept.
struct Versions {
    most: u32,
    key: Vec<u8>,
    version: Option<Version>,
    kept: u32,
}

impl Versions {
    fn keep(most: u32) -> Versions {
        Versions {
            most,
            key: Vec::new(),
            version: None,
            kept: 0,
        }
    }

    /// Is the row kept? One that was written twice counts once.
    fn has_place(&mut self, key: &[u8], version: Version) -> bool {
        if self.version.is_none() || self.key != key {
            self.key.clear();
            self.key.extend_from_slice(key);
            self.kept = 0;
        } else if self.version == Some(version) {
            return false;
        }
        self.version = Some(version);
        self.kept += 1;
        self.kept <= self.most
    }
}
