//! Rows arrive at a window that keeps a slot an event: both streams, a posting an event.

use std::sync::Arc;

use tachograph_event::{Batch, Column};
use tachograph_plan::Selector;

use super::moves::Moves;
use super::{Kept, Left};
use crate::column::base::Base;
use crate::column::frame::Frame;
use crate::column::kernel;
use crate::column::selected::Selected;
use crate::fault::Fault;
use crate::output::{Mark, Marks, Output, Posted};

impl Kept {
    /// Takes a batch in.
    pub fn batch(&mut self, base: &mut Base, batch: &Batch, out: &mut Output) {
        let rows = base.admitted(batch, 0, batch.len());
        if rows.is_empty() {
            return;
        }
        let taken;
        let batch = match &rows {
            Selected::Range(_) => batch,
            Selected::Rows(rows) => {
                taken = batch.take(rows);
                &taken
            }
        };
        match self.columns(base, batch) {
            Ok((new, left)) => out.post_columns(posted(base, batch, new, left, &self.moves)),
            Err(fault) => base.faults.record(&fault),
        }
    }

    /// The select columns of rows, and what they push out.
    fn columns(&mut self, base: &Base, batch: &Batch) -> Result<(Vec<Column>, Left), Fault> {
        let frame = Frame::of(batch);
        let select = base.plan.select.iter().map(|e| kernel::column(e, &frame));
        let made = select.collect::<Result<Vec<_>, _>>();
        let made = made.map_err(|(_, fault)| fault)?;
        let new: Vec<Column> = made.into_iter().map(|c| c.into_owned()).collect();
        let left = self.arrive(&base.plan.input.windows[0], &frame, &new)?;
        Ok((new, left))
    }
}

fn posted(base: &Base, batch: &Batch, new: Vec<Column>, left: Left, moves: &Moves) -> Posted {
    let event_type = || Arc::clone(&base.plan.output_type);
    let (times, origins) = (batch.shared_times().clone(), batch.shared_origins().clone());
    let inserted = Batch::new(event_type(), times.clone(), origins, new);
    if base.plan.selector != Selector::IRStream {
        return Posted::inserted(base.number, inserted, Marks::Each);
    }
    let (times, marks) = match moves.fills() {
        [] => (times, Marks::Pairs),
        fills => (
            moves.without_fills(times.into_vec()).into(),
            Marks::At(marks(batch.len(), fills)),
        ),
    };
    Posted {
        statement: base.number,
        inserted,
        marks,
        removed: Batch::new(event_type(), times, left.origins, left.columns),
    }
}

/// A posting a row; with each but the rows named, another leaves.
fn marks(rows: usize, fills: &[u32]) -> Vec<Mark> {
    let mut filled = fills.iter().peekable();
    let mut removed = 0;
    let mark = |row: usize| {
        removed += usize::from(filled.next_if(|fill| **fill as usize == row).is_none());
        Mark {
            inserted: row + 1,
            removed,
        }
    };
    (0..rows).map(mark).collect()
}
