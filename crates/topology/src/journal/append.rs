//! Group commit: appenders put their entries into the pending frame; one of them writes it for
//! all, while the next frame gathers.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use super::frame::Frame;
use super::segment::{Active, Segment};
use super::{Fsync, JournalError, JournalOptions, LARGEST_ENTRY, Shared};

/// Outcomes of failed commits that are remembered for those who wait.
const MOST_FAILURES: usize = 1_024;

/// What the appenders and readers of a journal share.
#[derive(Debug)]
pub(crate) struct State {
    pub segments: Vec<Segment>,
    /// Position after everything that may be read.
    pub end: u64,
    /// Position of the next entry to be appended.
    next: u64,
    pending: Frame,
    /// Number of the pending frame.
    group: u64,
    /// Frames before this one are decided.
    decided: u64,
    failed: BTreeMap<u64, String>,
    poisoned: Option<String>,
    /// None while an appender writes.
    active: Option<Active>,
    last_sync: Instant,
}

impl State {
    pub fn new(segments: Vec<Segment>, active: Active, end: u64) -> State {
        State {
            segments,
            end,
            next: end,
            pending: Frame::default(),
            group: 0,
            decided: 0,
            failed: BTreeMap::new(),
            poisoned: None,
            active: Some(active),
            last_sync: Instant::now(),
        }
    }

    fn check(&self) -> Result<(), JournalError> {
        let poisoned = self.poisoned.clone().map(JournalError::Poisoned);
        poisoned.map_or(Ok(()), Err)
    }

    fn outcome(&self, group: u64) -> Option<Result<(), JournalError>> {
        if let Some(why) = self.failed.get(&group) {
            return Some(Err(JournalError::NotWritten(why.clone())));
        }
        (group < self.decided)
            .then_some(Ok(()))
            .or_else(|| self.check().err().map(Err))
    }

    /// The frame and everything that was given positions after it is given up.
    fn give_up(&mut self, group: u64, why: &str) {
        for lost in group..=self.group {
            self.failed.insert(lost, why.to_string());
        }
        while self.failed.len() > MOST_FAILURES {
            self.failed.pop_first();
        }
        self.pending = Frame::default();
        self.next = self.end;
        self.group += 1;
        self.decided = self.group;
    }
}

/// A commit that did not go well.
enum Fault {
    /// Nothing of it is in the file.
    Undone(String),
    /// What is in the file is unknown.
    Unknown(String),
}

pub(crate) fn append<P: AsRef<[u8]>>(
    shared: &Shared,
    payloads: &[P],
) -> Result<Range<u64>, JournalError> {
    let largest = payloads.iter().map(|p| p.as_ref().len()).max().unwrap_or(0);
    let all: usize = payloads.iter().map(|p| p.as_ref().len() + 4).sum();
    if largest > LARGEST_ENTRY || all > u32::MAX as usize / 2 {
        return Err(JournalError::TooLarge(largest.max(all)));
    }
    let mut state = shared.lock();
    state.check()?;
    if payloads.is_empty() {
        return Ok(state.next..state.next);
    }
    while state.pending.size() + all > u32::MAX as usize - 64 {
        state = shared
            .changed
            .wait(state)
            .unwrap_or_else(|e| e.into_inner());
    }
    let first = state.next;
    payloads.iter().for_each(|p| state.pending.push(p.as_ref()));
    state.next += payloads.len() as u64;
    let (end, group) = (state.next, state.group);
    drop(state);
    wait_for(shared, group)?;
    Ok(first..end)
}

/// Waits until a frame is decided, writing it if no one else does.
fn wait_for(shared: &Shared, group: u64) -> Result<(), JournalError> {
    let mut state = shared.lock();
    loop {
        if let Some(outcome) = state.outcome(group) {
            return outcome;
        }
        let Some(mut active) = state.active.take() else {
            state = shared
                .changed
                .wait(state)
                .unwrap_or_else(|e| e.into_inner());
            continue;
        };
        let frame = std::mem::take(&mut state.pending);
        let (first, number) = (state.end, state.group);
        state.group += 1;
        let due = is_due(&shared.options, state.last_sync.elapsed());
        drop(state);
        let written = write(shared, &mut active, &frame, first, due);
        state = shared.lock();
        match written {
            Ok((begun, offset)) => {
                state.segments.extend(begun);
                if let Some(segment) = state.segments.last_mut() {
                    segment.note(first, offset);
                }
                state.end = first + u64::from(frame.count());
                state.decided = number + 1;
                if due {
                    state.last_sync = Instant::now();
                }
            }
            Err(Fault::Undone(why)) => state.give_up(number, &why),
            Err(Fault::Unknown(why)) => state.poisoned = Some(why),
        }
        state.active = Some(active);
        shared.changed.notify_all();
    }
}

