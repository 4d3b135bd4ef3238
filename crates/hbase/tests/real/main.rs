//! Against a real HBase: the one that `TACHO_HBASE` names (servers of one cluster, `host:port`, with
//! commas between them; `TACHO_HBASE_ZK` names its ZooKeeper in the same form), or else one that is
//! started for these tests. Where that cannot be, one line says so. Every test has a table of its own
//! and drops it.

mod admin;
mod arguments;
mod cluster;
mod data;
mod death;
mod filters;
mod interop;
mod regions;
mod registry;
mod scans;
#[allow(
    dead_code,
    reason = "a server that speaks TLS is for a client that can"
)]
mod server;
mod shell;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod writers;
