//! Where a client that knows nothing begins: which server has `hbase:meta`, which master is in
//! charge. It is asked of the cluster's own servers or of ZooKeeper. It remembers no answer; who
//! asks does.

mod hedge;
mod node;
mod rpc;
mod zookeeper;

pub(crate) use node::unmagic;

use std::sync::Arc;

use tokio::time::Instant;

use crate::config::{Config, RegistryKind};
use crate::error::Result;
use crate::name::ServerName;
use crate::rpc::Pool;

/// One of the two ways to ask.
#[derive(Debug)]
pub(crate) enum Registry {
    Rpc(rpc::RpcRegistry),
    ZooKeeper(zookeeper::ZooKeeperRegistry),
}

impl Registry {
    pub fn new(config: &Config, pool: Arc<Pool>) -> Result<Registry> {
        Ok(match &config.registry {
            RegistryKind::Rpc(servers) => Registry::Rpc(rpc::RpcRegistry::new(servers, pool)?),
            RegistryKind::ZooKeeper { servers, parent } => {
                let limit = config.connect_timeout;
                Registry::ZooKeeper(zookeeper::ZooKeeperRegistry::new(servers, parent, limit)?)
            }
        })
    }

    /// The server that has `hbase:meta`.
    pub async fn meta_server(&self, deadline: Instant) -> Result<ServerName> {
        match self {
            Registry::Rpc(registry) => registry.meta_server(deadline).await,
            Registry::ZooKeeper(registry) => registry.meta_server(deadline).await,
        }
    }

    /// The master in charge.
    pub async fn active_master(&self, deadline: Instant) -> Result<ServerName> {
        match self {
            Registry::Rpc(registry) => registry.active_master(deadline).await,
            Registry::ZooKeeper(registry) => registry.active_master(deadline).await,
        }
    }

    /// The cluster's identity.
    pub async fn cluster_id(&self, deadline: Instant) -> Result<String> {
        match self {
            Registry::Rpc(registry) => registry.cluster_id(deadline).await,
            Registry::ZooKeeper(registry) => registry.cluster_id(deadline).await,
        }
    }
}
