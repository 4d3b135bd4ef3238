//! The embedded log, for sources that cannot be replayed.
//!
//! A journal is a folder of *segments*, each named by the position of its first entry. A segment
//! holds *frames*: what was committed together, with a length and a checksum. A *position* is the
//! number of an entry, from 0, without gaps. An append returns when its entries are as durable as
//! the [`Fsync`] policy declares; appends of many threads share one write and one `fsync`.
//!
//! State: the end of the log, a sparse index from positions to offsets, and what waits for the
//! next commit. A torn tail (what a crash left of the last commit) is cut when the journal is
//! opened; anything else that does not read back is an error that names file and offset, but behind
//! commits that did not wait for the disk. After a
//! failed `fsync` nobody knows what the disk holds, so the journal refuses all further appends
//! until it is opened again.
//!
//! Never: a meaning of the payloads; a removal of entries other than by [`Journal::truncate_before`].

mod append;
mod error;
pub(crate) mod frame;
mod open;
mod reader;
mod segment;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

pub use error::JournalError;
pub use open::SetAside;
pub use reader::{Entry, Reader};

use append::State;
use open::Found;
pub(crate) use segment::sync_folder;

/// Largest payload of one entry, in bytes.
pub const LARGEST_ENTRY: usize = 16 << 20;

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fsync {
    /// When `fsync` has returned. Nothing acknowledged is lost when the power fails.
    Always,
    /// When the operating system has it; `fsync` follows with the first commit after so many
    /// milliseconds. Nothing acknowledged is lost when the process dies.
    Every(u64),
    /// When the operating system has it; `fsync` is left to it and to [`Journal::sync`].
    Never,
}

/// How a journal is kept.
#[derive(Debug, Clone, Copy)]
pub struct JournalOptions {
    /// When a commit counts as done.
    pub fsync: Fsync,
    /// Size in bytes from which a new segment is begun.
    pub segment_bytes: u64,
}

impl Default for JournalOptions {
    fn default() -> JournalOptions {
        JournalOptions {
            fsync: Fsync::Always,
            segment_bytes: 64 << 20,
        }
    }
}

/// An open journal; clones share it.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    folder: PathBuf,
    options: JournalOptions,
    state: Mutex<State>,
    changed: Condvar,
    set_aside: Option<SetAside>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of another appender leaves the state between two of its steps at worst, each of
        // which is whole.
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Journal {
    /// Opens or begins the journal of a folder; a torn tail is cut. Where the policy is not
    /// [`Fsync::Always`], so is everything from a broken frame on: [`Journal::set_aside`].
    ///
    /// # Errors
    /// [`JournalError`] where the folder cannot be used, or its last segment is damaged before
    /// its tail although each commit waited for the disk.
    pub fn open(folder: &Path, options: JournalOptions) -> Result<Journal, JournalError> {
        let Found { state, set_aside } = open::open(folder, options.fsync)?;
        Ok(Journal {
            shared: Arc::new(Shared {
                folder: folder.to_path_buf(),
                options,
                state: Mutex::new(state),
                changed: Condvar::new(),
                set_aside,
            }),
        })
    }

    /// Appends entries together; returns their positions when they are durable.
    ///
    /// # Errors
    /// [`JournalError`]; then none of the entries will be read, now or after a restart, unless the
    /// fault was a failed `fsync`, after which a restart may find them.
    pub fn append<P: AsRef<[u8]>>(&self, payloads: &[P]) -> Result<Range<u64>, JournalError> {
        append::append(&self.shared, payloads)
    }

    /// What stood behind a broken frame when the journal was opened; a power cut can leave that
    /// of commits that did not wait for the disk.
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.shared.set_aside.as_ref()
    }

    /// Makes everything acknowledged so far durable, whatever the policy.
    ///
    /// # Errors
    /// [`JournalError`] where `fsync` failed.
    pub fn sync(&self) -> Result<(), JournalError> {
        append::sync(&self.shared)
    }

    /// Position of the oldest entry that is still held.
    pub fn start(&self) -> u64 {
        self.shared.lock().segments.first().map_or(0, |s| s.first)
    }

    /// Position of the next entry: everything before it can be read.
    pub fn end(&self) -> u64 {
        self.shared.lock().end
    }

    /// A reader from a position on.
    ///
    /// # Errors
    /// [`JournalError::Gone`] where the position is no longer held, or not yet.
    pub fn reader(&self, position: u64) -> Result<Reader, JournalError> {
        Reader::open(Arc::clone(&self.shared), position)
    }

    /// Removes whole segments of which every entry lies before a position. The newest segment
    /// always stays.
    ///
    /// # Errors
    /// [`JournalError`] where a file cannot be removed.
    pub fn truncate_before(&self, position: u64) -> Result<(), JournalError> {
        let mut state = self.shared.lock();
        while state.segments.len() > 1 && state.segments[1].first <= position {
            let path = state.segments[0].path.clone();
            std::fs::remove_file(&path).map_err(JournalError::io(&path, "remove"))?;
            state.segments.remove(0);
        }
        Ok(())
    }
}
