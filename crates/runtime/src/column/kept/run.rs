//! Rows arrive at a window that keeps a slot an event: both streams, a posting an event.

use std::sync::Arc;

use tachograph_event::{Batch, Column};
use tachograph_plan::Selector;

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
            Ok((new, left)) => out.post_columns(posted(base, batch, new, left)),
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

fn posted(base: &Base, batch: &Batch, new: Vec<Column>, left: Left) -> Posted {
    let event_type = || Arc::clone(&base.plan.output_type);
    let (times, origins) = (batch.shared_times().clone(), batch.shared_origins().clone());
    let inserted = Batch::new(event_type(), times, origins, new);
    if base.plan.selector != Selector::IRStream {
        return Posted::inserted(base.number, inserted, Marks::Each);
    }
    let counts = left.counts.iter().enumerate();
    let marks = counts.map(|(i, removed)| Mark {
        inserted: i + 1,
        removed: *removed,
    });
    Posted {
        statement: base.number,
        inserted,
        marks: Marks::At(marks.collect()),
        removed: Batch::new(event_type(), left.times, left.origins, left.columns),
    }
}
