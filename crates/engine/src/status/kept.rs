//! The status that a system leaves in its data folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Status;

const FILE: &str = "status.json";

/// Leaves a status in a data folder, in place of the one before.
///
/// # Errors
/// [`io::Error`] where the folder takes no more.
pub fn keep(data: &Path, status: &Status) -> io::Result<()> {
    let next = data.join("status.json.next");
    let kept = Status {
        running: false,
        ..status.clone()
    };
    fs::write(&next, serde_json::to_vec_pretty(&kept)?)?;
    fs::rename(next, data.join(FILE))
}

/// The status that was left in a data folder.
///
/// # Errors
/// A text for people, where there is none or it cannot be read.
pub fn kept(data: &Path) -> Result<Status, String> {
    let path: PathBuf = data.join(FILE);
    let bytes = fs::read(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => format!(
            "{} holds no system\n  = help: name the folder that `tacho run` writes to",
            data.display()
        ),
        _ => format!("{}: {e}", path.display()),
    })?;
    serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", path.display()))
}
