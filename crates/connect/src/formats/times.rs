//! The time of each record by the pattern of its field. State: the last text and its instant, for records
//! of one instant follow one another.

use tachograph_event::{Millis, Value};

use super::TimeField;
use super::cell::Cell;

/// Reads times of one field.
#[derive(Debug)]
pub(super) struct Times {
    field: TimeField,
    last: (Vec<u8>, Millis),
}

impl Times {
    pub fn new(field: TimeField) -> Times {
        let last = (Vec::new(), 0);
        Times { field, last }
    }

    /// Slot of the property.
    pub fn slot(&self) -> usize {
        self.field.slot
    }

    /// The instant that a text stands for.
    #[inline]
    pub fn of(&mut self, text: &[u8]) -> Option<Millis> {
        if self.last.0 == text && !text.is_empty() {
            return Some(self.last.1);
        }
        let instant = self.field.pattern.parse(text)?;
        self.last.0.clear();
        self.last.0.extend_from_slice(text);
        self.last.1 = instant;
        Some(instant)
    }

    /// The instant that a value stands for, as it is shown.
    pub fn of_cell(&mut self, cell: &Cell<'_>) -> Option<Millis> {
        match cell {
            Cell::Text(text) => self.of(text.as_bytes()),
            Cell::Value(Value::Str(text)) => self.of(text.as_bytes()),
            Cell::Value(other) => self.of(other.to_string().as_bytes()),
        }
    }
}
