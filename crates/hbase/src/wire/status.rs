//! What a master knows of its cluster: only the parts that this client asks for.

use super::basic::ServerName;

/// The code by which the names of the live servers are asked for.
pub const SERVERS_NAME: i32 = 10;

/// Asks for some parts of the status.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetClusterStatusRequest {
    #[prost(int32, repeated, packed = "false", tag = "1")]
    pub options: Vec<i32>,
}

/// The parts asked for.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClusterStatus {
    #[prost(message, repeated, tag = "11")]
    pub servers_name: Vec<ServerName>,
}

/// The answer.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetClusterStatusResponse {
    #[prost(message, required, tag = "1")]
    pub cluster_status: ClusterStatus,
}
