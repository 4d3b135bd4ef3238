//! Reads one file, once or for as long as it grows.
//!
//! A finite file's last line counts without its line end; in a followed file it waits for it. A
//! finite file that has become shorter than what was read is reported, since its records are
//! gone. A followed file may be rotated, by renaming or by cutting it to nothing: its rest is
//! read, and then the file that follows it. Positions count through all of them.

use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use memchr::memrchr;
use tachograph_topology::{Decoded, PartitionReader, Read, Reject, SpoutError};

use super::generations::{Generation, Generations};
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
    decoder: Box<dyn LineDecoder>,
    position: u64,
    /// Position of the file's first byte.
    base: Arc<AtomicU64>,
    /// The files of a followed log; none where it is read once.
    generations: Option<Generations>,
    /// A file that follows was seen at the last end.
    turning: bool,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
}

impl FileReader {
    /// Opens a file that is read once.
    ///
    /// # Errors
    /// A sentence that names the path.
    pub fn open(
        path: &Path,
        partition: u32,
        decoder: Box<dyn LineDecoder>,
    ) -> Result<FileReader, String> {
        let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(FileReader {
            path: path.to_path_buf(),
            file,
            partition,
            decoder,
            position: 0,
            base: Arc::default(),
            generations: None,
            turning: false,
            rest: Vec::new(),
        })
    }

    /// Waits for more at the end. `book` is a file of the reader's own, in which it writes down
    /// which file held which positions.
    ///
    /// # Errors
    /// A sentence that names the path.
    pub fn followed(mut self, book: &Path) -> Result<FileReader, String> {
        let generations = Generations::open(&self.path, book);
        self.generations = Some(generations.map_err(|e| format!("{}: {e}", book.display()))?);
        Ok(self)
    }

    /// Position of the first byte of the file that is read at present.
    pub fn base(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.base)
    }

    fn fault(&self, error: io::Error) -> SpoutError {
        SpoutError {
            message: format!("{}: {error}", self.path.display()),
            retryable: error.kind() == io::ErrorKind::Interrupted,
        }
    }

    fn shortened(&self) -> Result<bool, SpoutError> {
        let length = self.file.metadata().map_err(|e| self.fault(e))?.len();
        let base = self.base.load(Ordering::Relaxed);
        Ok(base + length < self.position + self.rest.len() as u64)
    }

    fn at_end(&mut self) -> Result<Read, SpoutError> {
        if self.generations.is_some() {
            return self.follow();
        }
        if self.shortened()? {
            let path = self.path.display();
            return Err(SpoutError {
                message: format!("{path} has become shorter than what was read of it"),
                retryable: false,
            });
        }
        if self.rest.is_empty() {
            return Ok(Read::End);
        }
        let last = std::mem::take(&mut self.rest);
        Ok(Read::Batch(self.decode(last)))
    }

    /// At the end of a followed file: the next one, once there is one and no more comes.
    fn follow(&mut self) -> Result<Read, SpoutError> {
        if self.shortened()? {
            let decoded = self.last_of_file();
            self.begin_again().map_err(|e| self.fault(e))?;
            return Ok(Read::Batch(decoded));
        }
        let Some((file, inode)) = self.next_file().map_err(|e| self.fault(e))? else {
            std::thread::sleep(Duration::from_millis(5));
            return Ok(Read::Idle);
        };
        // Whoever writes may have added to the old file until just now: it is read once more.
        if !std::mem::replace(&mut self.turning, true) {
            return Ok(Read::Idle);
        }
        let decoded = self.last_of_file();
        self.turn_to(file, inode).map_err(|e| self.fault(e))?;
        Ok(Read::Batch(decoded))
    }

    fn last_of_file(&mut self) -> Decoded {
        self.turning = false;
        let last = std::mem::take(&mut self.rest);
        self.decode(last)
    }

    /// Reads the file from its beginning, after it was cut.
    fn begin_again(&mut self) -> io::Result<()> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let inode = file.metadata()?.ino();
        self.turn_to(file, inode)
    }

    fn next_file(&self) -> io::Result<Option<(File, u64)>> {
        match &self.generations {
            Some(generations) => generations.after(&self.file),
            None => Ok(None),
        }
    }

    /// Goes on in another file, which begins where the one before has ended.
    fn turn_to(&mut self, file: File, inode: u64) -> io::Result<()> {
        let base = self.position;
        if let Some(generations) = &mut self.generations {
            generations.begin(Generation { inode, base })?;
        }
        self.base.store(base, Ordering::Relaxed);
        self.file = file;
        Ok(())
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

impl FileReader {
    fn gone(&self, position: u64, why: &str) -> SpoutError {
        let path = self.path.display();
        SpoutError {
            message: format!("{path}: reading stopped at position {position}, but {why}"),
            retryable: false,
        }
    }
}

impl PartitionReader for FileReader {
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        let wanted = (max_rows * TYPICAL_RECORD).clamp(1, 8 * CHUNK);
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.reserve_exact(wanted);
        let part = (&self.file).take(wanted as u64).read_to_end(&mut bytes);
        if part.map_err(|e| self.fault(e))? == 0 {
            self.rest = bytes;
            return self.at_end();
        }
        self.turning = false;
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
        if let Some(generations) = &self.generations {
            let held = generations.holding(position).map_err(|e| self.fault(e))?;
            let Some((file, base)) = held else {
                return Err(self.gone(position, "the file that held it is no longer beside it"));
            };
            self.file = file;
            self.base.store(base, Ordering::Relaxed);
        }
        if self.shortened()? {
            if self.generations.is_none() {
                return Err(self.gone(position, "it is shorter"));
            }
            self.begin_again().map_err(|e| self.fault(e))?;
        }
        let offset = position - self.base.load(Ordering::Relaxed);
        self.file
            .seek(SeekFrom::Start(offset))
            .map_err(|e| self.fault(e))?;
        Ok(())
    }
}
