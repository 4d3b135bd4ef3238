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

use memchr::{memchr, memrchr};
use tachograph_topology::{Decoded, PartitionReader, Read, Reject, SpoutError};

use super::generations::{Generation, Generations};
use crate::formats::{Chunk, LONGEST_LINE, LineDecoder};

/// Bytes asked for at a time, at least.
const CHUNK: usize = 256 * 1024;

/// Bytes of a typical record, to turn rows into bytes.
const TYPICAL_RECORD: usize = 40;

/// Bytes that are shown of a line that is too long.
const LONG_LINE_SHOWN: usize = 1_024;

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
    /// A line that is too long to be kept, whose end was not read yet.
    long: Option<LongLine>,
}

/// A line without end in sight. Its record begins where the line does, and until its end is found
/// no position lies within it: what follows a restart is no record of its own.
struct LongLine {
    /// Its first bytes.
    head: Vec<u8>,
    /// Bytes read of it.
    length: u64,
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
            long: None,
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
        let long = self.long.as_ref().map_or(0, |long| long.length);
        Ok(base + length < self.position + long + self.rest.len() as u64)
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
        if self.rest.is_empty() && self.long.is_none() {
            return Ok(Read::End);
        }
        Ok(Read::Batch(self.last_of_file()))
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
        if let Some(long) = self.long.take() {
            return self.pass_over(long);
        }
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

    /// The lines that end in some bytes; none where no line does.
    fn lines(&mut self, mut bytes: Vec<u8>) -> Option<Decoded> {
        if let Some(long) = self.long.take() {
            return Some(self.go_on_with(long, bytes));
        }
        match memrchr(b'\n', &bytes) {
            Some(end) => {
                self.rest = bytes.split_off(end + 1);
                return Some(self.decode(bytes));
            }
            None if bytes.len() > 4 * LONGEST_LINE => {
                self.long = Some(LongLine {
                    head: bytes[..LONG_LINE_SHOWN].to_vec(),
                    length: bytes.len() as u64,
                });
            }
            None => self.rest = bytes,
        }
        None
    }

    /// More bytes of a line that is too long. Nothing of it is kept.
    fn go_on_with(&mut self, mut long: LongLine, mut bytes: Vec<u8>) -> Decoded {
        match memchr(b'\n', &bytes) {
            Some(end) => {
                self.rest = bytes.split_off(end + 1);
                long.length += bytes.len() as u64;
                self.pass_over(long)
            }
            None => {
                long.length += bytes.len() as u64;
                self.long = Some(long);
                self.decode(Vec::new())
            }
        }
    }

    /// The end of a line that is too long was found: it is no record.
    fn pass_over(&mut self, long: LongLine) -> Decoded {
        let reject = Reject {
            position: self.position,
            raw: long.head,
            reason: format!(
                "the line is longer than {LONGEST_LINE} bytes; its first {LONG_LINE_SHOWN} are shown"
            ),
        };
        self.position += long.length;
        Decoded {
            rejects: vec![reject],
            ..self.decode(Vec::new())
        }
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
        loop {
            let mut bytes = std::mem::take(&mut self.rest);
            bytes.reserve_exact(wanted);
            let part = (&self.file).take(wanted as u64).read_to_end(&mut bytes);
            if part.map_err(|e| self.fault(e))? == 0 {
                self.rest = bytes;
                return self.at_end();
            }
            self.turning = false;
            if let Some(decoded) = self.lines(bytes) {
                return Ok(Read::Batch(decoded));
            }
        }
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.position = position;
        self.rest.clear();
        self.long = None;
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

#[cfg(test)]
mod tests {
    use std::fs;

    use tachograph_event::{EventType, Type};

    use super::*;
    use crate::formats::Json;

    fn reader(path: &Path) -> FileReader {
        let event_type = Arc::new(EventType::new("S", [("n", Type::Int)]));
        let decoder = Json::new(event_type, None);
        FileReader::open(path, 0, Box::new(decoder)).expect("opens")
    }

    /// Positions of records, and of rejects, from a position to the end of the file.
    fn all(path: &Path, from: u64) -> (Vec<u64>, Vec<u64>, Vec<u64>) {
        let (mut records, mut rejects, mut nexts) = (Vec::new(), Vec::new(), Vec::new());
        let mut reader = reader(path);
        reader.seek(from).expect("there");
        loop {
            match reader.read(1 << 16).expect("read") {
                Read::Batch(decoded) => {
                    records.extend(decoded.batch.origins().iter().map(|o| o.position));
                    rejects.extend(decoded.rejects.iter().map(|r| r.position));
                    nexts.push(decoded.next_position);
                }
                _ => {
                    nexts.dedup();
                    return (records, rejects, nexts);
                }
            }
        }
    }

    #[test]
    fn the_end_of_a_line_that_is_too_long_is_no_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("in.jsonl");
        let first = "{\"n\":1}\n";
        // Its end looks like a record of its own, wherever it is parted.
        let long = "{\"n\":3}".repeat(7 * LONGEST_LINE / 7);
        fs::write(&path, format!("{first}{long}\n{first}{long}")).expect("written");
        let (begin, after) = (first.len() as u64, (first.len() + long.len() + 1) as u64);
        let (records, rejects, nexts) = all(&path, 0);
        assert_eq!(records, [0, after]);
        assert_eq!(rejects, [begin, after + begin]);
        for next in nexts {
            let (records, ..) = all(&path, next);
            assert!(records.iter().all(|r| *r == after), "from {next}");
        }
    }
}
