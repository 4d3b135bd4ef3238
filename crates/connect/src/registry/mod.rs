//! A schema registry, by the interface that Confluent's has and others speak too.
//!
//! A [`Registry`] fetches each schema once, in a thread of its own, and keeps it: a schema never
//! changes under its id. A registry that is away is asked again with growing pauses for as long as
//! somebody wants an answer, so that who reads records waits and loses none. An id that the registry
//! does not know is an answer too.
//!
//! Never here: what a schema means, what is done with records.
//!
//! Where a registry is, is plain data and always here; what speaks with it is the feature `registry`.

#[cfg(feature = "registry")]
mod cache;
#[cfg(feature = "registry")]
mod client;
mod config;
#[cfg(feature = "registry")]
mod schema;
#[cfg(all(test, feature = "registry"))]
pub(crate) mod scripted;
#[cfg(all(test, feature = "registry"))]
mod tests;

#[cfg(feature = "registry")]
pub use cache::{Found, Registry};
#[cfg(feature = "registry")]
pub use client::{Client, ClientError};
pub use config::RegistryConfig;
#[cfg(feature = "registry")]
pub use schema::{Referenced, Schema, SchemaKind};
