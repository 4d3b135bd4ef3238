//! What the tests share: the cluster, and tables that are dropped at the end.

use std::sync::atomic::{AtomicU32, Ordering};

use tachograph_hbase::{Admin, Client, Config, Family, Row, Scan, Table, TableDescriptor};

use crate::harness::{Skipped, skip};
use crate::server::{Server, named, own, servers};

static TABLES: AtomicU32 = AtomicU32::new(0);

/// A server of our own for a test that wants one; skipped where another is named.
pub fn own_alone() -> Result<&'static Server, Skipped> {
    match named("TACHO_HBASE") {
        Some(_) => skip("it wants a server of its own"),
        None => own(),
    }
}

/// A client of the cluster.
pub async fn client() -> Result<Client, Skipped> {
    let config = Config::bootstrap(servers()?);
    Ok(Client::connect(config).await.expect("the servers answer"))
}

/// A table of the test's own.
pub struct Fresh {
    pub client: Client,
    pub admin: Admin,
    pub table: Table,
    pub name: String,
}

impl Fresh {
    /// Creates a table of a family `f`, cut at the keys.
    pub async fn new(test: &str, split_keys: &[&str]) -> Result<Fresh, Skipped> {
        Fresh::with(test, Family::new("f"), split_keys).await
    }

    /// Creates a table of this family, cut at the keys.
    pub async fn with(test: &str, family: Family, split_keys: &[&str]) -> Result<Fresh, Skipped> {
        let client = client().await?;
        let number = TABLES.fetch_add(1, Ordering::Relaxed);
        let name = format!("tacho_{test}_{}_{number}", std::process::id());
        let admin = client.admin();
        let schema = TableDescriptor::new(name.as_str()).family(family);
        admin.create_table(&schema, split_keys).await.unwrap();
        let table = client.table(name.as_str());
        Ok(Fresh {
            client,
            admin,
            table,
            name,
        })
    }

    /// Drops the table.
    pub async fn drop(self) {
        self.admin.disable_table(self.name.as_str()).await.unwrap();
        self.admin.delete_table(self.name.as_str()).await.unwrap();
    }

    /// The rows of a scan.
    pub async fn rows(&self, scan: Scan) -> Vec<Row> {
        let mut scanner = self.table.scan(scan);
        let mut rows = Vec::new();
        while let Some(row) = scanner.next().await.unwrap() {
            rows.push(row);
        }
        rows
    }

    /// The keys of a scan's rows.
    pub async fn keys(&self, scan: Scan) -> Vec<String> {
        let key = |row: &Row| String::from_utf8_lossy(row.key()).into_owned();
        self.rows(scan).await.iter().map(key).collect()
    }
}
