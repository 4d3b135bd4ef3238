//! Paths of sockets. The system bounds them to some hundred bytes; a longer one is reached
//! through the open folder.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use super::SOCKET;

/// Longest path that every system takes, in bytes.
const LONGEST: usize = 100;

/// A path to a folder's socket, valid for as long as it is held.
pub(crate) struct SocketPath {
    pub path: PathBuf,
    _folder: Option<File>,
}

impl SocketPath {
    /// The socket of a data folder.
    pub fn of(data: &Path) -> io::Result<SocketPath> {
        let path = data.join(SOCKET);
        if path.as_os_str().len() <= LONGEST {
            return Ok(SocketPath {
                path,
                _folder: None,
            });
        }
        let folder = File::open(data)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()));
        Ok(SocketPath {
            path,
            _folder: Some(folder),
        })
    }
}
