//! The clock of a partition: it follows the records' own times, and judges which come too late.
//!
//! - The clock stands `lateness` behind the newest record, and never goes back.
//! - A record before the clock is *late*.
//! - A record that leaps more than `future` ahead of the newest one, or of the clock where silence
//!   has moved that further, does not move the clock. One such record is a mistake;
//!   [`LEAPS_OF_A_GAP`] in a row, with no other between, are a gap in the data, and from then on the
//!   clock follows them.
//! - Silence moves the clock just past `idle` after the newest record, and then with those of the
//!   partitions that it is merged with.
//!
//! A pure state machine: the same records give the same judgements.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};

use crate::reorder::Reorder;
use crate::spout::TimeConfig;

/// So many leaps in a row are a gap in the data rather than mistakes.
pub const LEAPS_OF_A_GAP: u32 = 8;

/// Before every instant.
pub const BEGINNING: Millis = Millis::MIN / 4;

/// Why a record does not reach the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// It lies before the clock.
    Late,
    /// It leaps too far ahead.
    Future,
}

impl Lateness {
    /// The word in the late ledger.
    pub fn reason(self) -> &'static str {
        match self {
            Lateness::Late => "late",
            Lateness::Future => "future",
        }
    }
}

/// What became of some records.
#[derive(Debug, Default)]
pub struct Judged {
    /// In order, before the clock.
    pub released: Vec<Batch>,
    /// Records that come too late or leap too far, with the reason of each.
    pub set_aside: Option<(Batch, Vec<Lateness>)>,
}

/// The state of a partition's clock.
#[derive(Debug)]
pub struct PartitionClock {
    config: TimeConfig,
    clock: Millis,
    newest: Millis,
    leaps: u32,
    reorder: Reorder,
}

impl PartitionClock {
    /// A clock that has seen no record.
    pub fn new(config: TimeConfig, event_type: Arc<EventType>) -> PartitionClock {
        PartitionClock {
            config,
            clock: BEGINNING,
            newest: BEGINNING,
            leaps: 0,
            reorder: Reorder::new(event_type),
        }
    }

    /// No released record will lie before this instant from now on.
    pub fn clock(&self) -> Millis {
        self.clock
    }

    /// Takes records in; `now` is the wall clock, against which the very first record is held.
    pub fn records(&mut self, batch: Batch, now: Millis) -> Judged {
        let mut judged = Judged::default();
        let (kept, reasons) = self.judge(batch.times(), now);
        if reasons.is_empty() {
            self.reorder.add(batch);
        } else {
            let aside: Vec<u32> = reasons.iter().map(|(row, _)| *row).collect();
            let why = reasons.iter().map(|(_, reason)| *reason).collect();
            judged.set_aside = Some((batch.take(&aside), why));
            self.reorder.add(batch.take(&kept));
        }
        self.clock = self
            .clock
            .max(self.newest.saturating_sub(self.config.lateness));
        judged.released = self.reorder.release(self.clock);
        judged
    }

    /// Rows that are in time, and the others with their reasons.
    fn judge(&mut self, times: &[Millis], now: Millis) -> (Vec<u32>, Vec<(u32, Lateness)>) {
        let mut kept = Vec::new();
        let mut aside = Vec::new();
        for (row, &time) in times.iter().enumerate() {
            match self.judge_one(time, now) {
                None => kept.push(row as u32),
                Some(reason) => aside.push((row as u32, reason)),
            }
        }
        (kept, aside)
    }

    fn judge_one(&mut self, time: Millis, now: Millis) -> Option<Lateness> {
        let horizon = match self.newest {
            BEGINNING => now,
            newest => newest.max(self.clock),
        };
        if time > horizon.saturating_add(self.config.future) {
            self.leaps += 1;
            if self.leaps < LEAPS_OF_A_GAP || self.newest == BEGINNING {
                return Some(Lateness::Future);
            }
        }
        self.leaps = 0;
        // Lateness is reckoned record by record, whatever the size of the batch.
        let clock = self
            .clock
            .max(self.newest.saturating_sub(self.config.lateness));
        if time < clock {
            return Some(Lateness::Late);
        }
        self.newest = self.newest.max(time);
        None
    }

    /// Has no record moved the clock so far?
    pub fn is_new(&self) -> bool {
        self.newest == BEGINNING
    }

    /// Where silence moves the clock first: just past `idle` after the newest record, so that what ends
    /// at that very instant is seen.
    pub fn after_silence(&self) -> Millis {
        match self.newest {
            BEGINNING => self.clock,
            newest => newest.saturating_add(self.config.idle).saturating_add(1),
        }
    }

    /// The clock moves to an instant, if that lies ahead.
    pub fn move_to(&mut self, clock: Millis) -> Vec<Batch> {
        self.clock = self.clock.max(clock);
        self.reorder.release(self.clock)
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.i64(self.clock);
        to.i64(self.newest);
        to.u32(self.leaps);
        self.reorder.save(to);
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.clock = from.i64()?;
        self.newest = from.i64()?;
        self.leaps = from.u32()?;
        self.reorder.load(from)
    }
}
