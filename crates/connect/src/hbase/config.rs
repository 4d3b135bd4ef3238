//! What is known of a table of HBase before anything is written.

use std::time::Duration;

use tachograph_hbase::{Config, WriterOptions};

/// Where the cluster is, and what the table is like if it must be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HBaseConfig {
    /// Servers of the cluster, masters or region servers, each `host:port`; or none.
    pub servers: Vec<String>,
    /// Servers of its ZooKeeper, each `host:port`; used where `servers` is empty.
    pub zookeeper: Vec<String>,
    /// Name of the table, perhaps with a namespace before a colon.
    pub table: String,
    /// The column family that rows are written to.
    pub family: String,
    /// Of a new table: keys at which its regions begin, besides the first.
    pub splits: Vec<String>,
    /// Of a new table: versions kept of a cell.
    pub versions: u32,
    /// Of a new table: age at which cells go.
    pub ttl: Option<Duration>,
    /// How much a task gathers and has under way.
    pub writer: WriterOptions,
}

impl HBaseConfig {
    /// How the client finds the cluster.
    pub(super) fn client(&self) -> Config {
        client(&self.servers, &self.zookeeper)
    }
}

/// How a client finds the cluster of these servers; by its ZooKeeper where there are none.
pub(super) fn client(servers: &[String], zookeeper: &[String]) -> Config {
    match servers.is_empty() {
        true => Config::zookeeper(zookeeper.to_vec()),
        false => Config::bootstrap(servers.to_vec()),
    }
}
