//! What iterating a statement gives: its rows as they stand, evaluated by row.

use tachograph_event::{Column, Millis, Value};
use tachograph_plan::Shape;

use super::base::Base;
use super::frame::Frame;
use super::statement::{ColumnStatement, State};
use crate::eval::{eval_all, holds};
use crate::fault::Fault;

impl ColumnStatement {
    /// A row a group of a window; the one row without groups; for a batch, the groups of the
    /// gathering batch as they were posted last.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, now: Millis) -> Result<Vec<Vec<Value>>, Fault> {
        let base = &self.base;
        let (groups, aggregates) = match &self.state {
            State::Kept(kept) => return Ok(kept.rows()),
            State::Project | State::Last(_) => return Ok(Vec::new()),
            State::TimeBatch(interval) => interval.present(&base.groups.cells),
            State::Running | State::Sliding(_) if base.plan.shape == Shape::RowForAll => {
                (vec![0], base.groups.show(&[0]))
            }
            State::Running => return Ok(Vec::new()),
            State::Sliding(ring) => {
                let groups = ring.held_groups();
                let shown = base.groups.show(&groups);
                (groups, shown)
            }
        };
        present(base, &groups, &aggregates, now)
    }
}

/// The rows of groups that `having` accepts.
fn present(
    base: &Base,
    groups: &[u32],
    aggregates: &[Column],
    now: Millis,
) -> Result<Vec<Vec<Value>>, Fault> {
    let keys = base.groups.keys(&base.plan, groups);
    let frame = Frame {
        keys: &keys,
        aggregates,
        times: &vec![now; groups.len()],
        ..Frame::default()
    };
    let row = |row| {
        frame.with_scope(row, |scope| {
            let passes = holds(base.plan.having.as_ref(), scope)?;
            let row = passes.then(|| eval_all(&base.plan.select, scope));
            row.transpose()
        })
    };
    let rows = (0..groups.len()).filter_map(|i| row(i).transpose());
    rows.collect()
}
