//! The registry in ZooKeeper: three nodes that are read when asked for. State: where ZooKeeper is.
//! A session lasts for one read; nothing is watched.

mod jute;
mod session;

use std::time::Duration;

use prost::Message;
use tokio::time::Instant;

use super::hedge::{self, first_answer};
use super::node;
use crate::error::{Error, ErrorKind, Result};
use crate::name::ServerName;
use crate::wire::zookeeper::{ClusterId, Master, MetaRegionServer};
use session::Session;

#[derive(Debug)]
pub struct ZooKeeperRegistry {
    servers: Vec<ServerName>,
    parent: String,
    patience: Duration,
}

impl ZooKeeperRegistry {
    pub fn new(servers: &[String], parent: &str, patience: Duration) -> Result<ZooKeeperRegistry> {
        let servers = servers
            .iter()
            .map(|s| ServerName::address(s))
            .collect::<Result<Vec<_>>>()?;
        if servers.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "no server of ZooKeeper",
            ));
        }
        Ok(ZooKeeperRegistry {
            servers,
            parent: format!("/{}", parent.trim_matches('/')),
            patience,
        })
    }

    pub async fn meta_server(&self, deadline: Instant) -> Result<ServerName> {
        let node: MetaRegionServer = self.read("meta-region-server", deadline).await?;
        ServerName::from_wire(node.server)
    }

    pub async fn active_master(&self, deadline: Instant) -> Result<ServerName> {
        let node: Master = self.read("master", deadline).await?;
        ServerName::from_wire(node.master)
    }

    pub async fn cluster_id(&self, deadline: Instant) -> Result<String> {
        Ok(self
            .read::<ClusterId>("hbaseid", deadline)
            .await?
            .cluster_id)
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.parent.trim_end_matches('/'))
    }

    async fn read<M: Message + Default>(&self, name: &str, deadline: Instant) -> Result<M> {
        let path = self.path(name);
        let servers = self.servers.iter();
        let questions = servers.map(|server| self.read_from(server, &path, deadline));
        let nobody = || Error::new(ErrorKind::Connect, "no ZooKeeper to ask");
        match first_answer(questions.collect(), hedge::PATIENCE).await {
            Ok(data) => node::message(data),
            Err(last) => Err(last.unwrap_or_else(nobody)),
        }
    }

    async fn read_from(
        &self,
        server: &ServerName,
        path: &str,
        deadline: Instant,
    ) -> Result<bytes::Bytes> {
        let work = async {
            let mut session = Session::open(server).await?;
            let data = session.data(path).await;
            session.close().await;
            data
        };
        let limit = deadline.min(Instant::now() + self.patience);
        let late = || {
            Error::new(
                ErrorKind::Connect,
                format!("ZooKeeper at {server} is silent"),
            )
        };
        tokio::time::timeout_at(limit, work)
            .await
            .map_err(|_| late())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_below_the_parent_however_it_is_written() {
        let path = |parent: &str| {
            let servers = ["h:2181".to_owned()];
            let registry = ZooKeeperRegistry::new(&servers, parent, Duration::ZERO).unwrap();
            registry.path("master")
        };
        assert_eq!(
            ["/hbase", "hbase", "/hbase/"].map(path),
            ["/hbase/master"; 3]
        );
        assert_eq!(["/", ""].map(path), ["/master"; 2]);
    }
}
