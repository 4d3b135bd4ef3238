//! Filter and projection of an unwindowed stream. State: none.

use tachograph_event::Batch;

use super::base::{Base, Sink};
use super::frame::Frame;
use crate::output::Marks;

/// Takes a batch in and posts what is selected of the rows that all conditions accept.
pub fn project(base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
    let mut rows = base.admitted(batch, 0, batch.len());
    base.refine(batch, &mut rows);
    let having = base.plan.having.as_ref();
    rows.keep(having, &Frame::of(batch), &mut base.faults);
    if rows.is_empty() {
        return;
    }
    let properties = base.properties(batch, &rows);
    let (times, origins) = rows.stamps(batch);
    let frame = Frame {
        properties: &properties,
        times: &times,
        origins: &origins,
        ..Frame::default()
    };
    let stamps = (times.clone(), origins.clone());
    base.select(&frame, stamps, Marks::Each, sink);
}