fn is_due(options: &JournalOptions, since: Duration) -> bool {
    match options.fsync {
        Fsync::Always => true,
        Fsync::Every(ms) => since >= Duration::from_millis(ms),
        Fsync::Never => false,
    }
}

/// Writes a frame; gives the segment that was begun for it, if any, and the frame's offset.
fn write(
    shared: &Shared,
    active: &mut Active,
    frame: &Frame,
    first: u64,
    sync: bool,
) -> Result<(Option<Segment>, u64), Fault> {
    let mut begun = None;
    if active.length >= shared.options.segment_bytes {
        sync_file(active)?;
        let segment = Segment::new(&shared.folder, first);
        *active = Active::create(&segment).map_err(|e| Fault::Undone(e.to_string()))?;
        begun = Some(segment);
    }
    let bytes = frame.encode(first);
    let offset = active.length;
    if let Err(error) = active.file.write_all(&bytes) {
        let why = describe(&active.path, "written", &error);
        // A part of the frame may be there; a journal that cannot cut it off cannot go on. Where
        // a new segment was begun for it, that must be known as well.
        return match (begun, Active::resume(&active.path, offset)) {
            (None, Ok(again)) => {
                *active = again;
                Err(Fault::Undone(why))
            }
            _ => Err(Fault::Unknown(why)),
        };
    }
    active.length += bytes.len() as u64;
    if sync {
        sync_file(active)?;
    }
    Ok((begun, offset))
}

fn sync_file(active: &Active) -> Result<(), Fault> {
    let synced = active.file.sync_data();
    synced.map_err(|e| Fault::Unknown(describe(&active.path, "synced", &e)))
}

fn describe(path: &Path, what: &str, error: &std::io::Error) -> String {
    format!("{} cannot be {what}: {error}", path.display())
}

/// `fsync` of everything acknowledged.
pub(crate) fn sync(shared: &Shared) -> Result<(), JournalError> {
    let mut state = shared.lock();
    loop {
        state.check()?;
        if let Some(active) = state.active.take() {
            let synced = sync_file(&active);
            state.active = Some(active);
            if let Err(Fault::Unknown(why) | Fault::Undone(why)) = synced {
                state.poisoned = Some(why);
                shared.changed.notify_all();
            }
            state.last_sync = Instant::now();
            return state.check();
        }
        state = shared
            .changed
            .wait(state)
            .unwrap_or_else(|e| e.into_inner());
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::OpenOptions;

    use super::super::{Journal, JournalError, JournalOptions};

    /// Puts a device in the place of the segment's file.
    fn put(journal: &Journal, device: &str) {
        let file = OpenOptions::new().write(true).open(device);
        let mut state = journal.shared.lock();
        let active = state.active.as_mut().expect("no one writes");
        active.file = file.expect("the device is there");
    }

    #[test]
    fn a_failed_fsync_poisons_the_journal() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), JournalOptions::default()).expect("opens");
        journal.append(&["kept"]).expect("appends");
        // Bytes can be written to it, but it cannot be synced.
        put(&journal, "/dev/null");
        let error = journal.append(&["lost"]).expect_err("fails");
        assert!(matches!(error, JournalError::Poisoned(_)), "{error}");
        let error = journal.append(&["after"]).expect_err("stays so");
        assert!(matches!(error, JournalError::Poisoned(_)), "{error}");
        let journal = Journal::open(folder.path(), JournalOptions::default()).expect("opens");
        assert_eq!(journal.end(), 1);
    }

    #[test]
    fn a_full_disk_fails_the_append_and_no_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), JournalOptions::default()).expect("opens");
        journal.append(&["first"]).expect("appends");
        put(&journal, "/dev/full");
        let error = journal.append(&["lost"]).expect_err("fails");
        assert!(error.is_retryable(), "{error}");
        assert_eq!(journal.append(&["second"]).expect("appends"), 1..2);
    }
}
