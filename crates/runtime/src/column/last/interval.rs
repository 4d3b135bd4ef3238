//! `output last every` of groups without a window: which groups the interval has touched.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Period;

use crate::window::{after, next_on_grid};

/// The interval's clock and its groups.
#[derive(Debug)]
pub struct LastState {
    every: Period,
    started: Option<Millis>,
    due: Option<Millis>,
    /// In the order of first touch.
    touched: Vec<u32>,
    flags: Vec<bool>,
}

impl LastState {
    /// The empty state.
    pub fn new(every: Period) -> LastState {
        LastState {
            every,
            started: None,
            due: None,
            touched: Vec::new(),
            flags: Vec::new(),
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
        if self.flags.len() < slots {
            self.flags.resize(slots, false);
        }
        for &group in groups {
            let flag = &mut self.flags[group as usize];
            if !*flag {
                *flag = true;
                self.touched.push(group);
            }
        }
    }

    /// The interval ends: its groups.
    pub fn end(&mut self, now: Millis) -> Vec<u32> {
        let started = self.started.unwrap_or(now);
        self.due = Some(next_on_grid(started, self.every, now));
        let groups = std::mem::take(&mut self.touched);
        groups.iter().for_each(|g| self.flags[*g as usize] = false);
        groups
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.started, Encoder::i64);
        to.option(self.due, Encoder::i64);
        to.list(self.touched.iter(), |to, g| to.u32(*g));
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.started = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        let touched = from.list(Decoder::u32)?;
        let slots = touched.iter().max().map_or(0, |g| *g as usize + 1);
        self.touch(&touched, slots);
        Ok(())
    }
}
