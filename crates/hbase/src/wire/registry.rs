//! What any server tells a client that knows nothing yet (`ClientMetaService`).

use super::basic::ServerName;
use super::region::RegionLocation;

/// Any question of this service: none has a parameter.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Question {}

/// The cluster's identity.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClusterId {
    #[prost(string, optional, tag = "1")]
    pub cluster_id: Option<String>,
}

/// The master in charge.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ActiveMaster {
    #[prost(message, optional, tag = "1")]
    pub server_name: Option<ServerName>,
}

/// One master, in charge or waiting.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MasterEntry {
    #[prost(message, required, tag = "1")]
    pub server_name: ServerName,
    #[prost(bool, required, tag = "2")]
    pub is_active: bool,
}

/// All masters.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Masters {
    #[prost(message, repeated, tag = "1")]
    pub master_servers: Vec<MasterEntry>,
}

/// Where `hbase:meta` is; one entry a replica.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MetaRegionLocations {
    #[prost(message, repeated, tag = "1")]
    pub meta_locations: Vec<RegionLocation>,
}

/// Servers that answer this service.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BootstrapNodes {
    #[prost(message, repeated, tag = "1")]
    pub server_name: Vec<ServerName>,
}
