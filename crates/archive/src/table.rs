//! A table: memtable, files, and the steps that move rows from one to the other.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use tachograph_event::{Batch, StringColumn};

use crate::compaction::{Decision, FileInfo, choose};
use crate::config::TableConfig;
use crate::encode::{Place, write_file};
use crate::error::ArchiveError;
use crate::file::{GroupCache, TableFile};
use crate::manifest::{Manifest, sync_folder};
use crate::run::Run;
use crate::sort;
use crate::view::View;

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
    /// One flush or compaction at a time.
    work: Mutex<()>,
    /// Held for as long as the table may be written.
    _lock: Option<File>,
}

#[derive(Debug, Default)]
struct State {
    active: Vec<Arc<Run>>,
    active_rows: usize,
    frozen: Vec<Arc<Vec<Arc<Run>>>>,
    files: Vec<Arc<TableFile>>,
    next_file: u64,
    /// Why the table can no longer be written.
    poisoned: Option<ArchiveError>,
}

/// Bytes that a row of a memtable is reckoned to take.
const BYTES_A_ROW: usize = 120;

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
        let file = |info: FileInfo| Arc::new(TableFile::new(path_of(folder, info.number), info));
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
        let rows = keys.len();
        let mut state = self.inner.state();
        state.check()?;
        state
            .active
            .push(Arc::new(Run::new(keys, batch, Arc::clone(slots))));
        state.active_rows += rows;
        Ok(())
    }

    /// Has the memtable grown beyond its bound?
    pub fn wants_flush(&self) -> bool {
        self.inner.state().active_rows * BYTES_A_ROW > self.inner.config.memtable_bytes
    }

    /// Moves the memtable aside, still readable; the job writes it. None where it is empty.
    pub fn freeze(&self) -> Option<FlushJob> {
        let mut state = self.inner.state();
        if state.active.is_empty() {
            return None;
        }
        state.active_rows = 0;
        let runs = Arc::new(std::mem::take(&mut state.active));
        state.frozen.push(Arc::clone(&runs));
        Some(FlushJob {
            table: self.clone(),
            runs,
        })
    }

    /// Writes the memtable to files.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn flush(&self) -> Result<(), ArchiveError> {
        self.freeze().map_or(Ok(()), FlushJob::run)
    }

    /// Carries out one compaction, if one is due. True where files were merged.
    ///
    /// # Errors
    /// [`ArchiveError`] where a file cannot be read or written; the files stay as they were.
    pub fn compact(&self) -> Result<bool, ArchiveError> {
        let _work = self.inner.work.lock().unwrap_or_else(|e| e.into_inner());
        let files = self.inner.state().files.clone();
        let infos: Vec<FileInfo> = files.iter().map(|f| f.info.clone()).collect();
        let Decision::Merge(numbers) = choose(&infos) else {
            return Ok(false);
        };
        let merged: Vec<Arc<TableFile>> = files
            .into_iter()
            .filter(|f| numbers.contains(&f.info.number))
            .collect();
        let mut runs = Vec::new();
        for file in &merged {
            for group in 0..file.groups()? {
                runs.push(file.group(group, &self.inner.config, &self.inner.cache)?);
            }
        }
        let written = self.inner.write_runs(&runs)?;
        self.inner.switch(written, &merged, None)?;
        Ok(true)
    }

    /// Drops files whose newest row is older than the time to live. True where some were.
    ///
    /// # Errors
    /// [`ArchiveError`] where the manifest cannot be written.
    pub fn drop_expired(&self, now: i64) -> Result<bool, ArchiveError> {
        let Some(ttl) = self.inner.config.ttl_ms else {
            return Ok(false);
        };
        let _work = self.inner.work.lock().unwrap_or_else(|e| e.into_inner());
        let files = self.inner.state().files.clone();
        let expired: Vec<Arc<TableFile>> = files
            .into_iter()
            .filter(|f| f.info.max_time < now - ttl)
            .collect();
        if expired.is_empty() {
            return Ok(false);
        }
        self.inner.switch(Vec::new(), &expired, None)?;
        Ok(true)
    }

    /// What can be read at this moment; it stays so for as long as the view is held.
    pub fn view(&self) -> View {
        let state = self.inner.state();
        let frozen = state.frozen.iter().flat_map(|runs| runs.iter().cloned());
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

/// A memtable that was moved aside, to be written by any thread.
#[derive(Debug)]
pub struct FlushJob {
    table: Table,
    runs: Arc<Vec<Arc<Run>>>,
}

impl FlushJob {
    /// Writes the rows and makes them part of the table's files.
    ///
    /// # Errors
    /// [`ArchiveError`]; the table is poisoned then, and its rows stay readable.
    pub fn run(self) -> Result<(), ArchiveError> {
        let inner = &self.table.inner;
        let _work = inner.work.lock().unwrap_or_else(|e| e.into_inner());
        let written = inner.write_runs(&self.runs);
        let result = written.and_then(|files| inner.switch(files, &[], Some(&self.runs)));
        if let Err(error) = &result {
            inner.state().poisoned.get_or_insert_with(|| error.clone());
        }
        result
    }
}

impl State {
    fn check(&self) -> Result<(), ArchiveError> {
        match &self.poisoned {
            None => Ok(()),
            Some(cause) => Err(ArchiveError::new(format!(
                "the table can no longer be written since a flush failed: {cause}"
            ))),
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Writes runs as new files, one a bucket. They count only once the manifest names them.
    fn write_runs(&self, runs: &[Arc<Run>]) -> Result<Vec<FileInfo>, ArchiveError> {
        let mut buckets: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
        for (number, run) in runs.iter().enumerate() {
            let bucket_of = |row: &u32| run.time(*row).div_euclid(self.config.bucket_ms.max(1));
            let rows: Vec<u32> = (0..run.len() as u32).collect();
            for part in rows.chunk_by(|a, b| bucket_of(a) == bucket_of(b)) {
                let rows = buckets.entry(bucket_of(&part[0])).or_default();
                rows.extend(part.iter().map(|row| (number as u32, *row)));
            }
        }
        let mut files = Vec::new();
        for (bucket, mut rows) in buckets {
            sort::sort(runs, &mut rows);
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

    /// Switches the manifest: new files in, old ones out, and a memtable that they replace.
    fn switch(
        &self,
        new: Vec<FileInfo>,
        old: &[Arc<TableFile>],
        memtable: Option<&Arc<Vec<Arc<Run>>>>,
    ) -> Result<(), ArchiveError> {
        sync_folder(&self.folder)?;
        let is_old = |number: u64| old.iter().any(|f| f.info.number == number);
        let (mut files, next_file) = {
            let state = self.state();
            (state.files.clone(), state.next_file)
        };
        files.retain(|f| !is_old(f.info.number));
        let file =
            |info: FileInfo| Arc::new(TableFile::new(path_of(&self.folder, info.number), info));
        files.extend(new.into_iter().map(file));
        let manifest = Manifest {
            config: (*self.config).clone(),
            next_file,
            files: files.iter().map(|f| f.info.clone()).collect(),
        };
        manifest.write(&self.folder)?;
        let mut state = self.state();
        state.files = files;
        if let Some(memtable) = memtable {
            state.frozen.retain(|runs| !Arc::ptr_eq(runs, memtable));
        }
        old.iter().for_each(|f| f.retire());
        Ok(())
    }
}

fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:010}.parquet"))
}

fn lock(folder: &Path) -> Result<File, ArchiveError> {
    let path = folder.join("LOCK");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|e| ArchiveError::of(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ArchiveError::of(
            folder,
            "another process writes this table; stop it first",
        )),
        Err(TryLockError::Error(e)) => Err(ArchiveError::of(&path, e)),
    }
}

/// Removes files that no manifest names: left by a crash between writing and switching.
fn remove_orphans(folder: &Path, manifest: &Manifest) -> Result<(), ArchiveError> {
    let live: Vec<PathBuf> = manifest
        .files
        .iter()
        .map(|f| path_of(folder, f.number))
        .collect();
    for entry in fs::read_dir(folder)
        .map_err(|e| ArchiveError::of(folder, e))?
        .flatten()
    {
        let path = entry.path();
        let ours = path
            .extension()
            .is_some_and(|e| e == "parquet" || e == "next");
        if ours && !live.contains(&path) {
            fs::remove_file(&path).map_err(|e| ArchiveError::of(&path, e))?;
        }
    }
    for path in &live {
        if !path.exists() {
            return Err(ArchiveError::of(
                path,
                "the manifest names this file, but it is gone",
            ));
        }
    }
    Ok(())
}
