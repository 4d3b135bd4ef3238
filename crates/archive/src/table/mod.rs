//! A table: memtable, files, and the steps that move rows from one to the other.
//!
//! State: the *active* memtable, *frozen* ones on their way to files, and the files that readers
//! see. The manifest on the disk follows when the table is *published*; between two publications
//! nothing waits for the disk, since the log still has every row that came after the last one.

mod compact;
mod flush;
mod folder;
mod merge;
mod new_file;
mod publish;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tachograph_event::{Batch, StringColumn};

use crate::compaction::FileInfo;
use crate::config::TableConfig;
use crate::error::ArchiveError;
use crate::file::{GroupCache, TableFile};
use crate::manifest::Manifest;
use crate::run::Run;
use crate::view::View;
pub use compact::Compaction;
use compact::Unmergeable;
pub use flush::FlushJob;
use flush::Frozen;
use folder::{lock, path_of, remove_orphans};

/// A table of the archive. Clones share it.
#[derive(Debug, Clone)]
pub struct Table {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    config: Arc<TableConfig>,
    cache: Arc<GroupCache>,
    state: Mutex<State>,
    /// One compaction at a time.
    work: Mutex<()>,
    /// One writer of the manifest at a time.
    publishing: Mutex<()>,
    /// Held for as long as the table may be written.
    _lock: Option<File>,
}

#[derive(Debug, Default)]
struct State {
    active: Vec<Arc<Run>>,
    /// Bytes of the active memtable, and the texts that are counted in them.
    active_bytes: usize,
    active_texts: BTreeSet<usize>,
    /// Memtables that were moved aside, oldest first.
    frozen: Vec<Arc<Frozen>>,
    /// What readers see.
    files: Vec<Arc<TableFile>>,
    next_file: u64,
    /// Does the manifest on the disk name other files than these?
    is_ahead: bool,
    /// Files that the manifest still names, though nothing reads them any more.
    replaced: Vec<Arc<TableFile>>,
    unmergeable: Unmergeable,
    /// Why the table can no longer be written.
    poisoned: Option<ArchiveError>,
}

impl Table {
    /// Opens a table for writing; makes it where it is not there.
    ///
    /// # Errors
    /// [`ArchiveError`] where another process writes it, its columns are others, or its manifest
    /// cannot be read.
    pub fn open(folder: &Path, config: TableConfig) -> Result<Table, ArchiveError> {
        fs::create_dir_all(folder).map_err(|e| ArchiveError::of(folder, e))?;
        let lock = lock(folder)?;
        let manifest = Manifest::read(folder)?;
        if let Some(manifest) = manifest.as_ref().filter(|m| !m.config.fits(&config)) {
            return Err(ArchiveError::of(
                folder,
                format!(
                    "table `{}` has other columns or another bucket than the topology says; give it another name",
                    manifest.config.name
                ),
            ));
        }
        let manifest = match manifest {
            Some(manifest) => manifest,
            None => Manifest::begin(folder, &config)?,
        };
        remove_orphans(folder, &manifest)?;
        Ok(Table::with(folder, config, manifest, Some(lock)))
    }

    /// Opens a table for reading, whether or not another process writes it.
    ///
    /// # Errors
    /// [`ArchiveError`] where there is no table, or its manifest cannot be read.
    pub fn open_read_only(folder: &Path) -> Result<Table, ArchiveError> {
        let manifest = Manifest::read(folder)?;
        let manifest = manifest.ok_or_else(|| ArchiveError::of(folder, "no table is here"))?;
        Ok(Table::with(folder, manifest.config.clone(), manifest, None))
    }

    fn with(folder: &Path, config: TableConfig, manifest: Manifest, lock: Option<File>) -> Table {
        let file = |info: FileInfo| {
            let path = path_of(folder, info.number);
            Arc::new(TableFile::new(path, info).named())
        };
        let state = State {
            next_file: manifest.next_file,
            files: manifest.files.into_iter().map(file).collect(),
            ..State::default()
        };
        Table {
            inner: Arc::new(Inner {
                folder: folder.to_path_buf(),
                config: Arc::new(config),
                cache: Arc::default(),
                state: Mutex::new(state),
                work: Mutex::new(()),
                publishing: Mutex::new(()),
                _lock: lock,
            }),
        }
    }

