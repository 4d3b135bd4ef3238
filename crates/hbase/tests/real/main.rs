//! Against a real HBase, which `TACHO_HBASE` names: servers of one cluster, `host:port`, with commas
//! between them. `TACHO_HBASE_ZK` names its ZooKeeper in the same form. Without them each test says
//! in a line that it is skipped. Every test has a table of its own and drops it.

mod admin;
mod cluster;
mod data;
mod death;
mod filters;
mod registry;
mod scans;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod writers;
