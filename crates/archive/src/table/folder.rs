//! The folder of a table: names of its files, the lock of its writer, what a crash left behind.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::ArchiveError;
use crate::manifest::Manifest;

pub(super) fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:010}.parquet"))
}

pub(super) fn lock(folder: &Path) -> Result<File, ArchiveError> {
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
pub(super) fn remove_orphans(folder: &Path, manifest: &Manifest) -> Result<(), ArchiveError> {
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
