//! The sockets: what other programs connect to.
//!
//! [`query`] is how `tacho get` and `tacho scan` read the tables of a running process.
//! [`RespServer`] speaks RESP, the protocol of Redis, versions 2 and 3, for a live store. Everything a
//! command means is decided in the store; here are bytes, connections, limits and orderly shutdown.

mod connection;
mod limits;
mod outbox;
pub mod query;
pub mod resp;
mod server;

pub use limits::Limits;
pub use server::{Clock, RespServer};
