//! The embedded live store: the data model of Redis and its commands, without a socket.
//!
//! A [`Store`] holds keys whose values are strings, lists, sets, hashes, sorted sets and streams with
//! consumer groups, with their expiries, and the registry of publish/subscribe. A client's command is
//! a list of byte strings given to [`Store::execute`] together with the client's [`Session`]; the
//! answer is a [`Reply`], a value that knows no wire format. What happens in this process and wants
//! no text parsing gives a batch of [`Effect`]s to [`Store::apply`].
//!
//! Time is an argument (`now_ms`, milliseconds since the Unix epoch) of every call: the store reads no
//! clock. The same calls give the same answers and the same state; nothing depends on the order of a
//! hash map or on chance. The store never does IO: [`Store::save`] and [`Store::load`] turn it into
//! bytes and back, and [`SharedStore`] puts it behind a lock for many threads.

mod apply;
mod commands;
mod effect;
mod error;
mod fixed;
mod glob;
mod keyspace;
mod number;
mod pubsub;
mod reply;
mod score;
mod session;
mod shared;
mod snapshot;
mod sorted;
mod store;
mod stream;
mod table;
mod value;
mod waiter;
mod zset;

pub use effect::{Applied, Effect};
pub use error::CommandError;
pub use glob::glob_match;
pub use number::format_double;
pub use reply::Reply;
pub use session::{ClientId, Session, Wait};
pub use shared::{Mailbox, SharedStore};
pub use snapshot::{LoadError, Snapshot};
pub use store::Store;
pub use table::{CommandSpec, command_specs};
pub use value::Bytes;

/// The version of Redis whose commands and replies are followed, as `INFO` and `HELLO` tell it.
pub const COMPATIBLE_VERSION: &str = "7.0.15";
