//! A row as a reader gets it.

use tachograph_event::{Millis, Origin, Value};

/// One version of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Row key.
    pub key: String,
    /// Event time of the record that it came from.
    pub time: Millis,
    /// The record that it came from.
    pub origin: Origin,
    /// Values in the order of the table's columns.
    pub values: Vec<Value>,
}
