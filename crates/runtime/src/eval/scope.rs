//! What an expression can see while it is evaluated.

use tachograph_event::{Millis, Value};

use crate::event::Event;
use crate::window::Contents;

/// The surroundings of one evaluation.
#[derive(Clone, Copy, Default)]
pub struct Scope<'a> {
    /// The event at hand.
    pub event: Option<&'a Event>,
    /// The group's key.
    pub key: &'a [Value],
    /// The group's aggregates.
    pub aggregates: &'a [Value],
    /// The row that `select` made.
    pub columns: &'a [Value],
    /// The clock, in milliseconds.
    pub now: Millis,
    /// Is the row for the insert stream?
    pub is_new: bool,
    /// The data window, for `prev`.
    pub window: Option<&'a dyn Contents>,
}

impl<'a> Scope<'a> {
    /// A scope that sees an event and the clock alone.
    pub fn of_event(event: &'a Event, now: Millis) -> Scope<'a> {
        Scope {
            event: Some(event),
            now,
            is_new: true,
            ..Scope::default()
        }
    }

    /// A property of the event at hand; null without one.
    pub fn property(&self, slot: usize) -> Value {
        let value = self.event.and_then(|e| e.values.get(slot));
        value.cloned().unwrap_or_default()
    }

    /// The event at hand as a value.
    pub fn row(&self) -> Value {
        self.event
            .map_or(Value::Null, |e| Value::Row(e.values.clone()))
    }
}
