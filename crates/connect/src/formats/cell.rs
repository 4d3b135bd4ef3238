//! One property of a record on its way into its column: a value, or a text that still stands where it was
//! read. A record that turns out to be faulty at its last byte has then left nothing in a column, and no
//! text is copied before its place.

use std::fmt;

use tachograph_event::{ColumnBuilder, Value};

/// A value of a record.
#[derive(Debug, Clone)]
pub enum Cell<'a> {
    /// A value of its own.
    Value(Value),
    /// A text within the record.
    Text(&'a str),
}

impl Cell<'_> {
    /// No value.
    pub const NULL: Cell<'static> = Cell::Value(Value::Null);

    /// The value, of which a text is copied.
    pub fn into_value(self) -> Value {
        match self {
            Cell::Value(value) => value,
            Cell::Text(text) => Value::str(text),
        }
    }

    /// Becomes the next value of a column of its type.
    #[inline]
    pub(super) fn push_to(self, column: &mut ColumnBuilder) {
        match self {
            Cell::Value(value) => column.push(value),
            Cell::Text(text) => column.push_text(text),
        }
    }
}

/// As the value is shown.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Value(value) => value.fmt(f),
            Cell::Text(text) => f.write_str(text),
        }
    }
}
