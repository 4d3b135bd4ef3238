//! Files whose length is part of a checkpoint: on recovery they are cut back to it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

/// Cuts a file to a length and goes to its end; gives the length that it has now. A file that is
/// shorter, because somebody has emptied it or taken it away since, stays as it is.
///
/// # Errors
/// [`io::Error`] where the file cannot be cut.
pub fn cut_back(file: &mut File, length: u64) -> io::Result<u64> {
    let length = length.min(file.metadata()?.len());
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    Ok(length)
}
