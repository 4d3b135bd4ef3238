//! The reading side: from threads that wait, to a client that does not.
//!
//! State: a runtime of one thread, and the client.

use std::sync::Arc;
use std::time::Duration;

use tachograph_hbase::{Client, ErrorKind, Get, Scanner, Table};
use tokio::runtime::{Builder, Runtime};

use super::config::client;
use super::{HBaseFault, HBaseRow, HBaseScan};

/// How long a cluster may take to be found. Later troubles are waited for as the client does.
const TO_FIND: Duration = Duration::from_secs(10);

/// Reads rows of one table.
pub struct HBaseReader {
    runtime: Arc<Runtime>,
    table: Table,
    name: String,
    families: Vec<String>,
}

/// The rows of a scan, in the order of their keys.
pub struct HBaseRows {
    /// None where no row can be within.
    scanner: Option<Scanner>,
    runtime: Arc<Runtime>,
    name: String,
}

impl HBaseReader {
    /// Finds the cluster by its servers, or by its ZooKeeper where there are none, and the table.
    ///
    /// # Errors
    /// [`HBaseFault`] where no server answers, or there is no such table.
    pub fn open(
        servers: &[String],
        zookeeper: &[String],
        table: &str,
    ) -> Result<HBaseReader, HBaseFault> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("hbase")
            .enable_all()
            .build()
            .map_err(|e| HBaseFault(format!("hbase: no thread: {e}")))?;
        let (client, families) = runtime.block_on(find(servers, zookeeper, table))?;
        Ok(HBaseReader {
            table: client.table(table),
            runtime: Arc::new(runtime),
            name: table.to_string(),
            families,
        })
    }

    /// The table's column families.
    pub fn families(&self) -> &[String] {
        &self.families
    }

    /// Reads a row: these families of it, or all where there are none.
    ///
    /// # Errors
    /// [`HBaseFault`] where the servers do not answer, or refuse.
    pub fn get(&self, key: &str, families: &[String]) -> Result<Option<HBaseRow>, HBaseFault> {
        if key.is_empty() {
            return Ok(None);
        }
        let get = families.iter().fold(Get::new(key), Get::family);
        let row = self.runtime.block_on(self.table.get(get));
        let row = row.map_err(|e| HBaseFault::of(&self.name, &e))?;
        Ok(row.map(HBaseRow::new))
    }

    /// Begins to read a range.
    pub fn scan(&self, scan: &HBaseScan) -> HBaseRows {
        let _within = self.runtime.enter();
        HBaseRows {
            scanner: scan.request().map(|request| self.table.scan(request)),
            runtime: Arc::clone(&self.runtime),
            name: self.name.clone(),
        }
    }
}

impl Iterator for HBaseRows {
    type Item = Result<HBaseRow, HBaseFault>;

    fn next(&mut self) -> Option<Result<HBaseRow, HBaseFault>> {
        let next = self.runtime.block_on(self.scanner.as_mut()?.next());
        let row = next
            .map_err(|e| HBaseFault::of(&self.name, &e))
            .transpose()?;
        Some(row.map(HBaseRow::new))
    }
}

async fn find(
    servers: &[String],
    zookeeper: &[String],
    table: &str,
) -> Result<(Client, Vec<String>), HBaseFault> {
    let config = client(servers, zookeeper);
    // Who waits before a screen wants to hear soon that nobody is there.
    let first = config.clone().operation_timeout(TO_FIND);
    let found = Client::connect(first).await;
    found.map_err(|e| HBaseFault::of(table, &e))?;
    let client = Client::connect(config)
        .await
        .map_err(|e| HBaseFault::of(table, &e))?;
    let described = client.admin().describe_table(table).await;
    let described = described.map_err(|e| match e.kind() {
        ErrorKind::TableNotFound => HBaseFault(format!("there is no table {table} in HBase")),
        _ => HBaseFault::of(table, &e),
    })?;
    let families = described.families().iter().map(|f| f.name().to_string());
    Ok((client, families.collect()))
}
