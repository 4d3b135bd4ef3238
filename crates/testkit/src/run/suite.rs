//! Finds the documents below some paths.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::spec::Document;

/// A document and where it stands.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its path.
    pub path: PathBuf,
    /// What it holds.
    pub document: Document,
}

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteFault {
    /// Its path.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for SuiteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for SuiteFault {}

/// Reads files, and the `.md` files of folders and their folders, in the order of their names. A
/// file that is named must hold a case; in a folder, pages without cases are passed over.
///
/// # Errors
/// Every document that cannot be read.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Entry>, Vec<SuiteFault>> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let mut files = Vec::new();
        if let Err(fault) = collect(path, &mut files) {
            faults.push(fault);
        }
        for file in files {
            match read(&file) {
                Ok(entry) if entry.document.cases.is_empty() && file == *path => {
                    faults.push(fault(
                        &file,
                        "it holds no case: an `epl` block and a `trace`",
                    ));
                }
                Ok(entry) => entries.push(entry),
                Err(fault) => faults.push(fault),
            }
        }
    }
    match faults.is_empty() {
        true => Ok(entries),
        false => Err(faults),
    }
}

fn fault(path: &Path, message: impl fmt::Display) -> SuiteFault {
    SuiteFault {
        path: path.to_path_buf(),
        message: message.to_string(),
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), SuiteFault> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(|e| fault(path, e))?;
    let mut inside: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    inside.sort();
    for path in inside {
        if path.is_dir() || path.extension().is_some_and(|e| e == "md") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Entry, SuiteFault> {
    let text = std::fs::read_to_string(path).map_err(|e| fault(path, e))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let document = Document::parse(&name, &text).map_err(|e| fault(path, e))?;
    Ok(Entry {
        path: path.to_path_buf(),
        document,
    })
}
