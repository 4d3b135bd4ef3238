//! Calls to servers: one connection for each server and service, shared by all callers.

pub(crate) mod connection;
mod frame;
mod pending;
pub(crate) mod pool;
mod preamble;
mod stream;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;
mod too_long;

pub(crate) use connection::{Call, Connection};
pub(crate) use frame::malformed;
pub(crate) use pool::{Pool, Service};
#[cfg(feature = "tls")]
pub use tls::Tls;
