//! Writes to a real Redis: one server, the master that sentinels name, or a cluster.
//!
//! Only commands that may be given twice are written ([`Command`]), and that is how nothing is lost:
//! after any fault, all that no checkpoint has confirmed yet is written again, in its order. What is
//! written while the servers are away waits in a bounded queue, then whoever writes waits. A command
//! that a server refuses for good (the key is of another kind) is counted and told, never repeated.
//!
//! Never here: what is written for a row.

mod cluster;
mod command;
mod config;
mod connection;
mod owner;
mod place;

pub use command::Command;
pub use config::{RedisConfig, RedisMode};
pub use owner::Owner;
pub use place::RedisPlace;
