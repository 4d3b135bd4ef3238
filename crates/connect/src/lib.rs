//! Connectors and formats: how records come in from outside, and how rows go out.
//!
//! A *format* turns bytes into columns and back ([`formats`]). A *connector* knows one kind of
//! place: [`file`], [`generate`], [`http`], [`hbase`], [`kafka`], [`redis`]. A source is a
//! [`tachograph_topology::PartitionReader`], a sink a [`tachograph_topology::Bolt`], or a
//! [`writer::Place`] that a bolt writes to. A record that cannot be decoded is a reject with its position, its bytes and the
//! reason; no record vanishes.
//!
//! Never here: rules, stores, the topology file.

pub mod file;
pub mod formats;
pub mod generate;
pub mod hbase;
pub mod http;
pub mod kafka;
pub mod redis;
pub mod registry;
pub mod sink;
pub mod writer;

/// Is told why a place outside refuses a write for good.
pub type Refused = std::sync::Arc<dyn Fn(&str) + Send + Sync>;
