//! `output last every` of groups without a window: which groups the interval has touched.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use crate::column::touched::TouchedGroups;
use crate::window::{after, next_on_grid};

/// The interval's clock and its groups.
#[derive(Debug)]
pub struct LastState {
    every: Period,
    started: Option<Millis>,
    due: Option<Millis>,
    touched: TouchedGroups,
}

impl LastState {
    /// The empty state.
    pub fn new(every: Period) -> LastState {
        LastState {
            every,
            started: None,
            due: None,
            touched: TouchedGroups::default(),
        }
    }

    /// When the interval ends.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    /// An event has arrived.
    pub fn arrive(&mut self, now: Millis) {
        if self.started.is_none() {
            self.started = Some(now);
            self.due = Some(after(now, self.every));
        }
    }

    /// Notes the groups of events.
    pub fn touch(&mut self, groups: &[u32], slots: usize) {
        self.touched.touch(groups, slots);
    }

    /// The interval ends: its groups.
    pub fn end(&mut self, now: Millis) -> Vec<u32> {
        let started = self.started.unwrap_or(now);
        self.due = Some(next_on_grid(started, self.every, now));
        self.touched.take()
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.started, Encoder::i64);
        to.option(self.due, Encoder::i64);
        self.touched.save(to);
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.started = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        self.touched.load(from)
    }
}
