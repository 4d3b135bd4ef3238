//! Forms that the clock calls.

use tachograph_event::Millis;

use super::base::{Base, Sink};

/// State that wants to be called at instants.
pub trait Timed {
    /// When it wants to be called next.
    fn due(&self) -> Option<Millis>;

    /// It is called: the clock stands at `now`.
    fn fire(&mut self, base: &mut Base, now: Millis, sink: &mut Sink<'_>);

    /// Moves the clock on, stopping at each instant at which the state wants to be called.
    fn advance(&mut self, base: &mut Base, to: Millis, sink: &mut Sink<'_>) {
        while let Some(due) = self.due().filter(|due| *due <= to) {
            base.clock = base.clock.max(due);
            self.fire(base, base.clock, sink);
        }
        base.clock = base.clock.max(to);
    }
}
