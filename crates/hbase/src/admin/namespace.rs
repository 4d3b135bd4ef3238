//! Namespaces: created, listed, deleted.

use bytes::Bytes;

use super::Admin;
use crate::error::Result;
use crate::wire::namespace::{
    CreateNamespaceRequest, DeleteNamespaceRequest, ListNamespacesRequest, ListNamespacesResponse,
    NamespaceDescriptor,
};

impl Admin {
    /// Creates a namespace.
    ///
    /// # Errors
    /// [`ErrorKind::NamespaceExists`](crate::ErrorKind::NamespaceExists), or the deadline.
    pub async fn create_namespace(&self, name: &str) -> Result<()> {
        let (nonce_group, nonce) = self.nonce();
        let request = CreateNamespaceRequest {
            namespace_descriptor: NamespaceDescriptor {
                name: Bytes::copy_from_slice(name.as_bytes()),
                configuration: Vec::new(),
            },
            nonce_group,
            nonce,
        };
        self.procedure("CreateNamespace", &request).await
    }

    /// Deletes a namespace that has no tables.
    ///
    /// # Errors
    /// [`ErrorKind::NamespaceNotFound`](crate::ErrorKind::NamespaceNotFound), or the deadline.
    pub async fn delete_namespace(&self, name: &str) -> Result<()> {
        let (nonce_group, nonce) = self.nonce();
        let request = DeleteNamespaceRequest {
            namespace_name: name.to_owned(),
            nonce_group,
            nonce,
        };
        self.procedure("DeleteNamespace", &request).await
    }

    /// The names of all namespaces.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn list_namespaces(&self) -> Result<Vec<String>> {
        let answer: ListNamespacesResponse = self
            .master("ListNamespaces", &ListNamespacesRequest {})
            .await?;
        Ok(answer.namespace_name)
    }
}
