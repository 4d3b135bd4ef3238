//! `output first every`: what passes at once, before the interval's silence.

use std::sync::Arc;

use tachograph_event::{Origin, Value};
use tachograph_plan::{Selector, Shape};

use super::{Limiter, Present, Released, released};
use crate::event::Delta;
use crate::fault::Fault;
use crate::row::{Row, Rows};

impl Limiter {
    /// A step under `first`.
    pub(super) fn first(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        match self.shape {
            Shape::RowPerGroup => return self.first_of_groups(&delta, origin, present),
            Shape::AggregateGrouped => return self.first_events(delta, origin, present),
            _ => {}
        }
        let (arrived, left) = (delta.new.len(), delta.old.len());
        let rows = present.rows(delta, origin)?;
        let mut released = Released::Nothing;
        if !self.posted && self.shows(&rows) {
            self.posted = true;
            self.start(present.now);
            self.new_events = arrived as u64;
            self.old_events = left as u64;
            released = Released::Rows(rows);
        }
        if self.has_counted() {
            self.end_interval();
        }
        Ok(released)
    }

    /// Is anything left of the rows when `limit` has cut them?
    fn shows(&self, rows: &Rows) -> bool {
        let is_left = |rows: &[Row]| self.cut.map_or(rows.len(), |cut| cut.left(rows.len())) > 0;
        match self.selector {
            Selector::RStream => is_left(&rows.old),
            _ => is_left(&rows.new) || is_left(&rows.old),
        }
    }

    /// Groups that pass, each a row as it stands after the step; old: as it stood before, but
    /// under `having`, which looks at the groups event by event, as it stands after.
    fn first_of_groups(
        &mut self,
        delta: &Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let (every, now) = (self.limit.every, present.now);
        let polled = &mut self.polled;
        let mut passes = |key: &Arc<[Value]>, arrives| polled.passes(key, arrives, every, now);
        let windows = present.windows;
        let rows = present
            .shaper
            .passing_groups(delta, windows, now, origin, &mut passes)?;
        Ok(released(rows))
    }

    /// Events whose group passes, arriving or leaving: the row of either is a new one.
    fn first_events(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let (new, old) = (delta.new.clone(), delta.old.clone());
        drop(present.rows(delta, origin)?);
        let mut passed = Rows::default();
        let parts = [(true, new), (false, old)];
        for (arrives, event) in parts
            .iter()
            .flat_map(|(a, part)| part.iter().map(move |e| (*a, e)))
        {
            let (windows, now) = (present.windows, present.now);
            let row = present
                .shaper
                .event_rows(std::slice::from_ref(event), windows, now)?;
            for row in row {
                let every = self.limit.every;
                if !self.polled.passes(&row.group, arrives, every, now) {
                    continue;
                }
                // A group is shown once a step, by the last of its events that passes.
                match passed.new.iter_mut().find(|r| r.group == row.group) {
                    Some(shown) => *shown = row,
                    None => passed.new.push(row),
                }
            }
        }
        Ok(released(passed))
    }
}
