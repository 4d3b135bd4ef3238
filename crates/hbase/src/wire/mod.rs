//! The messages of HBase's wire protocol, written as plain structs with the field numbers of the
//! protocol. One subject a file. They hold no state and do no input or output; fields that this
//! client neither sends nor reads are left out, which protobuf permits.

pub mod basic;
pub mod comparator;
pub mod filter;
pub mod get;
pub mod multi;
pub mod mutation;
pub mod namespace;
pub mod procedure;
pub mod region;
pub mod registry;
pub mod result;
pub mod rpc;
pub mod scan;
pub mod status;
pub mod table;
pub mod zookeeper;
