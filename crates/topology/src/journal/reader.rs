//! A reader of a journal: from a position on, and on as the journal grows.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::frame::{HEAD, Opened, u32_at};
use super::{JournalError, Shared};

/// One entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub position: u64,
    /// What was appended.
    pub payload: Vec<u8>,
}

/// Reads entries in order. It sees what is acknowledged and nothing else.
#[derive(Debug)]
pub struct Reader {
    shared: Arc<Shared>,
    /// The next entry to give.
    position: u64,
    at: Option<Place>,
}

/// An open segment, before a frame.
#[derive(Debug)]
struct Place {
    first: u64,
    path: PathBuf,
    file: BufReader<File>,
    offset: u64,
}

impl Reader {
    pub(super) fn open(shared: Arc<Shared>, position: u64) -> Result<Reader, JournalError> {
        let mut reader = Reader {
            shared,
            position: 0,
            at: None,
        };
        reader.seek(position)?;
        Ok(reader)
    }

    /// The next entry to be read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Continues at a position.
    ///
    /// # Errors
    /// [`JournalError::Gone`] where it is no longer held, or lies after the end.
    pub fn seek(&mut self, position: u64) -> Result<(), JournalError> {
        let state = self.shared.lock();
        let start = state.segments.first().map_or(0, |s| s.first);
        let end = state.end;
        if position < start || position > end {
            return Err(JournalError::Gone {
                position,
                start,
                end,
            });
        }
        drop(state);
        self.position = position;
        self.at = None;
        Ok(())
    }

    /// Reads up to some entries; waits for the first of them for a time at most. An empty list
    /// says that there is nothing at the moment.
    ///
    /// # Errors
    /// [`JournalError`] where a file cannot be read or is damaged.
    pub fn read(&mut self, most: usize, wait: Duration) -> Result<Vec<Entry>, JournalError> {
        let end = self.wait(wait);
        let mut entries = Vec::new();
        while self.position < end && entries.len() < most {
            self.frame(most, &mut entries)?;
        }
        Ok(entries)
    }

    fn wait(&self, wait: Duration) -> u64 {
        let state = self.shared.lock();
        if state.end > self.position || wait.is_zero() {
            return state.end;
        }
        let position = self.position;
        let waited = self
            .shared
            .changed
            .wait_timeout_while(state, wait, |s| s.end <= position);
        waited.unwrap_or_else(|e| e.into_inner()).0.end
    }

    /// Finds the segment of the position.
    fn place(&mut self) -> Result<&mut Place, JournalError> {
        let state = self.shared.lock();
        let after = state.segments.partition_point(|s| s.first <= self.position);
        let Some(segment) = after.checked_sub(1).map(|i| &state.segments[i]) else {
            return Err(JournalError::Gone {
                position: self.position,
                start: state.segments.first().map_or(0, |s| s.first),
                end: state.end,
            });
        };
        if self.at.as_ref().is_none_or(|p| p.first != segment.first) {
            let path = segment.path.clone();
            let offset = segment.offset_near(self.position);
            let file = File::open(&path).map_err(JournalError::io(&path, "open"))?;
            let mut file = BufReader::with_capacity(256 << 10, file);
            let sought = file.seek(SeekFrom::Start(offset));
            sought.map_err(JournalError::io(&path, "seek in"))?;
            self.at = Some(Place {
                first: segment.first,
                path,
                file,
                offset,
            });
        }
        Ok(self.at.as_mut().expect("a place was just made"))
    }

    fn frame(&mut self, most: usize, entries: &mut Vec<Entry>) -> Result<(), JournalError> {
        let position = self.position;
        let place = self.place()?;
        let bytes = place.whole()?;
        let broken = |why| JournalError::Corrupt {
            path: place.path.clone(),
            offset: place.offset,
            why,
        };
        let frame = Opened::read(&bytes).ok_or_else(|| broken("the checksum differs"))?;
        let frame_end = frame.first + u64::from(frame.count);
        if frame.first > position {
            return Err(broken("positions do not follow"));
        }
        let skip = (position - frame.first) as usize;
        let wanted = frame.payloads().skip(skip).take(most - entries.len());
        let before = entries.len();
        entries.extend(wanted.zip(position..).map(|(payload, position)| Entry {
            position,
            payload: payload.to_vec(),
        }));
        let next = position + (entries.len() - before) as u64;
        if next >= frame_end || skip >= frame.count as usize {
            place.offset += bytes.len() as u64;
        } else {
            // The rest of the frame is read again with the next call.
            let back = place.file.seek_relative(-(bytes.len() as i64));
            back.map_err(JournalError::io(&place.path, "seek in"))?;
        }
        self.position = next;
        Ok(())
    }
}

impl Place {
    /// The bytes of the frame here. What was read ahead of the journal's end may be the rest of a
    /// commit that failed, and was cut off since: what does not read back is fetched once more.
    fn whole(&mut self) -> Result<Vec<u8>, JournalError> {
        let ahead = self.file.buffer().len();
        let bytes = self.bytes();
        let is_whole = bytes.as_ref().is_ok_and(|b| Opened::read(b).is_some());
        if is_whole || ahead == 0 {
            return bytes;
        }
        // This drops what was read ahead.
        let sought = self.file.seek(SeekFrom::Start(self.offset));
        sought.map_err(JournalError::io(&self.path, "seek in"))?;
        self.bytes()
    }

    /// The bytes of the frame here.
    fn bytes(&mut self) -> Result<Vec<u8>, JournalError> {
        let (path, offset) = (&self.path, self.offset);
        let read = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => JournalError::Corrupt {
                path: path.clone(),
                offset,
                why: "the file ends within an acknowledged frame",
            },
            _ => JournalError::Io {
                path: path.clone(),
                action: "read",
                source: e,
            },
        };
        let mut bytes = vec![0; HEAD];
        self.file.read_exact(&mut bytes).map_err(read)?;
        let length = u64::from(u32_at(&bytes, 0).unwrap_or(0));
        let got = (&mut self.file).take(length).read_to_end(&mut bytes);
        if got.map_err(read)? as u64 != length {
            return Err(read(std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(bytes)
    }
}
