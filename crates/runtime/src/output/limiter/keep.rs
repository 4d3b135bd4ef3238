//! What an interval remembers of its rows for the coming output.

use tachograph_plan::{OutputKind, Shape};

use super::Limiter;
use crate::row::Rows;

impl Limiter {
    /// Remembers what the coming output needs.
    pub(super) fn keep(&mut self, rows: Rows) {
        match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => {}
            (OutputKind::All, Shape::RowForEach | Shape::RowPerEvent | Shape::RowForAll) => {
                self.rows.append(rows);
            }
            (OutputKind::Last, Shape::RowForEach | Shape::RowPerEvent) => self.keep_last(rows),
            (OutputKind::Last, Shape::RowForAll) => self.keep_first_old(rows),
            (_, Shape::AggregateGrouped) => self.keep_newest(rows),
            _ => self.keep_states(rows),
        }
    }

    fn keep_last(&mut self, mut rows: Rows) {
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
                let entry = self.entry(&row.group);
                entry.touched = true;
                entry.new = Some(row.clone());
            }
            return self.rows.append(rows);
        }
        for row in rows.new {
            let entry = self.entry(&row.group);
            entry.touched = true;
            entry.new = Some(row);
        }
        for row in rows.old {
            let entry = self.entry(&row.group);
            entry.touched = true;
            entry.old = Some(row);
        }
    }

    /// Groups whose rows are made again at the output: only the old rows are remembered.
    fn keep_states(&mut self, rows: Rows) {
        for row in rows.old {
            let entry = self.entry(&row.group);
            entry.touched = true;
            if entry.old.is_none() {
                entry.old = Some(row);
            }
        }
        for row in rows.new {
            self.entry(&row.group).touched = true;
        }
    }
}
