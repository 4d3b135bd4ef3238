//! Opening a journal: find the segments, read the last one, cut its torn tail.

use std::fs;
use std::path::Path;

use super::JournalError;
use super::append::State;
use super::frame::{BODY_HEAD, HEAD, Opened, u32_at, u64_at};
use super::segment::{Active, HEADER, Segment, header, sync_folder};

pub(crate) fn open(folder: &Path) -> Result<State, JournalError> {
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
        let (length, end) = scan(last, &bytes)?;
        let active = Active::resume(&last.path, length)?;
        return Ok(State::new(segments, active, end));
    }
    let first = Segment::new(folder, 0);
    let active = Active::create(&first)?;
    Ok(State::new(vec![first], active, 0))
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

/// Reads all frames; gives the length of what is whole, and the position after it.
fn scan(segment: &mut Segment, bytes: &[u8]) -> Result<(u64, u64), JournalError> {
    let (mut offset, mut end) = (HEADER, segment.first);
    while offset < bytes.len() {
        let Some(frame) = Opened::read(&bytes[offset..]) else {
            if frame_follows(&bytes[offset + 1..], end) {
                return Err(corrupt(segment, offset, "a frame before others is broken"));
            }
            break;
        };
        if frame.first != end {
            return Err(corrupt(segment, offset, "positions do not follow"));
        }
        segment.note(end, offset as u64);
        end += u64::from(frame.count);
        offset += frame.size();
    }
    Ok((offset as u64, end))
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
