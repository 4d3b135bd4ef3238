//! What a partition decided by looking at the wall clock, written down before it was acted on.
//!
//! Two things cannot be computed from the log: that a source fell silent, so that its clock moved
//! on without a record, and how far ahead the wall clock let the very first record be. Each is a
//! [`Decision`] with the position before which it was taken. A replay reads it at that position
//! and does not look at the wall clock.
//!
//! State: the decisions that the replay has still to meet, and the horizon. Never: forgets a
//! decision that a checkpoint does not cover.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use tachograph_event::{Decoder, Encoder, Millis};

use crate::journal::{Journal, JournalError, JournalOptions};

/// Bytes of a segment: decisions are few and small.
const SEGMENT_BYTES: u64 = 64 << 10;

/// Something that was decided by the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The source was silent: its clock goes to this instant, and it is left out until its next
    /// record.
    Idle(Millis),
    /// The wall clock against which first records are held.
    Horizon(Millis),
}

/// The decisions of one partition.
#[derive(Debug)]
pub struct Decisions {
    journal: Journal,
    /// Entry of the journal, position of the log, decision; oldest first.
    held: VecDeque<(u64, u64, Decision)>,
    horizon: Option<Millis>,
}

impl Decisions {
    /// Opens the decisions of a partition; those at or after `position` are to be met again.
    ///
    /// # Errors
    /// [`JournalError`] where the folder cannot be used.
    pub fn open(folder: &Path, position: u64) -> Result<Decisions, JournalError> {
        let options = JournalOptions {
            segment_bytes: SEGMENT_BYTES,
            ..JournalOptions::default()
        };
        let journal = Journal::open(folder, options)?;
        let mut decisions = Decisions {
            held: VecDeque::new(),
            horizon: None,
            journal,
        };
        decisions.read(position)?;
        Ok(decisions)
    }

    fn read(&mut self, position: u64) -> Result<(), JournalError> {
        let mut reader = self.journal.reader(self.journal.start())?;
        loop {
            let entries = reader.read(1_024, Duration::ZERO)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in entries {
                match decode(&entry.payload) {
                    Some((_, Decision::Horizon(now))) => self.horizon = Some(now),
                    Some((at, decision)) if at >= position => {
                        self.held.push_back((entry.position, at, decision));
                    }
                    _ => {}
                }
            }
        }
    }

    /// The position before which the next decision of the replay was taken.
    pub fn next_position(&self) -> Option<u64> {
        self.held.front().map(|(_, at, _)| *at)
    }

    /// The next decision, if the replay has come to its position.
    pub fn take(&mut self, position: u64) -> Option<Decision> {
        let (_, at, decision) = self.held.front().copied()?;
        (at <= position).then(|| {
            self.held.pop_front();
            decision
        })
    }

    /// Writes down that the source is silent at a position.
    ///
    /// # Errors
    /// [`JournalError`]; the decision must not be acted on then.
    pub fn idle(&self, position: u64, clock: Millis) -> Result<(), JournalError> {
        self.write(position, Decision::Idle(clock))
    }

    /// The wall clock against which first records are held: decided once.
    ///
    /// # Errors
    /// [`JournalError`]; the decision must not be acted on then.
    pub fn horizon(&mut self, position: u64, now: Millis) -> Result<Millis, JournalError> {
        match self.horizon {
            Some(horizon) => Ok(horizon),
            None => {
                self.write(position, Decision::Horizon(now))?;
                self.horizon = Some(now);
                Ok(now)
            }
        }
    }

    fn write(&self, position: u64, decision: Decision) -> Result<(), JournalError> {
        let (kind, instant) = match decision {
            Decision::Idle(clock) => (0, clock),
            Decision::Horizon(now) => (1, now),
        };
        let mut to = Encoder::new();
        to.u8(kind);
        to.u64(position);
        to.i64(instant);
        self.journal.append(&[to.into_bytes()]).map(|_| ())
    }
}

fn decode(payload: &[u8]) -> Option<(u64, Decision)> {
    let mut from = Decoder::new(payload);
    let (kind, at, instant) = (from.u8().ok()?, from.u64().ok()?, from.i64().ok()?);
    match kind {
        0 => Some((at, Decision::Idle(instant))),
        1 => Some((at, Decision::Horizon(instant))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_met_again_from_where_the_replay_begins() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = Decisions::open(folder.path(), 0).expect("opens");
        assert_eq!(first.horizon(0, 77).expect("written"), 77);
        first.idle(10, 1_000).expect("written");
        first.idle(20, 2_000).expect("written");
        drop(first);
        let mut again = Decisions::open(folder.path(), 11).expect("opens");
        assert_eq!(again.horizon(0, 99).expect("known"), 77);
        assert_eq!(again.next_position(), Some(20));
        assert_eq!(again.take(19), None);
        assert_eq!(again.take(20), Some(Decision::Idle(2_000)));
        assert_eq!(again.take(20), None);
    }
}
