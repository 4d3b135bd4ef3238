//! Formats: lines of delimited text, lines of JSON; Avro and Protocol Buffers with a schema registry.
//!
//! The last two are features, for they bring libraries along.

#[cfg(feature = "avro")]
pub mod avro;
mod cell;
mod delimited;
mod encode;
mod fields;
#[cfg(feature = "registry")]
mod framed;
mod json;
#[cfg(feature = "protobuf")]
pub mod protobuf;
#[cfg(feature = "registry")]
mod rows;
#[cfg(feature = "registry")]
mod scalar;
mod times;
mod values;
#[cfg(feature = "registry")]
mod varint;
#[cfg(feature = "registry")]
mod wants;

#[cfg(feature = "registry")]
pub use cell::Cell;
pub use delimited::Delimited;
pub use encode::{delimited_row, json_row};
pub use fields::value as field_value;
#[cfg(feature = "registry")]
pub use framed::{Framed, SchemaFormat, Unread};
pub use json::Json;
#[cfg(feature = "registry")]
pub use rows::{RowWriter, framed_row};
pub use values::{RecordDecoder, Undecoded, ValueDecoder, Values};

use std::sync::Arc;

use tachograph_event::{Batch, EventType};
use tachograph_time::DatePattern;
use tachograph_topology::Reject;

/// Longest line that is read as a record, in bytes.
pub const LONGEST_LINE: usize = 1 << 20;

/// What is done when a schema is met whose records are not of the event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMismatch {
    /// The job stops, and says which schema it is.
    Stop,
    /// Its records are kept with the reason, and the others are read.
    DeadLetter,
}

/// Where a record's time stands.
#[derive(Debug, Clone)]
pub struct TimeField {
    /// Slot of the property.
    pub slot: usize,
    /// How it is written.
    pub pattern: DatePattern,
}

/// Whole lines of one read.
pub struct Chunk {
    /// The bytes: whole lines, the last one perhaps without its end.
    pub bytes: Vec<u8>,
    /// Position of the first byte.
    pub position: u64,
    /// Number of the partition.
    pub partition: u32,
}

/// Turns lines into columns.
pub trait LineDecoder: Send {
    /// Decodes every line of a chunk: into a row, or into a reject. Empty lines are passed over.
    fn decode(&mut self, chunk: Chunk) -> (Batch, Vec<Reject>);

    /// Type of the rows.
    fn event_type(&self) -> &Arc<EventType>;

    /// May white space stand around the parts of a record, and mean nothing?
    fn has_room_within(&self) -> bool;
}
