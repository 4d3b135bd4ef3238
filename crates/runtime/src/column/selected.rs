//! Which rows of a batch are looked at: neighbours, as long as no condition has refused any.
//!
//! Neighbours are cut out of a batch without copying; rows that lie apart are gathered.

use std::ops::Range;

use tachograph_event::{Batch, Column, Millis, Origin, Shared};
use tachograph_plan::Expr;

use super::frame::Frame;
use super::kernel;
use crate::fault::FaultLog;

/// Rows of a batch, in order.
#[derive(Debug, Clone)]
pub enum Selected {
    /// Neighbours.
    Range(Range<usize>),
    /// Others, by number.
    Rows(Vec<u32>),
}

impl Selected {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Selected::Range(range) => range.len(),
            Selected::Rows(rows) => rows.len(),
        }
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first row, if there is one.
    pub fn first(&self) -> Option<usize> {
        match self {
            Selected::Range(range) => (!range.is_empty()).then_some(range.start),
            Selected::Rows(rows) => rows.first().map(|row| *row as usize),
        }
    }

    /// No row.
    pub fn none() -> Selected {
        Selected::Range(0..0)
    }

    /// Leaves the row at a place among them out.
    pub fn leave_out(&mut self, place: usize) {
        let mut rows = std::mem::replace(self, Selected::none()).into_rows();
        rows.remove(place);
        *self = Selected::Rows(rows);
    }

    /// Keeps the rows that a condition accepts, if there is one.
    pub fn keep(&mut self, condition: Option<&Expr>, frame: &Frame<'_>, faults: &mut FaultLog) {
        if let Some(condition) = condition {
            kernel::filter(condition, frame, self, faults);
        }
    }

    /// Keeps the rows that pass a test, without a branch on its outcome.
    #[inline]
    pub fn retain(&mut self, mut test: impl FnMut(usize) -> bool) {
        match self {
            // One row needs no list.
            Selected::Range(range) if range.len() == 1 => {
                if !test(range.start) {
                    *self = Selected::none();
                }
            }
            Selected::Range(range) => {
                let mut rows = vec![0; range.len()];
                let mut kept = 0;
                for row in range.clone() {
                    rows[kept] = row as u32;
                    kept += usize::from(test(row));
                }
                if kept < rows.len() {
                    rows.truncate(kept);
                    *self = Selected::Rows(rows);
                }
            }
            Selected::Rows(rows) => {
                let mut kept = 0;
                for i in 0..rows.len() {
                    let row = rows[i];
                    rows[kept] = row;
                    kept += usize::from(test(row as usize));
                }
                rows.truncate(kept);
            }
        }
    }

    /// Calls for each row.
    #[inline]
    pub fn for_each(&self, mut work: impl FnMut(usize)) {
        match self {
            Selected::Range(range) => range.clone().for_each(work),
            Selected::Rows(rows) => rows.iter().for_each(|row| work(*row as usize)),
        }
    }

    /// The rows by number.
    pub fn into_rows(self) -> Vec<u32> {
        match self {
            Selected::Range(range) => (range.start as u32..range.end as u32).collect(),
            Selected::Rows(rows) => rows,
        }
    }

    /// The rows of a column.
    pub fn of_column(&self, column: &Column) -> Column {
        match self {
            Selected::Range(range) if range.len() == column.len() => column.clone(),
            Selected::Range(range) => column.slice(range.clone()),
            Selected::Rows(rows) => column.take(rows),
        }
    }

    /// The rows' times and origins.
    pub fn stamps(&self, batch: &Batch) -> (Shared<Millis>, Shared<Origin>) {
        let (times, origins) = (batch.shared_times(), batch.shared_origins());
        match self {
            Selected::Range(range) => (times.slice(range.clone()), origins.slice(range.clone())),
            Selected::Rows(rows) => (times.take(rows), origins.take(rows)),
        }
    }
}
