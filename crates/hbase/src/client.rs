//! The client: the door to tables and to the cluster's administration. State: what its handles
//! share. It can be cloned and used from many tasks.

use std::sync::Arc;

use crate::admin::Admin;
use crate::cluster::Cluster;
use crate::config::Config;
use crate::error::Result;
use crate::name::TableName;
use crate::table::Table;
use crate::writer::{Writer, WriterOptions};

/// A client of one cluster.
#[derive(Clone, Debug)]
pub struct Client {
    cluster: Arc<Cluster>,
    id: String,
}

impl Client {
    /// Finds the cluster. Connections to its servers are made when they are first needed.
    ///
    /// # Errors
    /// Settings that cannot be; or no server that answers until the operation's time is over.
    pub async fn connect(config: Config) -> Result<Client> {
        let cluster = Arc::new(Cluster::new(config)?);
        let mut attempts = cluster.attempts();
        loop {
            let deadline = attempts.call_deadline(cluster.config.rpc_timeout);
            match cluster.registry().cluster_id(deadline).await {
                Ok(id) => return Ok(Client { cluster, id }),
                Err(error) => attempts.pause("to find the cluster", error).await?,
            }
        }
    }

    /// The cluster's identity.
    pub fn cluster_id(&self) -> &str {
        &self.id
    }

    /// A table, `name` or `namespace:name`. Whether there is such a table is seen when it is used.
    pub fn table(&self, name: impl Into<TableName>) -> Table {
        Table::new(self.cluster.clone(), &name.into())
    }

    /// Writes many rows of a table, gathered into batches.
    pub fn writer(&self, table: impl Into<TableName>, options: WriterOptions) -> Writer {
        self.table(table).writer(options)
    }

    /// What masters do.
    pub fn admin(&self) -> Admin {
        Admin::new(self.cluster.clone())
    }
}
