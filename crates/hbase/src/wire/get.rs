//! Reading one row.

use super::basic::{NameBytesPair, TimeRange};
use super::filter::Filter;
use super::region::RegionSpecifier;
use super::result::RowResult;

/// A family, whole or some of its columns.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Column {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub family: bytes::Bytes,
    #[prost(bytes = "bytes", repeated, tag = "2")]
    pub qualifier: Vec<bytes::Bytes>,
}

/// What is wanted of which row.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Get {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub row: bytes::Bytes,
    #[prost(message, repeated, tag = "2")]
    pub column: Vec<Column>,
    #[prost(message, repeated, tag = "3")]
    pub attribute: Vec<NameBytesPair>,
    #[prost(message, optional, tag = "4")]
    pub filter: Option<Filter>,
    #[prost(message, optional, tag = "5")]
    pub time_range: Option<TimeRange>,
    #[prost(uint32, optional, tag = "6")]
    pub max_versions: Option<u32>,
    #[prost(bool, optional, tag = "7")]
    pub cache_blocks: Option<bool>,
    #[prost(uint32, optional, tag = "8")]
    pub store_limit: Option<u32>,
    #[prost(uint32, optional, tag = "9")]
    pub store_offset: Option<u32>,
    #[prost(bool, optional, tag = "10")]
    pub existence_only: Option<bool>,
}

/// Reads from a region.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetRequest {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
    #[prost(message, required, tag = "2")]
    pub get: Get,
}

/// The row, empty if it is not there.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetResponse {
    #[prost(message, optional, tag = "1")]
    pub result: Option<RowResult>,
}
