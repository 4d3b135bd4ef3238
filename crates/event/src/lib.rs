//! The vocabulary that every other room speaks: values, event types, columns and batches.
//!
//! Nouns: a [`Value`] is one datum, a [`Type`] says what it may be, an [`EventType`] names the
//! properties of a stream, a [`Column`] holds one property of many events, a [`Batch`] holds many
//! events with the time and the [`Origin`] of each. State lives elsewhere; [`codec`] is how all
//! state is written down and read again.
//!
//! Never: input or output, clocks, threads.

pub mod batch;
pub mod bitmap;
pub mod codec;
pub mod column;
pub mod event_type;
pub mod number;
pub mod order;
mod shared;
pub mod strings;
pub mod types;
pub mod value;

pub use batch::{Batch, BatchBuilder, Origin};
pub use bitmap::Bitmap;
pub use codec::{CodecError, Decoder, Encoder};
pub use column::{Column, ColumnBuilder, ColumnData};
pub use event_type::{EventType, Property};
pub use shared::Shared;
pub use strings::StringColumn;
pub use types::Type;
pub use value::Value;

/// Milliseconds since 1970-01-01T00:00:00Z, the unit of every timestamp.
pub type Millis = i64;
