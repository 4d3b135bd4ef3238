//! The lock of a data folder: one process works on it at a time.
//!
//! State: the open file `LOCK`, which the system locks for this process and lets go with it, however
//! it ends; the file holds the process's number, for people. Never here: what stands in the folder.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// How often a lock that is held is tried again: one who only looks holds it for a moment.
const TRIES: u32 = 5;

/// A data folder that belongs to this process for as long as this is held.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

/// Who works on a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The number of the process; none where it has not written it down yet.
    pub process: Option<u32>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(number) => write!(f, "process {number}"),
            None => f.write_str("another process"),
        }
    }
}

impl DataFolder {
    /// Takes a folder, which is made where it is not there.
    ///
    /// # Errors
    /// A text for people: who works on it, or why it cannot be locked.
    pub fn own(data: &Path) -> Result<DataFolder, String> {
        let fault = |e| format!("{}: cannot be locked: {e}", data.display());
        fs::create_dir_all(data).map_err(|e| format!("{}: cannot be made: {e}", data.display()))?;
        let path = data.join("LOCK");
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let mut lock = options.open(&path).map_err(fault)?;
        for _ in 0..TRIES {
            match lock.try_lock() {
                Ok(()) => {
                    lock.set_len(0).map_err(fault)?;
                    writeln!(lock, "{}", std::process::id()).map_err(fault)?;
                    return Ok(DataFolder { _lock: lock });
                }
                Err(TryLockError::Error(e)) => return Err(fault(e)),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        let process = number(&path);
        Err(taken(data, Holder { process }))
    }

    /// The process that works on a folder; none where none does.
    pub fn holder(data: &Path) -> Option<Holder> {
        let path = data.join("LOCK");
        let lock = File::open(&path).ok()?;
        match lock.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(Holder {
                process: number(&path),
            }),
            // Where locks are not to be had, nobody has one.
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}

/// What one is told who cannot have a folder.
pub fn taken(data: &Path, holder: Holder) -> String {
    format!(
        "{holder} works on {}\n  = help: stop that one first, or choose another folder with --data",
        data.display()
    )
}

fn number(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}
