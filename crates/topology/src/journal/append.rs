//! Group commit: appenders put their entries into the pending frame; one of them writes it for
//! all, while the next frame gathers.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use super::frame::Frame;
use super::segment::{Active, Segment};
use super::{Fsync, JournalError, JournalOptions, LARGEST_ENTRY, Shared};

/// What became of a frame, once that is decided; whoever has entries in it holds it.
type Outcome = Arc<OnceLock<Result<(), String>>>;

/// What the appenders and readers of a journal share.
#[derive(Debug)]
pub(crate) struct State {
    pub segments: Vec<Segment>,
    /// Position after everything that may be read.
    pub end: u64,
    /// Position of the next entry to be appended.
    next: u64,
    pending: Frame,
    outcome: Outcome,
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
            outcome: Outcome::default(),
            poisoned: None,
            active: Some(active),
            last_sync: Instant::now(),
        }
    }

    fn check(&self) -> Result<(), JournalError> {
        let poisoned = self.poisoned.clone().map(JournalError::Poisoned);
        poisoned.map_or(Ok(()), Err)
    }

    /// The pending frame, for one that writes it; the next one gathers from now on.
    fn take_pending(&mut self) -> (Frame, Outcome) {
        (
            std::mem::take(&mut self.pending),
            std::mem::take(&mut self.outcome),
        )
    }

    /// A frame and everything that was given positions after it is given up.
    fn give_up(&mut self, outcome: &Outcome, why: &str) {
        let (_, after) = self.take_pending();
        self.next = self.end;
        for lost in [outcome, &after] {
            // A frame is decided once.
            let _ = lost.set(Err(why.to_string()));
        }
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
    let (end, outcome) = (state.next, Arc::clone(&state.outcome));
    drop(state);
    wait_for(shared, &outcome)?;
    Ok(first..end)
}

/// Waits until a frame is decided, writing it if no one else does.
fn wait_for(shared: &Shared, outcome: &Outcome) -> Result<(), JournalError> {
    let mut state = shared.lock();
    loop {
        if let Some(decided) = outcome.get() {
            return decided.clone().map_err(JournalError::NotWritten);
        }
        state.check()?;
        state = match state.active.take() {
            Some(active) => commit(shared, state, active),
            None => {
                let waited = shared.changed.wait(state);
                waited.unwrap_or_else(|e| e.into_inner())
            }
        };
    }
}

/// Writes the pending frame, while others may fill the next one.
fn commit<'a>(
    shared: &'a Shared,
    mut state: MutexGuard<'a, State>,
    mut active: Active,
) -> MutexGuard<'a, State> {
    let (frame, outcome) = state.take_pending();
    let first = state.end;
    let due = is_due(&shared.options, state.last_sync.elapsed());
    drop(state);
    let written = write(shared, &mut active, &frame, first, due);
    let mut state = shared.lock();
    match written {
        Ok((begun, offset)) => {
            state.segments.extend(begun);
            if let Some(segment) = state.segments.last_mut() {
                segment.note(first, offset);
            }
            state.end = first + u64::from(frame.count());
            if due {
                state.last_sync = Instant::now();
            }
            let _ = outcome.set(Ok(()));
        }
        Err(Fault::Undone(why)) => state.give_up(&outcome, &why),
        Err(Fault::Unknown(why)) => state.poisoned = Some(why),
    }
    state.active = Some(active);
    shared.changed.notify_all();
    state
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
    if shared.options.fsync == Fsync::Always {
        return state.check();
    }
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
    use std::sync::Arc;

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

    #[test]
    fn one_who_has_waited_through_many_failures_learns_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(folder.path(), JournalOptions::default()).expect("opens");
        put(&journal, "/dev/full");
        // Its entry is in the frame that the first of the others writes.
        let mut state = journal.shared.lock();
        state.pending.push(b"waits");
        state.next += 1;
        let outcome = Arc::clone(&state.outcome);
        drop(state);
        for _ in 0..1_100 {
            journal.append(&["lost"]).expect_err("the disk is full");
            put(&journal, "/dev/full");
        }
        let error = super::wait_for(&journal.shared, &outcome).expect_err("it was lost");
        assert!(error.is_retryable(), "{error}");
    }
}
