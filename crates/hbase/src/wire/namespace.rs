//! Namespaces, and what a master is asked to do with them.

use super::basic::NameStringPair;

/// A namespace and its settings.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NamespaceDescriptor {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub name: bytes::Bytes,
    #[prost(message, repeated, tag = "2")]
    pub configuration: Vec<NameStringPair>,
}

/// Creates a namespace.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateNamespaceRequest {
    #[prost(message, required, tag = "1")]
    pub namespace_descriptor: NamespaceDescriptor,
    #[prost(uint64, optional, tag = "2")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce: Option<u64>,
}

/// Deletes a namespace.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DeleteNamespaceRequest {
    #[prost(string, required, tag = "1")]
    pub namespace_name: String,
    #[prost(uint64, optional, tag = "2")]
    pub nonce_group: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub nonce: Option<u64>,
}

/// Asks for all namespaces.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListNamespacesRequest {}

/// The names of all namespaces.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListNamespacesResponse {
    #[prost(string, repeated, tag = "1")]
    pub namespace_name: Vec<String>,
}
