//! Filter and projection of an unwindowed stream. State: none.

use tachograph_event::Batch;

use super::base::{Base, Sink};
use super::frame::Frame;
use super::kernel;
use super::made::stamps;
use crate::output::Marks;

/// Takes a batch in and posts what is selected of the rows that all conditions accept.
pub fn project(base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
    let mut rows = base.admitted(batch, 0, batch.len());
    base.refine(batch, &mut rows);
    if let Some(having) = &base.plan.having {
        kernel::filter(having, &Frame::of(batch), &mut rows, &mut base.faults);
    }
    if rows.is_empty() {
        return;
    }
    let properties = base.properties(batch, &rows);
    let (times, origins) = stamps(batch, &rows);
    let frame = Frame {
        properties: &properties,
        times: &times,
        origins: &origins,
        ..Frame::default()
    };
    base.select(&frame, origins.clone(), Marks::Each, sink);
}
