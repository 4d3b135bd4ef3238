//! The rows of an output that is due.

use std::sync::Arc;

use tachograph_plan::{OutputKind, Shape};

use super::{Limiter, Present, Released, released};
use crate::fault::Fault;
use crate::row::Rows;

impl Limiter {
    /// What is shown, by kind and shape; the interval ends.
    pub(super) fn release(&mut self, present: &mut Present<'_>) -> Result<Released, Fault> {
        let rows = match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => {
                let held = present.held.take();
                let held = held.unwrap_or_else(|| present.windows.contents());
                let (windows, now) = (present.windows, present.now);
                Rows {
                    new: present.shaper.show(held, windows, now)?,
                    old: Vec::new(),
                }
            }
            (OutputKind::Default, Shape::RowForAll) => {
                self.is_quiet &= self.pending.is_empty();
                self.rows = self.release_pending(present)?;
                self.release_whole(present)?
            }
            (OutputKind::All, Shape::RowForEach) => self.release_pending(present)?,
            (OutputKind::Default, _) => self.release_pending(present)?,
            (_, Shape::RowForEach) => {
                let rows = self.release_pending(present)?;
                self.keep_last(rows);
                std::mem::take(&mut self.rows)
            }
            (_, Shape::RowPerEvent) => std::mem::take(&mut self.rows),
            (_, Shape::RowForAll) => self.release_whole(present)?,
            (OutputKind::All, Shape::AggregateGrouped) => self.release_events(present)?,
            (_, Shape::AggregateGrouped) => self.release_newest(),
            (_, Shape::RowPerGroup) => self.release_states(present)?,
        };
        self.end_interval();
        Ok(released(rows))
    }

    /// The steps of the interval, one after the other: aggregates take them in only now.
    fn release_pending(&mut self, present: &mut Present<'_>) -> Result<Rows, Fault> {
        let mut rows = Rows::default();
        for (delta, origin) in std::mem::take(&mut self.pending) {
            rows.append(present.rows(delta, origin)?);
        }
        Ok(rows)
    }

    /// The rows of the interval; of a stream that has none, how it stands now.
    fn release_whole(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
        let mut rows = std::mem::take(&mut self.rows);
        let now = |is_new| present.row(&Arc::from([]), is_new);
        if rows.new.is_empty() {
            rows.new.extend(now(true)?);
        }
        // Under the default, an old row that is missing in an interval with steps was refused.
        if rows.old.is_empty() && (self.is_quiet || self.limit.kind != OutputKind::Default) {
            rows.old.extend(now(false)?);
        }
        Ok(rows)
    }

    /// `all` of events in groups: a group that the interval did not touch shows its newest event,
    /// with the aggregates as they stand.
    fn release_events(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
        let mut rows = std::mem::take(&mut self.rows);
        let untouched = self.entries.values().filter(|entry| !entry.touched);
        for event in untouched.filter_map(|entry| entry.event.as_ref()) {
            let event = std::slice::from_ref(event);
            let shown = present
                .shaper
                .event_rows(event, present.windows, present.now)?;
            rows.new.extend(shown);
        }
        Ok(rows)
    }

    fn release_newest(&mut self) -> Rows {
        Rows {
            new: self.newest.take(),
            old: self.newest_old.take(),
        }
    }

    fn release_states(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
        let all = self.limit.kind == OutputKind::All;
        let mut rows = Rows::default();
        for entry in self.entries.values_mut() {
            if !all && !entry.touched {
                continue;
            }
            let row = |is_new| present.row(&entry.key, is_new);
            let before = entry.old.take();
            rows.new.extend(row(true)?);
            rows.old.extend(before);
            entry.old = row(false)?;
        }
        if !all {
            self.entries.clear();
            self.index.clear();
        }
        Ok(rows)
    }
}
