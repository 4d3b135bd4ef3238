//! What HBase keeps in ZooKeeper's nodes.

use super::basic::ServerName;

/// The node of `hbase:meta`'s server.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MetaRegionServer {
    #[prost(message, required, tag = "1")]
    pub server: ServerName,
}

/// The node of the master in charge.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Master {
    #[prost(message, required, tag = "1")]
    pub master: ServerName,
}

/// The node of the cluster's identity.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClusterId {
    #[prost(string, required, tag = "1")]
    pub cluster_id: String,
}
