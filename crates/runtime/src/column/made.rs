//! Rows on their way to `having` and `select`, and the marks between their postings.

use tachograph_event::{Column, ColumnData, Millis, Origin, Shared};

use super::base::Base;
use super::frame::Frame;
use crate::output::{Mark, Marks};

/// Rows that a statement has made, before `having` and `select`.
pub struct RowsMade {
    /// Properties by slot, where rows are events.
    pub properties: Vec<Column>,
    /// Group keys.
    pub keys: Vec<Column>,
    /// Aggregates.
    pub aggregates: Vec<Column>,
    /// The clock of each row.
    pub times: Shared<Millis>,
    /// What brought each row.
    pub origins: Shared<Origin>,
}

impl RowsMade {
    /// A row for each of these groups, brought by a record, or by the clock.
    pub fn of_groups(base: &Base, groups: &[u32], now: Millis, origin: Origin) -> RowsMade {
        RowsMade {
            properties: Vec::new(),
            keys: base.groups.keys(&base.plan, groups),
            aggregates: base.groups.show(groups),
            times: vec![now; groups.len()].into(),
            origins: vec![origin; groups.len()].into(),
        }
    }

    /// As kernels see them.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            properties: &self.properties,
            keys: &self.keys,
            aggregates: &self.aggregates,
            times: &self.times,
            origins: &self.origins,
        }
    }

    /// The rows named; columns that nobody reads stay empty.
    pub fn take(&self, rows: &[u32]) -> RowsMade {
        let take = |columns: &[Column]| -> Vec<Column> {
            let taken = columns.iter().map(|c| match c.data() {
                ColumnData::Absent(_) => Column::new(ColumnData::Absent(rows.len()), None),
                _ => c.take(rows),
            });
            taken.collect()
        };
        RowsMade {
            properties: take(&self.properties),
            keys: take(&self.keys),
            aggregates: take(&self.aggregates),
            times: self.times.take(rows),
            origins: self.origins.take(rows),
        }
    }
}

/// Marks when only some rows stay: a posting without a row is none.
pub fn thinned(marks: Marks, rows: &[u32]) -> Marks {
    let Marks::At(marks) = marks else {
        return marks;
    };
    let mut left: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        let inserted = rows.partition_point(|row| (*row as usize) < mark.inserted);
        if left.last().map_or(0, |last| last.inserted) < inserted {
            left.push(Mark {
                inserted,
                removed: 0,
            });
        }
    }
    Marks::At(left)
}
