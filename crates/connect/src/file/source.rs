//! Reads one file, once or for as long as it grows.
//!
//! A finite file's last line counts without its line end; in a followed file it waits for it.
//! A file that has become shorter than what was read is reported, since its records are gone.

use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use memchr::memrchr;
use tachograph_topology::{Decoded, PartitionReader, Read, Reject, SpoutError};

use crate::formats::{Chunk, LONGEST_LINE, LineDecoder};

/// Bytes asked for at a time, at least.
const CHUNK: usize = 256 * 1024;

/// Bytes of a typical record, to turn rows into bytes.
const TYPICAL_RECORD: usize = 40;

/// A file that is read as a log.
pub struct FileReader {
    path: PathBuf,
    file: File,
    partition: u32,
    follow: bool,
    decoder: Box<dyn LineDecoder>,
    position: u64,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
}

impl FileReader {
    /// Opens a file; `follow` waits for more at its end.
    ///
    /// # Errors
    /// A sentence that names the path.
    pub fn open(
        path: &Path,
        partition: u32,
        follow: bool,
        decoder: Box<dyn LineDecoder>,
    ) -> Result<FileReader, String> {
        let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(FileReader {
            path: path.to_path_buf(),
            file,
            partition,
            follow,
            decoder,
            position: 0,
            rest: Vec::new(),
        })
    }

    fn fault(&self, error: io::Error) -> SpoutError {
        SpoutError {
            message: format!("{}: {error}", self.path.display()),
            retryable: error.kind() == io::ErrorKind::Interrupted,
        }
    }

    fn shortened(&self) -> Result<bool, SpoutError> {
        let length = self.file.metadata().map_err(|e| self.fault(e))?.len();
        Ok(length < self.position + self.rest.len() as u64)
    }

    fn at_end(&mut self) -> Result<Read, SpoutError> {
        if self.shortened()? {
            let path = self.path.display();
            return Err(SpoutError {
                message: format!("{path} has become shorter than what was read of it"),
                retryable: false,
            });
        }
        if self.follow {
            std::thread::sleep(Duration::from_millis(5));
            return Ok(Read::Idle);
        }
        if self.rest.is_empty() {
            return Ok(Read::End);
        }
        let last = std::mem::take(&mut self.rest);
        Ok(Read::Batch(self.decode(last)))
    }

    /// Decodes whole lines that begin at the present position.
    fn decode(&mut self, bytes: Vec<u8>) -> Decoded {
        let position = self.position;
        self.position += bytes.len() as u64;
        let chunk = Chunk {
            bytes,
            position,
            partition: self.partition,
        };
        let (batch, rejects) = self.decoder.decode(chunk);
        Decoded {
            batch,
            next_position: self.position,
            rejects,
        }
    }

    /// A line without end in sight is no record: what was read of it is passed over.
    fn pass_over(&mut self, bytes: Vec<u8>) -> Decoded {
        let reject = Reject {
            position: self.position,
            raw: bytes[..LONGEST_LINE.min(1024)].to_vec(),
            reason: format!(
                "the line is longer than {LONGEST_LINE} bytes; its first 1024 are shown"
            ),
        };
        let mut decoded = self.decode(bytes);
        decoded.rejects = vec![reject];
        decoded
    }
}

impl PartitionReader for FileReader {
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        let wanted = (max_rows * TYPICAL_RECORD).clamp(1, 8 * CHUNK);
        let mut bytes = std::mem::take(&mut self.rest);
        let held = bytes.len();
        bytes.resize(held + wanted, 0);
        let count = loop {
            match self.file.read(&mut bytes[held..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.fault(e)),
                Ok(count) => break count,
            }
        };
        bytes.truncate(held + count);
        if count == 0 {
            self.rest = bytes;
            return self.at_end();
        }
        match memrchr(b'\n', &bytes) {
            Some(end) => {
                self.rest = bytes.split_off(end + 1);
                Ok(Read::Batch(self.decode(bytes)))
            }
            None if bytes.len() > 4 * LONGEST_LINE => Ok(Read::Batch(self.pass_over(bytes))),
            None => {
                self.rest = bytes;
                self.read(max_rows)
            }
        }
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.position = position;
        self.rest.clear();
        if self.shortened()? {
            let path = self.path.display();
            return Err(SpoutError {
                message: format!(
                    "{path} is shorter than position {position}, where reading stopped"
                ),
                retryable: false,
            });
        }
        self.file
            .seek(SeekFrom::Start(position))
            .map_err(|e| self.fault(e))?;
        Ok(())
    }
}
