//! The columns that an expression can see: properties of events, group keys, aggregates.

use std::sync::Arc;

use tachograph_event::{Batch, Column, Millis, Origin, Value};

use crate::eval::Scope;
use crate::event::Event;

/// Rows as columns, for kernels. A part that an expression cannot name may be empty.
#[derive(Debug, Default, Clone)]
pub struct Frame<'a> {
    /// Properties by slot.
    pub properties: &'a [Column],
    /// Group keys.
    pub keys: &'a [Column],
    /// Aggregates.
    pub aggregates: &'a [Column],
    /// Clock of each row.
    pub times: &'a [Millis],
    /// The record of each row, where rows are records.
    pub origins: &'a [Origin],
}

impl<'a> Frame<'a> {
    /// The rows of a batch, which are records.
    pub fn of(batch: &'a Batch) -> Frame<'a> {
        Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// True where there are no rows.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Calls the row evaluator's scope of one row: the way of every expression without a kernel.
    pub fn with_scope<R>(&self, row: usize, use_scope: impl FnOnce(&Scope<'_>) -> R) -> R {
        // A column that no expression reads may have no rows.
        let value = |c: &Column| match row < c.len() {
            true => c.value(row),
            false => Value::Null,
        };
        let take = |columns: &[Column]| -> Vec<Value> { columns.iter().map(value).collect() };
        let event = Event {
            values: Arc::from(take(self.properties)),
            origin: self.origins.get(row).copied().unwrap_or_default(),
            ..Event::default()
        };
        let (key, aggregates) = (take(self.keys), take(self.aggregates));
        use_scope(&Scope {
            event: Some(&event),
            key: &key,
            aggregates: &aggregates,
            now: self.times[row],
            is_new: true,
            ..Scope::default()
        })
    }
}
