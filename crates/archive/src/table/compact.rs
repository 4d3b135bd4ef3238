//! Compaction: files of a bucket become one. It may take long and holds up nobody: neither writers
//! nor readers nor checkpoints wait for it, and it can be stopped at any moment.
//!
//! A crash at any step leaves a table that can be opened: until the manifest names the merged file
//! that file is an orphan, and the files that it was merged from stay on the disk until then.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Inner, Table};
use crate::compaction::{Decision, FileInfo, choose};
use crate::error::ArchiveError;
use crate::file::TableFile;

/// What became of a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// No files were to be merged.
    Rested,
    /// Files were merged; the next publication tells the disk.
    Merged,
    /// It was told to stop, or a file was dropped meanwhile: the files stay as they were.
    GivenUp,
}

/// What could not be merged: it is not tried again while the table is open.
#[derive(Debug, Default)]
pub(super) struct Unmergeable {
    files: BTreeSet<u64>,
    fault: Option<ArchiveError>,
}

impl Table {
    /// Carries out one compaction, if one is due. It looks at `stop` with each row group.
    ///
    /// # Errors
    /// [`ArchiveError`] where a file cannot be read or written; the files stay as they were, and are
    /// left out of later compactions.
    pub fn compact(&self, stop: &AtomicBool) -> Result<Compaction, ArchiveError> {
        let inner = &self.inner;
        let _work = inner.work.lock().unwrap_or_else(|e| e.into_inner());
        let Some(files) = inner.chosen() else {
            return Ok(Compaction::Rested);
        };
        let merged = inner.merge(&files, stop).and_then(|new| match new {
            Some(info) => inner.durable(info).map(Some),
            None => Ok(None),
        });
        match merged {
            Ok(Some(file)) if inner.replace(&file, &files) => Ok(Compaction::Merged),
            Ok(Some(file)) => {
                file.retire();
                Ok(Compaction::GivenUp)
            }
            Ok(None) => Ok(Compaction::GivenUp),
            Err(fault) => {
                let mut state = inner.state();
                let numbers = files.iter().map(|f| f.info.number);
                state.unmergeable.files.extend(numbers);
                state.unmergeable.fault = Some(fault.clone());
                Err(fault)
            }
        }
    }

    /// Why files could not be merged, the last time that this was so since the table was opened.
    pub fn compaction_fault(&self) -> Option<ArchiveError> {
        self.inner.state().unmergeable.fault.clone()
    }

    /// Are they handles of one table?
    pub(crate) fn is(&self, other: &Table) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Inner {
    /// The files that are to be merged now.
    fn chosen(&self) -> Option<Vec<Arc<TableFile>>> {
        let state = self.state();
        state.check().ok()?;
        let avoided = |file: &TableFile| state.unmergeable.files.contains(&file.info.number);
        let files = || state.files.iter().filter(|file| !avoided(file));
        let infos: Vec<FileInfo> = files().map(|file| file.info.clone()).collect();
        match choose(&infos) {
            Decision::Rest => None,
            Decision::Merge(numbers) => {
                let chosen = files().filter(|file| numbers.contains(&file.info.number));
                Some(chosen.cloned().collect())
            }
        }
    }

    /// A new file that the disk has: the publication that names it need not wait for that.
    fn durable(&self, info: FileInfo) -> Result<Arc<TableFile>, ArchiveError> {
        let file = self.file(info);
        match file.make_durable() {
            Ok(()) => Ok(file),
            Err(fault) => {
                file.retire();
                Err(fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TableConfig;
    use tachograph_event::strings::StringBuilder;
    use tachograph_event::{BatchBuilder, Origin};

    fn write_a_file(table: &Table, position: u64) {
        let mut batch = BatchBuilder::new(Arc::new(table.config().event_type()));
        let partition = 0;
        let origin = Origin {
            partition,
            position,
        };
        batch.push(position as i64, origin, []);
        let mut keys = StringBuilder::default();
        keys.push("key");
        let written = table.write(keys.finish(), Arc::new(batch.finish()), &Arc::from([]));
        written.expect("written");
        table.flush().expect("flushed");
    }

    #[test]
    fn a_file_that_is_dropped_while_it_is_merged_does_not_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = TableConfig {
            name: "T".into(),
            columns: Vec::new(),
            bucket_ms: 1_000,
            ttl_ms: Some(10),
            versions: 1,
            memtable_bytes: 1 << 20,
        };
        let table = Table::open(folder.path(), config).expect("a table");
        (0..4).for_each(|position| write_a_file(&table, position));
        let inner = &table.inner;
        let chosen = inner.chosen().expect("a compaction is due");
        let merged = inner.merge(&chosen, &false.into()).expect("merged");
        let merged = inner.file(merged.expect("it was not stopped"));
        assert!(table.drop_expired(11), "the oldest file");
        assert!(!inner.replace(&merged, &chosen));
        let numbers: Vec<u64> = table.files().iter().map(|f| f.number).collect();
        assert_eq!(numbers, [2, 3, 4]);
    }
}
