//! Errors of the archive: what happened, where, and whether trying again may help.

use std::fmt;
use std::path::Path;

/// A fault of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveError {
    /// What happened, with the path that it happened to.
    pub message: String,
    /// May it pass by itself?
    pub retryable: bool,
}

impl ArchiveError {
    /// A fault that stays.
    pub fn new(message: impl Into<String>) -> ArchiveError {
        ArchiveError {
            message: message.into(),
            retryable: false,
        }
    }

    /// A fault of a file.
    pub fn of(path: &Path, error: impl fmt::Display) -> ArchiveError {
        ArchiveError::new(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ArchiveError {}
