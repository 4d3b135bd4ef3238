//! Silence of a partition: when its clock moves without a record, and where to.
//!
//! State: since when nothing has come, and when the clock may move again. It looks at the wall
//! clock and at the companions, so what it says must be written down before it is acted on. Never:
//! takes a decision of an earlier run for silence of this one; records that came since may wait.

use std::time::{Duration, Instant};

use tachograph_event::Millis;

use super::super::companions::Companions;
use crate::partition_clock::PartitionClock;

/// Time between two steps of a silent partition's clock, at least.
const STEP: Duration = Duration::from_millis(25);

pub(crate) struct Silence {
    /// Silence, in ms of wall time, from which on the clock moves.
    idle: Millis,
    since: Option<Millis>,
    is_silent: bool,
    next_step: Instant,
    companions: Companions,
}

impl Silence {
    pub fn new(idle: Millis, companions: Companions) -> Silence {
        Silence {
            idle,
            since: None,
            is_silent: false,
            next_step: Instant::now(),
            companions,
        }
    }

    /// Something came, or nobody knows whether it would.
    pub fn is_broken(&mut self) {
        self.since = None;
        self.set(false);
    }

    /// The source has ended, as silence for ever.
    pub fn is_final(&mut self) {
        self.set(true);
    }

    fn set(&mut self, is_silent: bool) {
        self.is_silent = is_silent;
        self.companions.silent(is_silent);
    }

    /// The partition's clock has moved, for whatever reason.
    pub fn clock(&self, clock: Millis) {
        self.companions.clock(clock);
    }

    /// Nothing came at the moment: where the clock goes, if it moves.
    pub fn step(&mut self, now: Millis, clock: &PartitionClock) -> Option<Millis> {
        let since = *self.since.get_or_insert(now);
        let to = match self.is_silent {
            true if Instant::now() >= self.next_step => self.companions.front()?,
            false if now - since >= self.idle => {
                self.set(true);
                clock.after_silence()
            }
            _ => return None,
        };
        (to > clock.clock()).then_some(to)
    }

    /// A step was written down, which took so long; the disk rests for as long at least.
    pub fn stepped(&mut self, took: Duration) {
        self.next_step = Instant::now() + STEP.max(took);
    }
}
