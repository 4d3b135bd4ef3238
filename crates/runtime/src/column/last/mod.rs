//! Groups of an unwindowed stream, shown by `output last every`: those that the interval has
//! touched, when it ends.

mod interval;

use tachograph_event::{Batch, Millis, Origin};

pub use interval::LastState;

use super::base::{Base, Sink};
use super::made::RowsMade;
use super::timed::Timed;
use crate::output::Marks;

impl LastState {
    /// Takes a batch in.
    pub fn batch(&mut self, base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
        let mut first = 0;
        while first < batch.len() {
            let time = batch.times()[first];
            self.advance(base, time, sink);
            let last = match self.due() {
                Some(due) => first + batch.times()[first..].partition_point(|t| *t < due).max(1),
                // The interval begins with the first event that is let in.
                None => first + 1,
            };
            let rows = base.admitted(batch, first, last);
            let grouped = base.grouped(batch, rows);
            base.groups.enter(&grouped.arguments, &grouped.groups);
            if let Some(time) = grouped.times.first() {
                self.arrive(*time);
                self.touch(&grouped.groups, base.groups.slots());
            }
            first = last;
        }
    }
}

impl Timed for LastState {
    fn due(&self) -> Option<Millis> {
        LastState::due(self)
    }

    fn fire(&mut self, base: &mut Base, now: Millis, sink: &mut Sink<'_>) {
        let groups = self.end(now);
        let made = RowsMade::of_groups(base, &groups, now, Origin::CLOCK);
        base.post(made, Marks::Once, sink);
    }
}
