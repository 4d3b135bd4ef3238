//! The `live` bolt: rows become data in Redis's own structures, each under an identity that a replay
//! gives again.
//!
//! `write` says what is written for a row, the rows' order comes from `gather` beside this folder; the
//! embedded store and real servers take the same effects.

mod command;
mod embedded;
mod remote;
mod write;

pub use embedded::LiveBolt;
pub use remote::RedisCommands;
pub use write::{Write, WriteKind};
