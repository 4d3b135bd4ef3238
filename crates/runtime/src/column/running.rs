//! Groups of an unwindowed stream: a row an event, as its group stands after it. State: the
//! groups alone.

use tachograph_event::Batch;

use super::base::{Base, Sink};
use super::made::RowsMade;
use crate::output::Marks;

/// Takes a batch in and posts the rows.
pub fn run(base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
    let rows = base.admitted(batch, 0, batch.len());
    let grouped = base.grouped(batch, rows);
    let (arguments, groups) = (&grouped.arguments, &grouped.groups);
    let aggregates = base.groups.enter_and_show(arguments, groups);
    let made = RowsMade {
        properties: grouped.properties,
        keys: grouped.keys,
        aggregates,
        times: grouped.times,
        origins: grouped.origins,
    };
    base.post(made, Marks::Each, sink);
}
