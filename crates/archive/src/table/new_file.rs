//! A file of a bucket that is being written: rows come in key order, newest version first, and
//! superseded versions are left out.

use std::path::PathBuf;
use std::sync::Arc;

use super::Inner;
use super::folder::path_of;
use crate::compaction::FileInfo;
use crate::encode::{FileWriter, GROUP_ROWS, Place, Rows};
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
    pub fn add(&mut self, runs: &[Arc<Run>], places: &[Place]) -> Result<(), ArchiveError> {
        for places in places.chunks(GROUP_ROWS) {
            let mut rows = Rows::gather(runs, places);
            self.versions.judge(&mut rows);
            if !rows.places.is_empty() {
                self.info_takes(&rows);
                self.writer.write(&rows)?;
            }
        }
        Ok(())
    }

    /// What the manifest says counts some rows, of which there is one at least.
    fn info_takes(&mut self, rows: &Rows<'_>) {
        let info = &mut self.info;
        if info.rows == 0 {
            info.min_key = rows.keys[0].to_vec();
        }
        info.max_key = rows.keys[rows.keys.len() - 1].to_vec();
        info.rows += rows.keys.len() as u64;
        for time in &rows.times {
            info.min_time = info.min_time.min(*time);
            info.max_time = info.max_time.max(*time);
        }
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

    /// Leaves out the rows that have no place in the file.
    fn judge(&mut self, rows: &mut Rows<'_>) {
        let last = std::mem::take(&mut self.key);
        let mut before: &[u8] = &last;
        let mut kept = Vec::with_capacity(rows.keys.len());
        for (i, key) in rows.keys.iter().enumerate() {
            let is_same = self.version.is_some() && *key == before;
            before = key;
            kept.push(self.has_place(is_same, (rows.times[i], rows.origins[i])));
        }
        self.key = before.to_vec();
        if kept.contains(&false) {
            rows.retain(&kept);
        }
    }

    /// Is the row kept, whose key is that of the row before or another? One that was written
    /// twice counts once.
    fn has_place(&mut self, is_same: bool, version: Version) -> bool {
        if !is_same {
            self.kept = 0;
        } else if self.version == Some(version) {
            return false;
        }
        self.version = Some(version);
        self.kept += 1;
        self.kept <= self.most
    }
}
