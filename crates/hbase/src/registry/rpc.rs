//! The registry that any server of the cluster is. State: the servers to ask, which are those of
//! the configuration and those that the cluster itself has named since.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prost::Message;
use tokio::time::Instant;

use super::hedge::{self, first_answer};
use crate::error::{Error, ErrorKind, Result};
use crate::name::ServerName;
use crate::rpc::{Call, Pool, Service};
use crate::wire::registry::{
    ActiveMaster, BootstrapNodes, ClusterId, Masters, MetaRegionLocations, Question,
};

/// How long one server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many servers are remembered beside those of the configuration.
const LEARNT_MAX: usize = 16;

#[derive(Debug)]
pub struct RpcRegistry {
    pool: Arc<Pool>,
    configured: Vec<ServerName>,
    learnt: Mutex<Vec<ServerName>>,
}

impl RpcRegistry {
    pub fn new(servers: &[String], pool: Arc<Pool>) -> Result<RpcRegistry> {
        let configured = servers
            .iter()
            .map(|s| ServerName::address(s))
            .collect::<Result<Vec<_>>>()?;
        if configured.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "no server to begin with",
            ));
        }
        let learnt = Mutex::default();
        Ok(RpcRegistry {
            pool,
            configured,
            learnt,
        })
    }

    pub async fn meta_server(&self, deadline: Instant) -> Result<ServerName> {
        let answer: MetaRegionLocations = self.ask("GetMetaRegionLocations", deadline).await?;
        self.learn(deadline).await;
        let primary =
            |l: &crate::wire::region::RegionLocation| l.region_info.replica_id.unwrap_or(0) == 0;
        let location = answer.meta_locations.into_iter().find(primary);
        let server = location.and_then(|location| location.server_name);
        ServerName::from_wire(server.ok_or_else(|| nowhere("no server has hbase:meta now"))?)
    }

    pub async fn active_master(&self, deadline: Instant) -> Result<ServerName> {
        let answer: ActiveMaster = self.ask("GetActiveMaster", deadline).await?;
        let server = answer
            .server_name
            .ok_or_else(|| nowhere("no master is in charge now"))?;
        ServerName::from_wire(server)
    }

    pub async fn cluster_id(&self, deadline: Instant) -> Result<String> {
        let answer: ClusterId = self.ask("GetClusterId", deadline).await?;
        answer
            .cluster_id
            .ok_or_else(|| nowhere("the cluster has no identity yet"))
    }

    /// Remembers other servers, so that those of the configuration may go. Not to learn any is no
    /// fault.
    async fn learn(&self, deadline: Instant) {
        let nodes = self
            .ask::<BootstrapNodes>("GetBootstrapNodes", deadline)
            .await;
        let masters = self.ask::<Masters>("GetMasters", deadline).await;
        let nodes = nodes.unwrap_or_default().server_name.into_iter();
        let masters = masters.unwrap_or_default().master_servers.into_iter();
        let all = nodes.chain(masters.map(|master| master.server_name));
        let all = all.filter_map(|server| ServerName::from_wire(server).ok());
        *self.learnt() = all.take(LEARNT_MAX).collect();
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Vec<ServerName>> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the servers until one answers.
    async fn ask<R: Message + Default>(
        &self,
        method: &'static str,
        deadline: Instant,
    ) -> Result<R> {
        let learnt = self.learnt().clone();
        let servers = self.configured.iter().chain(&learnt);
        let questions = servers.map(|server| self.ask_one(server, method, deadline));
        let answer = first_answer(questions.collect(), hedge::PATIENCE).await;
        answer.map_err(|last| last.map_or_else(|| nowhere("no server to ask"), explained))
    }

    async fn ask_one<R: Message + Default>(
        &self,
        server: &ServerName,
        method: &'static str,
        deadline: Instant,
    ) -> Result<R> {
        let deadline = deadline.min(Instant::now() + PATIENCE);
        let opening = self.pool.get(server, Service::Registry, deadline);
        let connection = opening.await?;
        let call = Call {
            method,
            message: &Question {},
            cells: &[],
            deadline,
            priority: None,
        };
        Ok(connection.call(call).await?.0)
    }
}

/// Who ends the connection instead of answering may be no server of HBase, however long one waits.
fn explained(error: Error) -> Error {
    let message = "it hangs up unanswered, as ZooKeeper does, or a server that wants TLS";
    match error.kind() {
        ErrorKind::ConnectionLost => Error::caused(ErrorKind::ConnectionLost, message, error),
        _ => error,
    }
}

fn nowhere(why: &str) -> Error {
    Error::new(ErrorKind::ServerNotReady, why)
}
