//! Segments: the files of a journal, each named by the position of its first entry.
//!
//! A segment begins with `TCJ1, first position u64, crc32 u32`.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::JournalError;

/// Bytes before the first frame.
pub(crate) const HEADER: usize = 16;

const MAGIC: &[u8; 4] = b"TCJ1";

/// Bytes between two entries of the sparse index.
const INDEX_STEP: u64 = 64 << 10;

/// A segment, as the journal knows it.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub first: u64,
    pub path: PathBuf,
    /// Some frames: first position and offset, rising.
    pub index: Vec<(u64, u64)>,
}

impl Segment {
    pub fn new(folder: &Path, first: u64) -> Segment {
        Segment {
            first,
            path: folder.join(format!("{first:020}.log")),
            index: Vec::new(),
        }
    }

    /// Notes where a frame stands.
    pub fn note(&mut self, position: u64, offset: u64) {
        let last = self.index.last().map_or(HEADER as u64, |(_, at)| *at);
        if offset >= last + INDEX_STEP {
            self.index.push((position, offset));
        }
    }

    /// Where to begin a search for a position.
    pub fn offset_near(&self, position: u64) -> u64 {
        let after = self.index.partition_point(|(first, _)| *first <= position);
        let near = after.checked_sub(1).map(|i| self.index[i].1);
        near.unwrap_or(HEADER as u64)
    }
}

/// The segment that is being written.
#[derive(Debug)]
pub(crate) struct Active {
    pub file: File,
    pub path: PathBuf,
    pub length: u64,
}

pub(crate) fn header(first: u64) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(MAGIC);
    header[4..12].copy_from_slice(&first.to_le_bytes());
    let crc = crc32fast::hash(&header[..12]);
    header[12..].copy_from_slice(&crc.to_le_bytes());
    header
}

impl Active {
    /// Begins a segment, durably.
    pub fn create(segment: &Segment) -> Result<Active, JournalError> {
        let path = &segment.path;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(path)
            .map_err(JournalError::io(path, "create"))?;
        let written = file.write_all(&header(segment.first));
        written.map_err(JournalError::io(path, "write"))?;
        file.sync_all().map_err(JournalError::io(path, "sync"))?;
        sync_folder(path)?;
        Ok(Active {
            file,
            path: path.clone(),
            length: HEADER as u64,
        })
    }

    /// Continues a segment at a length; what lies beyond is cut.
    pub fn resume(path: &Path, length: u64) -> Result<Active, JournalError> {
        let opened = OpenOptions::new().write(true).open(path);
        let mut file = opened.map_err(JournalError::io(path, "open"))?;
        let cut = file.set_len(length).and_then(|()| file.sync_all());
        cut.map_err(JournalError::io(path, "cut"))?;
        let sought = file.seek(SeekFrom::Start(length));
        sought.map_err(JournalError::io(path, "seek in"))?;
        Ok(Active {
            file,
            path: path.to_path_buf(),
            length,
        })
    }
}

/// Makes the names of a file's folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(JournalError::io(folder, "sync"))
}
