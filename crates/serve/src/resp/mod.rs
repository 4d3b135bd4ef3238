//! RESP, the wire format of Redis: reading commands, writing replies.

mod parse;
mod words;
mod write;

pub use parse::{CommandReader, ProtocolError};
pub use write::write_reply;
