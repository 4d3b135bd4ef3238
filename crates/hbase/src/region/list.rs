//! All regions of a table, read from `hbase:meta` as from any table.

use std::sync::Arc;

use super::RegionLocation;
use super::meta::{self, Entry};
use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::name::TableName;
use crate::read::Scan;
use crate::scan::Scanner;

/// The regions of a table, in order, without those that were split.
pub(crate) async fn entries(
    cluster: &Arc<Cluster>,
    table: &TableName,
) -> Result<Vec<RegionLocation>> {
    let scan = Scan::new()
        .start(meta::first_key(table))
        .stop(meta::last_key(table))
        .family("info");
    let regions = cluster.regions(&TableName::meta());
    let mut scanner = Scanner::new(cluster.clone(), regions, scan);
    let mut found = Vec::new();
    while let Some(row) = scanner.next().await? {
        let entry = Entry::read(row.cells())?.filter(|entry| !entry.is_split());
        found.extend(entry.map(|entry| RegionLocation {
            server: entry.serving().cloned(),
            region: entry.region,
        }));
    }
    match found.is_empty() {
        true => Err(Error::new(
            ErrorKind::TableNotFound,
            format!("there is no table {table}"),
        )),
        false => Ok(found),
    }
}
