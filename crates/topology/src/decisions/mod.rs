//! What a partition decided by looking at the wall clock, written down before it was acted on.
//!
//! Two things cannot be computed from the log: that a source fell silent, so that its clock moved
//! on without a record, and how far ahead the wall clock let the very first record be. The first
//! stands with the position before which it was taken; a replay reads it at that position and does
//! not look at the wall clock. A clock that is moved in several steps at one position is where the
//! last of them has put it, so a step takes the place of the last but one: the file grows with the
//! number of silences, by two slots for each, and not with their length.
//!
//! State: the decisions that the replay has still to meet, and the horizon. Never: forgets a
//! decision of which the log still holds the position.

mod slots;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use tachograph_event::Millis;

use crate::journal::JournalError;
use slots::{Slot, Slots};

/// The source was silent: its clock goes to the instant.
const IDLE: u8 = 0;

/// The instant is the wall clock against which first records are held.
const HORIZON: u8 = 1;

/// Slots from which on it is looked whether some can be taken away.
const MANY: u64 = 1_024;

/// The decisions of one partition.
#[derive(Debug)]
pub struct Decisions {
    slots: Slots,
    /// Position of the log and clock, oldest first.
    held: VecDeque<(u64, Millis)>,
    horizon: Option<Millis>,
    last: Option<Silence>,
}

/// Where the newest silence stands.
#[derive(Debug, Clone, Copy)]
struct Silence {
    position: u64,
    /// Slot of its last step.
    newer: u64,
    /// Slot of its last step but one.
    older: Option<u64>,
}

impl Decisions {
    /// Opens the decisions of a partition; those at or after `position` are to be met again.
    ///
    /// # Errors
    /// [`JournalError`] where the file cannot be used.
    pub fn open(path: &Path, position: u64) -> Result<Decisions, JournalError> {
        let slots = Slots::open(path)?;
        let all = slots.read()?;
        let horizon = all.iter().find(|s| s.kind == HORIZON);
        let held = clocks(&all).into_iter().filter(|(at, _)| *at >= position);
        Ok(Decisions {
            held: held.collect(),
            horizon: horizon.map(|s| s.instant),
            last: newest(&all),
            slots,
        })
    }

    /// The position before which the next decision of the replay was taken.
    pub fn next_position(&self) -> Option<u64> {
        self.held.front().map(|(at, _)| *at)
    }

    /// The clock of the next decision, if the replay has come to its position.
    pub fn take(&mut self, position: u64) -> Option<Millis> {
        let (at, clock) = self.held.front().copied()?;
        (at <= position).then(|| {
            self.held.pop_front();
            clock
        })
    }

    /// Writes down where the clock of a silent source goes at a position. At one position the
    /// clock never falls.
    ///
    /// # Errors
    /// [`JournalError`]; the decision must not be acted on then.
    pub fn idle(&mut self, position: u64, clock: Millis) -> Result<(), JournalError> {
        let before = self.last.filter(|last| last.position == position);
        let count = self.slots.count();
        let number = before.and_then(|last| last.older).unwrap_or(count);
        let slot = Slot {
            kind: IDLE,
            position,
            instant: clock,
        };
        self.slots.write(number, slot)?;
        self.last = Some(Silence {
            position,
            newer: number,
            older: before.map(|last| last.newer),
        });
        Ok(())
    }

    /// The wall clock against which first records are held: decided once.
    ///
    /// # Errors
    /// [`JournalError`]; the decision must not be acted on then.
    pub fn horizon(&mut self, position: u64, now: Millis) -> Result<Millis, JournalError> {
        if let Some(horizon) = self.horizon {
            return Ok(horizon);
        }
        let slot = Slot {
            kind: HORIZON,
            position,
            instant: now,
        };
        self.slots.write(self.slots.count(), slot)?;
        // Steps before it are not among the last two slots for ever.
        self.last = None;
        self.horizon = Some(now);
        Ok(now)
    }

    /// The log no longer holds what lies before a position: no replay meets those decisions.
    /// They are taken away when they are many.
    ///
    /// # Errors
    /// [`JournalError`] where the file cannot be written.
    pub fn forget_before(&mut self, position: u64) -> Result<(), JournalError> {
        if self.slots.count() < MANY {
            return Ok(());
        }
        let all = self.slots.read()?;
        let mut kept: Vec<Slot> = all.iter().copied().filter(|s| s.kind == HORIZON).collect();
        let idle = clocks(&all).into_iter().filter(|(at, _)| *at >= position);
        kept.extend(idle.map(|(position, instant)| Slot {
            kind: IDLE,
            position,
            instant,
        }));
        if kept.len() * 2 <= all.len() {
            self.slots.replace(&kept)?;
            self.last = newest(&kept);
        }
        Ok(())
    }
}

/// The clock of each silence: the farthest of its steps.
fn clocks(slots: &[Slot]) -> BTreeMap<u64, Millis> {
    let mut clocks = BTreeMap::new();
    for slot in slots.iter().filter(|s| s.kind == IDLE) {
        let clock = clocks.entry(slot.position).or_insert(slot.instant);
        *clock = slot.instant.max(*clock);
    }
    clocks
}

/// The silence whose steps stand in the last slots, if they do.
fn newest(slots: &[Slot]) -> Option<Silence> {
    let (last, before) = slots.split_last()?;
    let number = before.len() as u64;
    let is_same = |s: &&Slot| s.kind == IDLE && s.position == last.position;
    let other = before.last().filter(is_same).map(|s| s.instant);
    let (newer, older) = match other {
        Some(instant) if instant > last.instant => (number - 1, Some(number)),
        Some(_) => (number, Some(number - 1)),
        None => (number, None),
    };
    (last.kind == IDLE).then_some(Silence {
        position: last.position,
        newer,
        older,
    })
}

#[cfg(test)]
mod tests;
