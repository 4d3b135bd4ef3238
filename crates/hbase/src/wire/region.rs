//! Regions: what they are, where they are, how a request names one.

use super::basic::{ServerName, TableName};

/// A region as `hbase:meta` describes it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegionInfo {
    #[prost(uint64, required, tag = "1")]
    pub region_id: u64,
    #[prost(message, required, tag = "2")]
    pub table_name: TableName,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub start_key: Option<bytes::Bytes>,
    #[prost(bytes = "bytes", optional, tag = "4")]
    pub end_key: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "5")]
    pub offline: Option<bool>,
    #[prost(bool, optional, tag = "6")]
    pub split: Option<bool>,
    #[prost(int32, optional, tag = "7")]
    pub replica_id: Option<i32>,
}

/// A region and the server that has it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegionLocation {
    #[prost(message, required, tag = "1")]
    pub region_info: RegionInfo,
    #[prost(message, optional, tag = "2")]
    pub server_name: Option<ServerName>,
    #[prost(int64, required, tag = "3")]
    pub seq_num: i64,
}

/// Which kind of name a specifier holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum SpecifierType {
    RegionName = 1,
    EncodedRegionName = 2,
}

/// Names a region in a request.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegionSpecifier {
    #[prost(enumeration = "SpecifierType", required, tag = "1")]
    pub kind: i32,
    #[prost(bytes = "bytes", required, tag = "2")]
    pub value: bytes::Bytes,
}

impl RegionSpecifier {
    /// A region by its full name, which is its row key in `hbase:meta`.
    pub fn named(name: bytes::Bytes) -> RegionSpecifier {
        RegionSpecifier {
            kind: SpecifierType::RegionName as i32,
            value: name,
        }
    }

    /// A region by the hash at the end of its name.
    pub fn encoded(name: &str) -> RegionSpecifier {
        RegionSpecifier {
            kind: SpecifierType::EncodedRegionName as i32,
            value: bytes::Bytes::copy_from_slice(name.as_bytes()),
        }
    }
}

/// Asks a region server to write a region's memstore to a file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FlushRegionRequest {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
}

/// When the region was flushed last, in milliseconds since 1970.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FlushRegionResponse {
    #[prost(uint64, required, tag = "1")]
    pub last_flush_time: u64,
}

/// Asks a region server to compact a region, in its own time.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CompactRegionRequest {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
    #[prost(bool, optional, tag = "2")]
    pub major: Option<bool>,
}

/// Says nothing.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CompactRegionResponse {}

/// Asks a master to make one region of several.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MergeRegionsRequest {
    #[prost(message, repeated, tag = "1")]
    pub region: Vec<RegionSpecifier>,
    #[prost(bool, optional, tag = "3")]
    pub forcible: Option<bool>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "5")]
    pub nonce: Option<u64>,
}
