//! Groups of an unwindowed stream: a row an event, as its group stands after it. State: the
//! groups alone.

use tachograph_event::Batch;

use super::base::{Base, Sink};
use super::cells::CellColumn;
use super::made::RowsMade;
use crate::output::Marks;

/// Takes a batch in and posts the rows.
pub fn run(base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
    let rows = base.admitted(batch, 0, batch.len());
    let grouped = base.grouped(batch, rows);
    let mut aggregates = Vec::with_capacity(base.groups.cells.len());
    for (cells, argument) in base.groups.cells.iter_mut().zip(&grouped.arguments) {
        let mut after = CellColumn::new(cells);
        cells.enter(argument.as_ref(), &grouped.groups, Some(&mut after));
        aggregates.push(after.finish());
    }
    let made = RowsMade {
        properties: grouped.properties,
        keys: grouped.keys,
        aggregates,
        times: grouped.times,
        origins: grouped.origins,
    };
    base.post(made, Marks::Each, sink);
}
