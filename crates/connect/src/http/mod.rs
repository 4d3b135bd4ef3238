//! Records by HTTP: a server that answers when the journal has them, and a reader of the journal.
//!
//! A `POST` carries lines, one record each, or, as `application/json`, one object or an array of
//! them. The answer `200 {"accepted":N}` means that the records are as durable as the journal's
//! policy declares. Whether a line can be decoded is found out later, as with every log: what
//! cannot be is in the dead-letter file.
//!
//! State: the journal. Never: an answer before the journal has the records; a record that is
//! neither accepted nor refused.

mod body;
mod reader;
mod server;

pub use body::{BodyFault, split};
pub use reader::JournalReader;
pub use server::{HttpOptions, HttpServer};
