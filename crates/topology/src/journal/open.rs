//! Opening a journal: find the segments, read the last one, cut its torn tail.
//!
//! What the disk was told and waited for is whole. Of what it was not, a power cut may leave any
//! pages: where the policy allows that, a broken frame ends the log, and what follows it is put
//! aside.

use std::fs;
use std::path::{Path, PathBuf};

use super::append::State;
use super::frame::{BODY_HEAD, HEAD, Opened, u32_at, u64_at};
use super::segment::{Active, HEADER, Segment, header, sync_folder};
use super::{Fsync, JournalError};

/// Bytes behind a broken frame that were put aside, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The file that they are in now.
    pub path: PathBuf,
    /// How many.
    pub bytes: u64,
}

/// What was found in a folder.
pub(crate) struct Found {
    pub state: State,
    pub set_aside: Option<SetAside>,
}

pub(crate) fn open(folder: &Path, fsync: Fsync) -> Result<Found, JournalError> {
    fs::create_dir_all(folder).map_err(JournalError::io(folder, "create"))?;
    let mut segments = segments(folder)?;
    while let Some(last) = segments.last_mut() {
        let bytes = fs::read(&last.path).map_err(JournalError::io(&last.path, "read"))?;
        if is_torn_header(&bytes, last.first) {
            // The process died while it began the segment: no entry was ever in it.
            fs::remove_file(&last.path).map_err(JournalError::io(&last.path, "remove"))?;
            sync_folder(&last.path)?;
            segments.pop();
            continue;
        }
        if bytes[..HEADER] != header(last.first) {
            return Err(corrupt(last, 0, "the header is not that of this segment"));
        }
        let Scanned {
            length,
            end,
            goes_on,
        } = scan(last, &bytes)?;
        let set_aside = match (goes_on, fsync) {
            (false, _) => None,
            (true, Fsync::Always) => {
                return Err(corrupt(last, length, "a frame before others is broken"));
            }
            (true, Fsync::Every(_) | Fsync::Never) => Some(set_aside(last, &bytes, length)?),
        };
        let active = Active::resume(&last.path, length as u64)?;
        let state = State::new(segments, active, end);
        return Ok(Found { state, set_aside });
    }
    let first = Segment::new(folder, 0);
    let active = Active::create(&first)?;
    Ok(Found {
        state: State::new(vec![first], active, 0),
        set_aside: None,
    })
}

/// Writes what stands from an offset on into a file of its own, durably.
fn set_aside(segment: &Segment, bytes: &[u8], offset: usize) -> Result<SetAside, JournalError> {
    let path = segment.path.with_extension(format!("lost-{offset}"));
    let written = fs::write(&path, &bytes[offset..]);
    written.map_err(JournalError::io(&path, "write"))?;
    let synced = fs::File::open(&path).and_then(|file| file.sync_all());
    synced.map_err(JournalError::io(&path, "sync"))?;
    sync_folder(&path)?;
    Ok(SetAside {
        path,
        bytes: (bytes.len() - offset) as u64,
    })
}

/// Part of a header, with nothing after it.
fn is_torn_header(bytes: &[u8], first: u64) -> bool {
    let whole = header(first);
    let short = bytes.len() < HEADER && whole.starts_with(bytes);
    let zeros = bytes.len() <= HEADER && bytes.iter().all(|b| *b == 0);
    short || zeros
}

fn segments(folder: &Path) -> Result<Vec<Segment>, JournalError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(JournalError::io(folder, "list"))? {
        let entry = entry.map_err(JournalError::io(folder, "list"))?;
        let name = entry.file_name();
        let first = name.to_str().and_then(|name| name.strip_suffix(".log"));
        if let Some(first) = first.and_then(|digits| digits.parse().ok()) {
            found.push(Segment::new(folder, first));
        }
    }
    found.sort_by_key(|segment| segment.first);
    Ok(found)
}

fn corrupt(segment: &Segment, offset: usize, why: &'static str) -> JournalError {
    JournalError::Corrupt {
        path: segment.path.clone(),
        offset: offset as u64,
        why,
    }
}

/// What stands in a segment.
struct Scanned {
    /// Bytes of what is whole.
    length: usize,
    /// The position after it.
    end: u64,
    /// Do whole frames follow one that is broken?
    goes_on: bool,
}

/// Reads all frames up to the first that is broken.
fn scan(segment: &mut Segment, bytes: &[u8]) -> Result<Scanned, JournalError> {
    let (mut offset, mut end) = (HEADER, segment.first);
    while offset < bytes.len() {
        let Some(frame) = Opened::read(&bytes[offset..]) else {
            break;
        };
        if frame.first != end {
            return Err(corrupt(segment, offset, "positions do not follow"));
        }
        segment.note(end, offset as u64);
        end += u64::from(frame.count);
        offset += frame.size();
    }
    Ok(Scanned {
        length: offset,
        end,
        goes_on: bytes
            .get(offset + 1..)
            .is_some_and(|rest| frame_follows(rest, end)),
    })
}

/// Does a whole frame of a later position stand anywhere in some bytes? A tail that a crash tore
/// has none, since a frame is written only when the one before is done.
fn frame_follows(bytes: &[u8], end: u64) -> bool {
    (0..bytes.len()).any(|at| {
        let rest = &bytes[at..];
        let fits = u32_at(rest, 0).is_some_and(|length| {
            (BODY_HEAD..=rest.len().saturating_sub(HEAD)).contains(&(length as usize))
        });
        let later = u64_at(rest, HEAD).is_some_and(|first| first > end && first - end < 1 << 40);
        fits && later && Opened::read(rest).is_some()
    })
}
