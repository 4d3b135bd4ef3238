//! Changing one row, on a condition or without. The cells of a change always travel in the cell
//! block, never inside these messages.

use super::basic::{CompareType, NameBytesPair, TimeRange};
use super::comparator::Comparator;
use super::filter::Filter;
use super::region::RegionSpecifier;
use super::result::RowResult;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum MutationType {
    Append = 0,
    Increment = 1,
    Put = 2,
    Delete = 3,
}

/// When a change counts as safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Durability {
    UseDefault = 0,
    SkipWal = 1,
    AsyncWal = 2,
    SyncWal = 3,
    FsyncWal = 4,
}

/// A change, without its cells.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Mutation {
    /// May be left out where there are cells: they name the row.
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub row: Option<bytes::Bytes>,
    #[prost(enumeration = "MutationType", optional, tag = "2")]
    pub mutate_type: Option<i32>,
    /// Up to when a whole row is deleted; cells have their own.
    #[prost(uint64, optional, tag = "4")]
    pub timestamp: Option<u64>,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<NameBytesPair>,
    #[prost(enumeration = "Durability", optional, tag = "6")]
    pub durability: Option<i32>,
    #[prost(message, optional, tag = "7")]
    pub time_range: Option<TimeRange>,
    #[prost(int32, optional, tag = "8")]
    pub associated_cell_count: Option<i32>,
    /// Tells a server that a change comes a second time.
    #[prost(uint64, optional, tag = "9")]
    pub nonce: Option<u64>,
}

/// What must hold of a row before it is changed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Condition {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub row: bytes::Bytes,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub family: Option<bytes::Bytes>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub qualifier: Option<bytes::Bytes>,
    #[prost(enumeration = "CompareType", optional, tag = "4")]
    pub compare_type: Option<i32>,
    #[prost(message, optional, tag = "5")]
    pub comparator: Option<Comparator>,
    #[prost(message, optional, tag = "6")]
    pub time_range: Option<TimeRange>,
    #[prost(message, optional, tag = "7")]
    pub filter: Option<Filter>,
}

/// Changes a row of a region.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MutateRequest {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
    #[prost(message, required, tag = "2")]
    pub mutation: Mutation,
    #[prost(message, optional, tag = "3")]
    pub condition: Option<Condition>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce_group: Option<u64>,
}

/// What an increment or an append made of the row, and whether a condition held.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MutateResponse {
    #[prost(message, optional, tag = "1")]
    pub result: Option<RowResult>,
    #[prost(bool, optional, tag = "2")]
    pub processed: Option<bool>,
}
