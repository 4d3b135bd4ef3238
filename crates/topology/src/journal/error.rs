//! What can go wrong with a journal.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A fault of a journal.
#[derive(Debug)]
pub enum JournalError {
    /// The file system refused something.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, as a verb.
        action: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// A file does not read back as it was written.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// The position is not held: it was removed, or lies ahead.
    Gone {
        /// The position asked for.
        position: u64,
        /// The oldest held.
        start: u64,
        /// The position of the next entry.
        end: u64,
    },
    /// An earlier `fsync` failed; what the disk holds is unknown until the journal is opened again.
    Poisoned(String),
    /// The commit that the entries were part of could not be written. It may be tried again.
    NotWritten(String),
    /// An entry is larger than [`super::LARGEST_ENTRY`].
    TooLarge(usize),
}

impl JournalError {
    /// May the same call succeed later?
    pub fn is_retryable(&self) -> bool {
        matches!(self, JournalError::NotWritten(_))
    }

    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> JournalError {
        let path = path.to_path_buf();
        move |source| JournalError::Io {
            path,
            action,
            source,
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::Io {
                path,
                action,
                source,
            } => write!(f, "cannot {action} {}: {source}", path.display()),
            JournalError::Corrupt { path, offset, why } => write!(
                f,
                "{} is damaged at offset {offset}: {why}; restore the file from a copy, or cut it \
                 there to give up what follows",
                path.display()
            ),
            JournalError::Gone {
                position,
                start,
                end,
            } => write!(
                f,
                "the journal holds positions {start} to {end}, not {position}"
            ),
            JournalError::Poisoned(why) => write!(
                f,
                "the journal takes no more entries until it is opened again: {why}"
            ),
            JournalError::NotWritten(why) => write!(f, "the journal could not be written: {why}"),
            JournalError::TooLarge(size) => write!(
                f,
                "an entry of {size} bytes is larger than {} bytes",
                super::LARGEST_ENTRY
            ),
        }
    }
}

impl std::error::Error for JournalError {}
