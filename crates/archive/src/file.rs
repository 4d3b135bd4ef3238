//! A file of a table: what the manifest knows of it, and its row groups, decoded on demand.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use parquet::bloom_filter::Sbbf;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;

use crate::block;
use crate::compaction::FileInfo;
use crate::config::TableConfig;
use crate::error::ArchiveError;
use crate::positioned::PositionedFile;
use crate::run::Run;

/// Decoded row groups that a table remembers.
const REMEMBERED_GROUPS: usize = 16;

/// A live file. It is removed when it is obsolete and no view holds it any more.
#[derive(Debug)]
pub(crate) struct TableFile {
    pub info: FileInfo,
    path: PathBuf,
    is_durable: AtomicBool,
    obsolete: AtomicBool,
    reader: OnceLock<Opened>,
}

/// Key range and bloom filter of each row group, and their reader.
struct Opened {
    file: PositionedFile,
    reader: SerializedFileReader<PositionedFile>,
    groups: Vec<(Vec<u8>, Vec<u8>)>,
    /// Filters that were read; none of a group that has none.
    filters: Vec<OnceLock<Option<Sbbf>>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} row groups", self.groups.len())
    }
}

/// File and number of a row group.
type GroupKey = (u64, usize);

/// Row groups decoded last, newest first.
#[derive(Debug, Default)]
pub(crate) struct GroupCache {
    held: Mutex<VecDeque<(GroupKey, Arc<Run>)>>,
}

impl GroupCache {
    fn get(&self, key: GroupKey) -> Option<Arc<Run>> {
        let mut held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        let place = held.iter().position(|(k, _)| *k == key)?;
        let entry = held.remove(place)?;
        held.push_front(entry.clone());
        Some(entry.1)
    }

    fn put(&self, key: GroupKey, run: &Arc<Run>) {
        let mut held = self.held.lock().unwrap_or_else(|e| e.into_inner());
        held.push_front((key, Arc::clone(run)));
        held.truncate(REMEMBERED_GROUPS);
    }
}

impl TableFile {
    pub fn new(path: PathBuf, info: FileInfo) -> TableFile {
        TableFile {
            info,
            path,
            is_durable: AtomicBool::new(false),
            obsolete: AtomicBool::new(false),
            reader: OnceLock::new(),
        }
    }

    /// Waits until the disk has the file.
    pub fn make_durable(&self) -> Result<(), ArchiveError> {
        if !self.is_durable.load(Ordering::SeqCst) {
            let file = std::fs::File::open(&self.path).and_then(|file| file.sync_all());
            file.map_err(|e| ArchiveError::of(&self.path, e))?;
            self.is_durable.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// The manifest names the file: the disk has it.
    pub fn named(self) -> TableFile {
        self.is_durable.store(true, Ordering::SeqCst);
        self
    }

    /// The file is no longer part of the table.
    pub fn retire(&self) {
        self.obsolete.store(true, Ordering::SeqCst);
    }

    fn open(&self) -> Result<&Opened, ArchiveError> {
        if let Some(opened) = self.reader.get() {
            return Ok(opened);
        }
        let fault = |e: parquet::errors::ParquetError| ArchiveError::of(&self.path, e);
        let file = std::fs::File::open(&self.path).map_err(|e| match e.kind() {
            // Only who reads without writing can find this: the writer keeps what it reads.
            ErrorKind::NotFound => ArchiveError::of(
                &self.path,
                "the file is gone: the table's writer has merged it since; read again",
            ),
            _ => ArchiveError::of(&self.path, e),
        })?;
        let file = PositionedFile::new(file).map_err(|e| ArchiveError::of(&self.path, e))?;
        let reader = SerializedFileReader::new(file.clone()).map_err(fault)?;
        let groups = reader.metadata().row_groups().iter();
        let groups = groups.map(|group| match group.column(0).statistics() {
            Some(Statistics::ByteArray(s)) => {
                let bytes =
                    |b: Option<&parquet::data_type::ByteArray>| b.map(|b| b.data().to_vec());
                (
                    bytes(s.min_opt()).unwrap_or_default(),
                    bytes(s.max_opt()).unwrap_or_default(),
                )
            }
            _ => (Vec::new(), vec![0xFF; 8]),
        });
        let groups: Vec<(Vec<u8>, Vec<u8>)> = groups.collect();
        Ok(self.reader.get_or_init(|| Opened {
            file,
            reader,
            filters: groups.iter().map(|_| OnceLock::new()).collect(),
            groups,
        }))
    }

    /// May a row group hold a key? Its bloom filter answers, without a look at the rows.
    pub fn may_hold(&self, group: usize, key: &[u8]) -> Result<bool, ArchiveError> {
        let opened = self.open()?;
        let filter = match opened.filters[group].get() {
            Some(filter) => filter,
            None => {
                let keys = opened.reader.metadata().row_group(group).column(0);
                let read = Sbbf::read_from_column_chunk(keys, &opened.file);
                let read = read.map_err(|e| ArchiveError::of(&self.path, e))?;
                opened.filters[group].get_or_init(|| read)
            }
        };
        Ok(filter.as_ref().is_none_or(|filter| filter.check(key)))
    }

    /// The number of row groups.
    pub fn groups(&self) -> Result<usize, ArchiveError> {
        Ok(self.open()?.groups.len())
    }

    /// The first row group that may hold a key at or above `key`.
    pub fn first_group(&self, key: &[u8]) -> Result<usize, ArchiveError> {
        Ok(self
            .open()?
            .groups
            .partition_point(|(_, max)| max.as_slice() < key))
    }

    /// A row group's rows.
    pub fn group(
        &self,
        number: usize,
        config: &TableConfig,
        cache: &GroupCache,
    ) -> Result<Arc<Run>, ArchiveError> {
        let key = (self.info.number, number);
        if let Some(run) = cache.get(key) {
            return Ok(run);
        }
        let run = Arc::new(self.read_group(number, config)?);
        cache.put(key, &run);
        Ok(run)
    }

    /// A row group's rows, read anew and not remembered.
    pub fn read_group(&self, number: usize, config: &TableConfig) -> Result<Run, ArchiveError> {
        block::read(&self.path, &self.open()?.reader, number, config)
    }
}

impl Drop for TableFile {
    fn drop(&mut self) {
        if self.obsolete.load(Ordering::SeqCst) {
            // A file that cannot be removed now is removed when the table is opened next.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
