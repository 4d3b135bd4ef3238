//! Regions: listed, flushed, compacted, split, merged, moved; and the servers that have them.

use bytes::Bytes;
use prost::Message;
use tokio::time::Instant;

use super::Admin;
use crate::error::{Error, ErrorKind, Result};
use crate::name::{ServerName, TableName};
use crate::region::{Region, RegionLocation, entries};
use crate::rpc::{Call, Service};
use crate::wire::region::{
    CompactRegionRequest, CompactRegionResponse, FlushRegionRequest, FlushRegionResponse,
    MergeRegionsRequest, RegionSpecifier,
};
use crate::wire::status::{GetClusterStatusRequest, GetClusterStatusResponse, SERVERS_NAME};
use crate::wire::table::{MoveRegionRequest, MoveRegionResponse, SplitTableRegionRequest};

impl Admin {
    /// The region servers that live.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn servers(&self) -> Result<Vec<ServerName>> {
        let options = vec![SERVERS_NAME];
        let answer: GetClusterStatusResponse = self
            .master("GetClusterStatus", &GetClusterStatusRequest { options })
            .await?;
        let names = answer.cluster_status.servers_name.into_iter();
        names.map(ServerName::from_wire).collect()
    }

    /// The master in charge.
    ///
    /// # Errors
    /// There is none now, or nobody can be asked.
    pub async fn active_master(&self) -> Result<ServerName> {
        let deadline = self.deadline();
        self.cluster.registry().active_master(deadline).await
    }

    /// A table's regions, in order, and where they are.
    ///
    /// # Errors
    /// What no further attempt could mend, or the deadline.
    pub async fn regions(&self, table: impl Into<TableName>) -> Result<Vec<RegionLocation>> {
        let table = table.into();
        match table == TableName::meta() {
            true => Ok(vec![self.meta_region().await?]),
            false => entries(&self.cluster, &table).await,
        }
    }

    /// The only region that does not stand in `hbase:meta`: its own.
    async fn meta_region(&self) -> Result<RegionLocation> {
        let deadline = self.deadline();
        let server = self.cluster.registry().meta_server(deadline).await?;
        Ok(RegionLocation {
            region: Region::meta(),
            server: Some(server),
        })
    }

    fn deadline(&self) -> Instant {
        let limit = self.cluster.config.rpc_timeout;
        self.cluster.attempts().call_deadline(limit)
    }

    /// Splits a region, at a key or in its middle, and waits until its daughters serve.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the key is not within the region or is its first; a region that
    /// cannot be split now, such as one without rows in files where no key is given; or the deadline.
    pub async fn split_region(&self, region: &Region, at: Option<&[u8]>) -> Result<()> {
        // Masters split at any key, and the daughters would overlap their neighbours.
        if at.is_some_and(|key| key == region.start_key() || !region.contains(key)) {
            let message = format!("{region:?} cannot be split at a key that is not within it");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let (nonce_group, nonce) = self.nonce();
        let request = SplitTableRegionRequest {
            region_info: region.info().clone(),
            split_row: at.map(Bytes::copy_from_slice),
            nonce_group,
            nonce,
        };
        self.procedure("SplitRegion", &request).await
    }

    /// Makes one region of neighbours, and waits until it serves.
    ///
    /// # Errors
    /// Fewer than two regions, or such as are not neighbours, not open, or not of one table; or the deadline.
    pub async fn merge_regions<'a>(
        &self,
        regions: impl IntoIterator<Item = &'a Region>,
    ) -> Result<()> {
        let (nonce_group, nonce) = self.nonce();
        let specifier = |region: &Region| RegionSpecifier::encoded(&region.encoded_name());
        let request = MergeRegionsRequest {
            region: regions.into_iter().map(specifier).collect(),
            forcible: Some(false),
            nonce_group,
            nonce,
        };
        self.procedure("MergeTableRegions", &request).await
    }

    /// Moves a region to a server, or to any other if none is named or if there is no such server, and
    /// waits until it is there.
    ///
    /// # Errors
    /// A region that is not there or not open, or the deadline.
    pub async fn move_region(&self, region: &Region, to: Option<&ServerName>) -> Result<()> {
        let request = MoveRegionRequest {
            region: RegionSpecifier::encoded(&region.encoded_name()),
            dest_server_name: to.map(ServerName::wire),
        };
        let _: MoveRegionResponse = self.master("MoveRegion", &request).await?;
        Ok(())
    }

    /// Writes a table's memstores to files.
    ///
    /// # Errors
    /// [`ErrorKind::TableNotFound`], [`ErrorKind::TableDisabled`], or the deadline.
    pub async fn flush_table(&self, table: impl Into<TableName>) -> Result<()> {
        let flush = |region: &Region| FlushRegionRequest {
            region: region.specifier(),
        };
        self.each_region::<_, FlushRegionResponse>(&table.into(), "FlushRegion", &flush)
            .await
    }

    /// Lets the servers compact a table's files, in their own time; `major` drops what was deleted.
    ///
    /// # Errors
    /// As [`Admin::flush_table`].
    pub async fn compact_table(&self, table: impl Into<TableName>, major: bool) -> Result<()> {
        let compact = |region: &Region| CompactRegionRequest {
            region: region.specifier(),
            major: Some(major),
        };
        self.each_region::<_, CompactRegionResponse>(&table.into(), "CompactRegion", &compact)
            .await
    }

    /// Asks the server of each region. If a region moved meanwhile all are asked again, which does
    /// no harm.
    async fn each_region<M: Message, R: Message + Default>(
        &self,
        table: &TableName,
        method: &'static str,
        build: &(dyn Fn(&Region) -> M + Send + Sync),
    ) -> Result<()> {
        let mut attempts = self.cluster.attempts();
        loop {
            let deadline = attempts.call_deadline(self.cluster.config.rpc_timeout);
            match self
                .each_region_once::<M, R>(table, method, build, deadline)
                .await
            {
                Ok(()) => return Ok(()),
                Err(error) => attempts.pause(method, error).await?,
            }
        }
    }

    async fn each_region_once<M: Message, R: Message + Default>(
        &self,
        table: &TableName,
        method: &'static str,
        build: &(dyn Fn(&Region) -> M + Send + Sync),
        deadline: tokio::time::Instant,
    ) -> Result<()> {
        for RegionLocation { region, server } in self.regions(table).await? {
            let Some(server) = server else {
                return Err(self.cluster.why_offline(table, deadline).await);
            };
            let opening = self.cluster.connect(&server, Service::Admin, deadline);
            let connection = opening.await?;
            let call = Call {
                method,
                message: &build(&region),
                cells: &[],
                deadline,
                priority: None,
            };
            let _: (R, Bytes) = connection.call(call).await?;
        }
        Ok(())
    }
}
