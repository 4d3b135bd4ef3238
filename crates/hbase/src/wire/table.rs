//! Tables: their schema, and what a master is asked to do with them.

use super::basic::{BytesBytesPair, NameStringPair, ServerName, TableName};
use super::region::{RegionInfo, RegionSpecifier};

/// A table's families and settings.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TableSchema {
    #[prost(message, optional, tag = "1")]
    pub table_name: Option<TableName>,
    #[prost(message, repeated, tag = "2")]
    pub attributes: Vec<BytesBytesPair>,
    #[prost(message, repeated, tag = "3")]
    pub column_families: Vec<FamilySchema>,
    #[prost(message, repeated, tag = "4")]
    pub configuration: Vec<NameStringPair>,
}

/// A family's settings.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FamilySchema {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub name: bytes::Bytes,
    #[prost(message, repeated, tag = "2")]
    pub attributes: Vec<BytesBytesPair>,
    #[prost(message, repeated, tag = "3")]
    pub configuration: Vec<NameStringPair>,
}

/// Whether a table serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum State {
    Enabled = 0,
    Disabled = 1,
    Disabling = 2,
    Enabling = 3,
}

/// A table's state, as a message.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TableState {
    #[prost(enumeration = "State", required, tag = "1")]
    pub state: i32,
}

/// Creates a table.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateTableRequest {
    #[prost(message, required, tag = "1")]
    pub table_schema: TableSchema,
    #[prost(bytes = "bytes", repeated, tag = "2")]
    pub split_keys: Vec<bytes::Bytes>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce: Option<u64>,
}

/// Enables, disables or deletes a table: the three requests have the same fields.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NamedTableRequest {
    #[prost(message, required, tag = "1")]
    pub table_name: TableName,
    #[prost(uint64, optional, tag = "2")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce: Option<u64>,
}

/// Empties a table.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TruncateTableRequest {
    #[prost(message, required, tag = "1")]
    pub table_name: TableName,
    #[prost(bool, optional, tag = "2")]
    pub preserve_splits: Option<bool>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce: Option<u64>,
}

/// Gives a table another schema.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ModifyTableRequest {
    #[prost(message, required, tag = "1")]
    pub table_name: TableName,
    #[prost(message, required, tag = "2")]
    pub table_schema: TableSchema,
    #[prost(uint64, optional, tag = "3")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce: Option<u64>,
}

/// The procedure that a master began: every such response has this one field.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Started {
    #[prost(uint64, optional, tag = "1")]
    pub proc_id: Option<u64>,
}

/// Asks for names of tables.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableNamesRequest {
    #[prost(string, optional, tag = "1")]
    pub regex: Option<String>,
    #[prost(bool, optional, tag = "2")]
    pub include_sys_tables: Option<bool>,
    #[prost(string, optional, tag = "3")]
    pub namespace: Option<String>,
}

/// Names of tables.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableNamesResponse {
    #[prost(message, repeated, tag = "1")]
    pub table_names: Vec<TableName>,
}

/// Asks for schemas.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableDescriptorsRequest {
    #[prost(message, repeated, tag = "1")]
    pub table_names: Vec<TableName>,
}

/// Schemas.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableDescriptorsResponse {
    #[prost(message, repeated, tag = "1")]
    pub table_schema: Vec<TableSchema>,
}

/// Asks for a table's state.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableStateRequest {
    #[prost(message, required, tag = "1")]
    pub table_name: TableName,
}

/// A table's state.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTableStateResponse {
    #[prost(message, required, tag = "1")]
    pub table_state: TableState,
}

/// Splits a region in two.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SplitTableRegionRequest {
    #[prost(message, required, tag = "1")]
    pub region_info: RegionInfo,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub split_row: Option<bytes::Bytes>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "4")]
    pub nonce: Option<u64>,
}

/// Moves a region to a server, or to any if none is named.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MoveRegionRequest {
    #[prost(message, required, tag = "1")]
    pub region: RegionSpecifier,
    #[prost(message, optional, tag = "2")]
    pub dest_server_name: Option<ServerName>,
}

/// Says nothing: the region has been moved.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MoveRegionResponse {}
