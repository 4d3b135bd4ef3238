//! Finding a region: in the cache, or else by reading `hbase:meta` backwards from a key. It asks
//! once; whether to ask again is for the operation that needs the region.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;
use tokio::time::Instant;

use super::meta::{self, Entry};
use super::{Location, Region, Regions, SharedLocation};
use crate::cell::Cell;
use crate::cell::block::BlockReader;
use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::name::TableName;
use crate::retry::within;
use crate::rpc::{Call, Service};
use crate::wire;
use crate::wire::table::State;

/// Which region is sought.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seek<'a> {
    /// The one that has this row.
    Containing(&'a [u8]),
    /// The one that has the rows just before this one.
    Before(&'a [u8]),
    /// The last of the table.
    Last,
}

impl Seek<'_> {
    pub fn is_met_by(self, region: &Region) -> bool {
        let end = region.end_key();
        match self {
            Seek::Containing(row) => region.contains(row),
            Seek::Before(row) => region.start_key() < row && (end.is_empty() || row <= end),
            Seek::Last => end.is_empty(),
        }
    }
}

/// The priority of calls about system tables.
const HIGH_PRIORITY: u32 = 200;

impl Cluster {
    /// Where a region is, as far as is known now.
    pub async fn locate(
        &self,
        regions: &Regions,
        seek: Seek<'_>,
        deadline: Instant,
    ) -> Result<SharedLocation> {
        if regions.table == TableName::meta() {
            return self.meta(deadline).await;
        }
        if let Some(known) = regions.find(seek) {
            return Ok(known);
        }
        let alone = async { Ok(regions.asking.lock().await) };
        let crowded = || {
            let message = format!("where {} is is asked by others", regions.table);
            Error::new(ErrorKind::CallTimeout, message)
        };
        let _alone = within(deadline, alone, crowded).await?;
        if let Some(known) = regions.find(seek) {
            return Ok(known);
        }
        let found = self.look_up(&regions.table, seek, deadline).await?;
        regions.insert(found.clone());
        Ok(found)
    }

    async fn look_up(
        &self,
        table: &TableName,
        seek: Seek<'_>,
        deadline: Instant,
    ) -> Result<SharedLocation> {
        let cells = self.read_meta_backwards(table, seek, deadline).await?;
        let missing = || {
            Error::new(
                ErrorKind::TableNotFound,
                format!("there is no table {table}"),
            )
        };
        let entry = Entry::read(&cells)?.ok_or_else(missing)?;
        match entry.serving() {
            Some(server) if seek.is_met_by(&entry.region) => Ok(Arc::new(Location {
                server: server.clone(),
                region: entry.region,
            })),
            _ => Err(self.why_offline(table, deadline).await),
        }
    }

    /// A region without a server is on its way to one, unless its table is disabled.
    pub(crate) async fn why_offline(&self, table: &TableName, deadline: Instant) -> Error {
        match self.is_disabled(table, deadline).await {
            Ok(true) => Error::new(
                ErrorKind::TableDisabled,
                format!("the table {table} is disabled"),
            ),
            Ok(false) => {
                let message = format!("a region of {table} is on no server now");
                Error::new(ErrorKind::RegionNotServing, message)
            }
            Err(error) => error,
        }
    }

    async fn is_disabled(&self, table: &TableName, deadline: Instant) -> Result<bool> {
        let get = wire::get::GetRequest {
            region: Region::meta().specifier(),
            get: wire::get::Get {
                row: Bytes::from(table.to_string()),
                column: vec![column(b"table", b"state")],
                ..wire::get::Get::default()
            },
        };
        let (answer, block): (wire::get::GetResponse, _) =
            self.call_meta("Get", &get, deadline).await?;
        let result = answer.result.unwrap_or_default();
        let cells = BlockReader::new(block).result(&result)?;
        let Some(cell) = cells.first() else {
            return Ok(false);
        };
        let state = wire::table::TableState::decode(cell.value()).map_err(crate::rpc::malformed)?;
        Ok(state.state == State::Disabled as i32 || state.state == State::Disabling as i32)
    }

    async fn read_meta_backwards(
        &self,
        table: &TableName,
        seek: Seek<'_>,
        deadline: Instant,
    ) -> Result<Vec<Cell>> {
        let request = wire::scan::ScanRequest {
            region: Some(Region::meta().specifier()),
            scan: Some(wire::scan::Scan {
                column: vec![wire::get::Column {
                    family: Bytes::from_static(b"info"),
                    qualifier: Vec::new(),
                }],
                start_row: Some(meta::seek_key(table, seek).into()),
                stop_row: Some(meta::first_key(table).into()),
                include_stop_row: Some(true),
                reversed: Some(true),
                ..wire::scan::Scan::default()
            }),
            number_of_rows: Some(1),
            limit_of_rows: Some(1),
            close_scanner: Some(true),
            ..wire::scan::ScanRequest::default()
        };
        let (answer, block): (wire::scan::ScanResponse, _) =
            self.call_meta("Scan", &request, deadline).await?;
        let count = answer.cells_per_result.first().copied().unwrap_or(0);
        BlockReader::new(block).take(count as usize)
    }

    /// Calls the server of `hbase:meta`; forgets that server if it does not have it any more.
    async fn call_meta<M: Message, R: Message + Default>(
        &self,
        method: &'static str,
        message: &M,
        deadline: Instant,
    ) -> Result<(R, Bytes)> {
        let location = self.meta(deadline).await?;
        let call = Call {
            method,
            message,
            cells: &[],
            deadline,
            priority: Some(HIGH_PRIORITY),
        };
        let connection = self
            .connect(&location.server, Service::Client, deadline)
            .await;
        let done = match connection {
            Ok(connection) => connection.call(call).await,
            Err(error) => Err(error),
        };
        done.inspect_err(|error| self.doubt_meta(&location, error))
    }
}

fn column(family: &'static [u8], qualifier: &'static [u8]) -> wire::get::Column {
    wire::get::Column {
        family: Bytes::from_static(family),
        qualifier: vec![Bytes::from_static(qualifier)],
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::World;

    #[tokio::test]
    async fn nobody_waits_for_others_longer_than_he_may() {
        let world = World::new(|_, _| panic!("no rows are asked for")).await;
        let table = world.client.table("t");
        let _asked_by_others = table.regions.asking.lock().await;
        let deadline = Instant::now() + Duration::from_millis(20);
        let found = table.cluster.locate(&table.regions, Seek::Last, deadline);
        assert_eq!(found.await.unwrap_err().kind(), ErrorKind::CallTimeout);
    }
}
