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

    /// Switches what readers see: new files in, old ones out, and a memtable that they replace.
    pub fn switch(
        &self,
        new: Vec<FileInfo>,
        old: &[Arc<TableFile>],
        memtable: Option<&Arc<Frozen>>,
    ) {
        let is_old = |number: u64| old.iter().any(|f| f.info.number == number);
        let file = |info: FileInfo| {
            let path = path_of(&self.folder, info.number);
            Arc::new(TableFile::new(path, info))
        };
        let mut state = self.state();
        state.files.retain(|f| !is_old(f.info.number));
        state.files.extend(new.into_iter().map(file));
        state.replaced.extend(old.iter().cloned());
        state.is_ahead = true;
        if let Some(memtable) = memtable {
            state.frozen.retain(|other| !Arc::ptr_eq(other, memtable));
        }
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
