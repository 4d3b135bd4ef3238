//! What rows look at besides their events and groups.

use tachograph_event::Millis;

use crate::window::{Contents, Iterated, WindowSet};

/// The windows and the clock.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub now: Millis,
    pub windows: &'a WindowSet,
    iterated: Iterated<'a>,
    is_iterated: bool,
}

impl<'a> View<'a> {
    /// What rows are made from while a step is taken.
    pub fn of(windows: &'a WindowSet, now: Millis) -> View<'a> {
        View {
            now,
            windows,
            iterated: Iterated(windows),
            is_iterated: false,
        }
    }

    /// The same, where the statement is iterated.
    pub fn iterated(windows: &'a WindowSet, now: Millis) -> View<'a> {
        View {
            is_iterated: true,
            ..View::of(windows, now)
        }
    }

    /// What `prev` looks into.
    pub fn contents(&self) -> &dyn Contents {
        match self.is_iterated {
            true => &self.iterated,
            false => self.windows,
        }
    }
}
