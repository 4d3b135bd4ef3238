//! What readers see, and what the disk is told of it.

use std::sync::{Arc, MutexGuard};

use super::flush::Frozen;
use super::folder::path_of;
use super::{Inner, State};
use crate::compaction::FileInfo;
use crate::error::ArchiveError;
use crate::file::TableFile;
use crate::manifest::{Manifest, sync_folder};

impl Inner {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// A file that has been written.
    pub fn file(&self, info: FileInfo) -> Arc<TableFile> {
        let path = path_of(&self.folder, info.number);
        Arc::new(TableFile::new(path, info))
    }

    /// Switches readers from a memtable to the files that it was written to.
    pub fn take_in(&self, new: Vec<FileInfo>, memtable: &Arc<Frozen>) {
        let mut state = self.state();
        state.files.extend(new.into_iter().map(|f| self.file(f)));
        state.frozen.retain(|other| !Arc::ptr_eq(other, memtable));
        state.is_ahead = true;
    }

    /// Switches readers from files to the one that they were merged into. False, and nothing has
    /// changed, where one of them was dropped meanwhile.
    pub fn replace(&self, new: &Arc<TableFile>, old: &[Arc<TableFile>]) -> bool {
        let mut state = self.state();
        let is_live = |file: &Arc<TableFile>| state.files.iter().any(|f| Arc::ptr_eq(f, file));
        if !old.iter().all(is_live) {
            return false;
        }
        state.take_out(old);
        state.files.push(Arc::clone(new));
        true
    }

    /// Makes files durable, then the manifest that names them; what it replaced may then go.
    pub fn publish(&self) -> Result<(), ArchiveError> {
        let _publishing = self.publishing.lock().unwrap_or_else(|e| e.into_inner());
        let (files, next_file, replaced) = {
            let mut state = self.state();
            state.check()?;
            if !std::mem::take(&mut state.is_ahead) {
                return Ok(());
            }
            let replaced = std::mem::take(&mut state.replaced);
            (state.files.clone(), state.next_file, replaced)
        };
        files.iter().try_for_each(|file| file.make_durable())?;
        sync_folder(&self.folder)?;
        let manifest = Manifest {
            config: (*self.config).clone(),
            next_file,
            files: files.iter().map(|f| f.info.clone()).collect(),
        };
        manifest.write(&self.folder)?;
        replaced.iter().for_each(|f| f.retire());
        Ok(())
    }

    /// A table that could not be written stays so: what readers see is no longer what the disk
    /// will have.
    pub fn or_poison<T>(&self, result: Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        if let Err(error) = &result {
            self.state().poisoned.get_or_insert_with(|| error.clone());
        }
        result
    }
}

impl State {
    /// Readers see files no more; what the manifest names is kept until it names them no more.
    pub fn take_out(&mut self, old: &[Arc<TableFile>]) {
        self.files
            .retain(|file| !old.iter().any(|o| Arc::ptr_eq(o, file)));
        self.replaced.extend(old.iter().cloned());
        self.is_ahead = true;
    }
}
