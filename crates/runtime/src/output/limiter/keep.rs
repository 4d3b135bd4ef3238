//! What an interval remembers of its rows for the coming output.

use std::sync::Arc;

use tachograph_event::{Origin, Value};
use tachograph_plan::{OutputKind, Shape};

use super::{Limiter, Present};
use crate::event::{Delta, EventRef};
use crate::fault::Fault;
use crate::row::Rows;

impl Limiter {
    /// A step whose rows an output will show.
    pub(super) fn take(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<(), Fault> {
        match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => drop(present.rows(delta, origin)?),
            (OutputKind::All, Shape::AggregateGrouped) => {
                let (new, old) = (delta.new.clone(), delta.old.clone());
                let rows = present.rows(delta, origin)?;
                self.keep(rows);
                self.keep_touched(&new, &old, present)?;
            }
            (_, shape) => {
                if shape == Shape::RowPerGroup && present.shaper.has_having() {
                    self.meet(&delta, present)?;
                }
                let rows = present.rows(delta, origin)?;
                self.keep(rows);
            }
        }
        Ok(())
    }

    /// The groups of a step have their place among the others from now on, whether `having` refuses
    /// their rows now or not.
    fn meet(&mut self, delta: &Delta, present: &Present<'_>) -> Result<(), Fault> {
        for event in delta.new.iter().chain(&delta.old) {
            let key = present.shaper.key_of(event, present.now)?;
            self.entry(&key);
        }
        Ok(())
    }

    /// `last` of single events: rows are made at the output, so that the newest event of either
    /// stream is enough, unless `having` might refuse it.
    pub(super) fn hold_last(&mut self, delta: Delta, origin: Origin, present: &Present<'_>) {
        if present.shaper.has_having() {
            return self.pending.push((delta, origin));
        }
        let (mut held, _) = self.pending.pop().unwrap_or_default();
        for (held, events) in [(&mut held.new, delta.new), (&mut held.old, delta.old)] {
            if let Some(newest) = events.into_iter().last() {
                *held = vec![newest];
            }
        }
        self.pending.push((held, origin));
    }

    /// `all` of events in groups: a group that events have left shows its newest event again, but
    /// where rows are sorted, only if the interval brings it none.
    fn keep_touched(
        &mut self,
        new: &[EventRef],
        old: &[EventRef],
        present: &Present<'_>,
    ) -> Result<(), Fault> {
        for event in new {
            let key = present.shaper.key_of(event, present.now)?;
            self.entry(&key).event = Some(event.clone());
        }
        let mut shown: Vec<Arc<[Value]>> = Vec::new();
        for event in old {
            let key = present.shaper.key_of(event, present.now)?;
            let is_shown = self.is_sorted || shown.contains(&key);
            let newest = self.entry(&key).event.get_or_insert_with(|| event.clone());
            if is_shown {
                continue;
            }
            let newest = [newest.clone()];
            let rows = present
                .shaper
                .event_rows(&newest, present.windows, present.now)?;
            self.keep_newest(Rows {
                new: rows,
                old: Vec::new(),
            });
            shown.push(key);
        }
        Ok(())
    }

    /// Remembers what the coming output needs.
    pub(super) fn keep(&mut self, rows: Rows) {
        match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => {}
            (OutputKind::All, Shape::RowPerEvent | Shape::RowForAll) => {
                self.rows.append(rows);
            }
            (OutputKind::Last, Shape::RowPerEvent) => self.keep_last(rows),
            (OutputKind::Last, Shape::RowForAll) => self.keep_first_old(rows),
            (_, Shape::AggregateGrouped) => self.keep_newest(rows),
            _ => self.keep_states(rows),
        }
    }

    /// The last row of either stream.
    pub(super) fn keep_last(&mut self, mut rows: Rows) {
        if let Some(row) = rows.new.pop() {
            self.rows.new = vec![row];
        }
        if let Some(row) = rows.old.pop() {
            self.rows.old = vec![row];
        }
    }

    /// The first old row: how it stood when the interval began. The new one is made at the output.
    fn keep_first_old(&mut self, rows: Rows) {
        if self.rows.old.is_empty() {
            self.rows.old.extend(rows.old.into_iter().next());
        }
    }

    fn keep_newest(&mut self, rows: Rows) {
        if self.limit.kind == OutputKind::All {
            for row in &rows.new {
                self.entry(&row.group).touched = true;
            }
            return self.rows.append(rows);
        }
        rows.new.into_iter().for_each(|row| self.newest.put(row));
        rows.old
            .into_iter()
            .for_each(|row| self.newest_old.put(row));
    }

    /// Groups whose rows are made again at the output: only the old rows are remembered.
    fn keep_states(&mut self, rows: Rows) {
        for row in rows.old {
            let entry = self.entry(&row.group);
            // A group that `having` refused when the interval began has no old row.
            if !entry.touched && entry.old.is_none() {
                entry.old = Some(row);
            }
            entry.touched = true;
        }
        for row in rows.new {
            self.entry(&row.group).touched = true;
        }
    }
}
