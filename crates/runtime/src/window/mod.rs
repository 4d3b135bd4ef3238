//! Data windows: which events a statement still holds, and when they leave.
//!
//! A [`DataWindow`] is one window's state; a [`WindowSet`] is all that stands between a
//! statement's filter and its aggregation. Windows are told the clock and never read one: `due`
//! says when a window wants to be called, `fire` calls it. An event of time t in a window of n
//! leaves when the clock reaches t+n, before an event of that instant enters.

mod accum;
mod batch;
mod ext_timed;
mod ext_timed_batch;
mod first;
mod group;
mod keep;
mod leaving;
mod length;
mod rank;
mod set;
mod sort;
mod time;
mod time_batch;
mod time_order;
mod unique;

pub use set::WindowSet;
pub(crate) use sort::compare_keys;

use std::fmt::Debug;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::Window;

use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// What `prev` may look into.
pub trait Contents {
    /// The events of the window in which an event lies, in the order in which `prev` goes back
    /// from the last one, and the place from which it does.
    fn around(&self, event: &Event) -> (Vec<EventRef>, Option<usize>);

    /// Is nothing told of what was before? So it is in a batch that was not posted.
    fn is_unposted(&self) -> bool {
        false
    }
}

/// Windows whose statement is iterated: every row is shown from where the window stands.
#[derive(Clone, Copy)]
pub struct Iterated<'a>(pub &'a WindowSet);

impl Contents for Iterated<'_> {
    fn around(&self, event: &Event) -> (Vec<EventRef>, Option<usize>) {
        match self.0.is_batch() {
            true => (Vec::new(), None),
            false => {
                let (events, _) = self.0.around(event);
                let newest = events.len().checked_sub(1);
                (events, newest)
            }
        }
    }

    fn is_unposted(&self) -> bool {
        self.0.is_batch()
    }
}

/// One data window.
pub trait DataWindow: Debug + Send + Sync {
    /// An event arrives; what enters and leaves because of it is added to `delta`.
    ///
    /// # Errors
    /// [`Fault`] where one of the window's own expressions has no result.
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault>;

    /// When the window wants to be called, if ever.
    fn due(&self) -> Option<Millis> {
        None
    }

    /// The clock has reached `due` or passed it.
    fn fire(&mut self, _now: Millis, _delta: &mut Delta) {}

    /// As `fire`, where parts of the window are passed on one after the other.
    fn fire_parts(&mut self, now: Millis, parts: &mut Vec<Delta>) {
        let mut delta = Delta::default();
        self.fire(now, &mut delta);
        parts.push(delta);
    }

    /// Another window has let an event go. True if it was here.
    fn remove(&mut self, sequence: u64) -> bool;

    /// All events held, in window order.
    fn contents(&self) -> Vec<EventRef>;

    /// What iterating shows while the window posts a step: what lingers, and of a batch, the batch
    /// that is posted.
    fn while_posting(&self, delta: &Delta) -> Vec<EventRef> {
        let mut events = delta.lingering();
        events.extend(self.contents());
        if self.is_batch() {
            events.extend(delta.new.iter().cloned());
        }
        events
    }

    /// All events that the window still has to let go: those it holds and those it posted and
    /// will post as old.
    fn unreleased(&self) -> Vec<EventRef> {
        self.contents()
    }

    /// Is the window in an order of its own?
    fn is_ordered(&self) -> bool {
        false
    }

    /// Does the window keep what came first, and refuse what comes after?
    fn keeps_first(&self) -> bool {
        false
    }

    /// The events around one; a window of windows gives its part.
    fn around(&self, _event: &Event) -> Vec<EventRef> {
        self.contents()
    }

    /// Does the window post whole batches?
    fn is_batch(&self) -> bool {
        false
    }

    /// Writes the state.
    fn save(&self, to: &mut Encoder);

    /// Reads the state into a new window.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this window's state.
    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError>;
}

/// Builds the empty state of a window; `now` is the clock at deployment.
pub fn build(window: &Window, now: Millis) -> Box<dyn DataWindow> {
    match window {
        Window::KeepAll => Box::new(keep::KeepAll::default()),
        Window::Length(size) => Box::new(length::Length::new(*size)),
        Window::LengthBatch(size) => Box::new(batch::LengthBatch::new(*size)),
        Window::Time(period) => Box::new(time::Time::new(*period)),
        Window::TimeBatch { .. } | Window::TimeLengthBatch { .. } => {
            Box::new(time_batch::TimeBatch::new(window, now))
        }
        Window::ExtTimed { timestamp, period } => {
            Box::new(ext_timed::ExtTimed::new(timestamp.clone(), *period))
        }
        Window::TimeOrder { timestamp, period } => {
            Box::new(time_order::TimeOrder::new(timestamp.clone(), *period))
        }
        Window::ExtTimedBatch {
            timestamp,
            period,
            reference,
        } => Box::new(ext_timed_batch::ExtTimedBatch::new(
            timestamp.clone(),
            *period,
            *reference,
        )),
        Window::Unique(keys) => Box::new(unique::Unique::new(keys.clone(), false)),
        Window::FirstUnique(keys) => Box::new(unique::Unique::new(keys.clone(), true)),
        Window::LastEvent => Box::new(length::LastEvent::default()),
        Window::FirstEvent => Box::new(first::First::length(1)),
        Window::FirstLength(size) => Box::new(first::First::length(*size)),
        Window::FirstTime(period) => Box::new(first::First::time(*period, now)),
        Window::TimeAccum(period) => Box::new(accum::TimeAccum::new(*period)),
        Window::Sort { size, keys } => Box::new(sort::Sort::new(*size, keys.clone())),
        Window::Rank { unique, size, keys } => {
            Box::new(rank::Rank::new(*size, unique.clone(), keys.clone()))
        }
        Window::GroupWin { keys, windows } => {
            Box::new(group::GroupWin::new(keys.clone(), windows.clone()))
        }
    }
}

/// The instant a period after another.
pub(crate) fn after(start: Millis, period: tachograph_plan::Period) -> Millis {
    use tachograph_time::Period as Calendar;
    let calendar = Calendar {
        months: period.months,
        millis: period.millis,
    };
    calendar.add_to(start)
}

/// The first instant after `now` on the grid that `reference` and `period` span.
pub(crate) fn next_on_grid(
    reference: Millis,
    period: tachograph_plan::Period,
    now: Millis,
) -> Millis {
    if period.months == 0 {
        let step = period.millis.max(1);
        return reference + ((now - reference).div_euclid(step) + 1) * step;
    }
    let months = |n: i64| {
        let whole = tachograph_plan::Period {
            months: period.months * n,
            millis: period.millis * n,
        };
        after(reference, whole)
    };
    // A month is at most 31 days: start well before and walk.
    let mut n = (now - reference) / (31 * 86_400_000 * period.months + period.millis).max(1) - 1;
    while months(n) <= now {
        n += 1;
    }
    months(n)
}