    /// What the table is like.
    pub fn config(&self) -> &TableConfig {
        &self.inner.config
    }

    /// Writes rows: `keys` in the order of the batch's rows, `slots` the batch's slot of each
    /// column of the table. They can be read at once.
    ///
    /// # Errors
    /// [`ArchiveError`] where the table is poisoned, or the arguments do not fit.
    pub fn write(
        &self,
        keys: StringColumn,
        batch: Arc<Batch>,
        slots: &Arc<[usize]>,
    ) -> Result<(), ArchiveError> {
        if keys.len() != batch.len() || slots.len() != self.inner.config.columns.len() {
            return Err(ArchiveError::new("keys, rows and columns do not match"));
        }
        let run = Arc::new(Run::new(keys, batch, Arc::clone(slots)));
        let mut state = self.inner.state();
        state.check()?;
        state.active_bytes += run.bytes(&mut state.active_texts);
        state.active.push(run);
        Ok(())
    }

    /// Has the memtable grown beyond its bound?
    pub fn wants_flush(&self) -> bool {
        self.inner.state().active_bytes > self.inner.config.memtable_bytes
    }

    /// Moves the memtable aside, still readable; the job writes it. None where it is empty.
    pub fn freeze(&self) -> Option<FlushJob> {
        let memtable = self.inner.state().freeze()?;
        Some(self.job(memtable))
    }

    /// Moves the memtable aside, and gives a job for every memtable that is not in files yet, also
    /// for those that another writer of the table has moved aside. When all are done, every row
    /// that was written before is in a file.
    pub fn freeze_all(&self) -> Vec<FlushJob> {
        let mut state = self.inner.state();
        state.freeze();
        let frozen = state.frozen.iter();
        frozen.map(|frozen| self.job(Arc::clone(frozen))).collect()
    }

    fn job(&self, memtable: Arc<Frozen>) -> FlushJob {
        FlushJob {
            table: self.clone(),
            memtable,
        }
    }

    /// Writes the memtable to files, and makes all that was written durable.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn flush(&self) -> Result<(), ArchiveError> {
        self.freeze_all().into_iter().try_for_each(FlushJob::run)?;
        self.publish()
    }

    /// Makes the table's files durable and switches the manifest to them. Until then a crash
    /// takes the table back to the manifest before, and the rows come again from the log.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn publish(&self) -> Result<(), ArchiveError> {
        self.inner.or_poison(self.inner.publish())
    }

    /// Drops files whose newest row is older than the time to live. True where some were.
    pub fn drop_expired(&self, now: i64) -> bool {
        let Some(ttl) = self.inner.config.ttl_ms else {
            return false;
        };
        let mut state = self.inner.state();
        let is_expired = |f: &&Arc<TableFile>| f.info.max_time < now.saturating_sub(ttl);
        let expired: Vec<Arc<TableFile>> = state.files.iter().filter(is_expired).cloned().collect();
        if !expired.is_empty() {
            state.take_out(&expired);
        }
        !expired.is_empty()
    }

    /// What can be read at this moment; it stays so for as long as the view is held.
    pub fn view(&self) -> View {
        let state = self.inner.state();
        let frozen = state.frozen.iter().flat_map(|f| f.runs.iter().cloned());
        let runs = frozen.chain(state.active.iter().cloned()).collect();
        View::new(
            Arc::clone(&self.inner.config),
            Arc::clone(&self.inner.cache),
            runs,
            state.files.clone(),
        )
    }

    /// The live files.
    pub fn files(&self) -> Vec<FileInfo> {
        self.inner
            .state()
            .files
            .iter()
            .map(|f| f.info.clone())
            .collect()
    }
}

impl State {
    /// Moves the memtable aside; none where it is empty.
    fn freeze(&mut self) -> Option<Arc<Frozen>> {
        if self.active.is_empty() {
            return None;
        }
        self.active_bytes = 0;
        self.active_texts.clear();
        let memtable = Frozen::new(std::mem::take(&mut self.active));
        self.frozen.push(Arc::clone(&memtable));
        Some(memtable)
    }

    fn check(&self) -> Result<(), ArchiveError> {
        match &self.poisoned {
            None => Ok(()),
            Some(cause) => Err(ArchiveError::new(format!(
                "the table can no longer be written since a flush failed: {cause}"
            ))),
        }
    }
}
