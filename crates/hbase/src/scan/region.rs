//! A scanner within one region. State: the server's number of the scanner, while it is open, and of
//! the next call. It fails with the first fault: to open it again is for the walk.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::position::Position;
use crate::cell::block::BlockReader;
use crate::error::Result;
use crate::read::{Row, Scan};
use crate::region::SharedLocation;
use crate::rpc::{Call, Connection};
use crate::wire;
use crate::wire::basic::NameBytesPair;
use crate::wire::scan::{ScanRequest, ScanResponse};

/// A lease of which servers say nothing is taken to be as long as this.
const LEASE: Duration = Duration::from_secs(30);

/// A scanner that a server has open.
pub struct RegionScanner {
    connection: Arc<Connection>,
    priority: Option<u32>,
    id: Option<u64>,
    calls: u64,
    lease: Duration,
}

/// What one call brought.
pub struct Answer {
    /// The rows, and whether more of the same row may follow.
    pub rows: Vec<(Row, bool)>,
    /// The region may have more.
    pub more_in_region: bool,
    /// The scan may have more.
    pub more: bool,
}

impl RegionScanner {
    pub fn new(connection: Arc<Connection>, location: &SharedLocation) -> RegionScanner {
        RegionScanner {
            connection,
            priority: location.region.table().is_system().then_some(200),
            id: None,
            calls: 0,
            lease: LEASE,
        }
    }

    /// Opens the scanner and brings the first rows.
    pub async fn open(
        &mut self,
        scan: &Scan,
        position: &Position,
        location: &SharedLocation,
        limit: Option<u64>,
        deadline: Instant,
    ) -> Result<Answer> {
        let request = ScanRequest {
            region: Some(location.region.specifier()),
            scan: Some(specification(scan, position)),
            ..fetch(scan, limit)
        };
        self.call(request, deadline).await
    }

    /// Brings the next rows.
    pub async fn next(
        &mut self,
        scan: &Scan,
        limit: Option<u64>,
        deadline: Instant,
    ) -> Result<Answer> {
        self.calls += 1;
        let request = ScanRequest {
            scanner_id: self.id,
            next_call_seq: Some(self.calls - 1),
            ..fetch(scan, limit)
        };
        self.call(request, deadline).await
    }

    /// Tells the server that the scanner is still wanted.
    pub async fn renew(&mut self, deadline: Instant) -> Result<()> {
        if self.id.is_some() {
            let request = ScanRequest {
                scanner_id: self.id,
                number_of_rows: Some(0),
                renew: Some(true),
                ..ScanRequest::default()
            };
            self.exchange(&request, deadline).await?;
        }
        Ok(())
    }

    /// Tells the server that it is no longer wanted. If that fails its lease ends it.
    pub async fn close(self, deadline: Instant) {
        if self.id.is_some() {
            let request = ScanRequest {
                scanner_id: self.id,
                number_of_rows: Some(0),
                close_scanner: Some(true),
                ..ScanRequest::default()
            };
            let _ = self.exchange(&request, deadline).await;
        }
    }

    /// After so long without a call the lease should be renewed.
    pub fn patience(&self) -> Duration {
        self.lease / 3
    }

    async fn call(&mut self, request: ScanRequest, deadline: Instant) -> Result<Answer> {
        let (response, block) = self.exchange(&request, deadline).await?;
        let more = response.more_results.unwrap_or(true);
        let more_in_region = more && response.more_results_in_region.unwrap_or(true);
        if let Some(ttl) = response.ttl {
            self.lease = Duration::from_millis(u64::from(ttl));
        }
        // A server closes a scanner by itself when it has brought all.
        self.id = response.scanner_id.or(self.id).filter(|_| more_in_region);
        Ok(Answer {
            rows: rows(&response, block)?,
            more_in_region,
            more,
        })
    }

    async fn exchange(
        &self,
        request: &ScanRequest,
        deadline: Instant,
    ) -> Result<(ScanResponse, Bytes)> {
        let call = Call {
            method: "Scan",
            message: request,
            cells: &[],
            deadline,
            priority: self.priority,
        };
        self.connection.call(call).await
    }
}

fn fetch(scan: &Scan, limit: Option<u64>) -> ScanRequest {
    let limit = limit.map(|rows| rows.min(i32::MAX as u64) as u32);
    ScanRequest {
        number_of_rows: Some(limit.unwrap_or(u32::MAX).min(scan.caching)),
        limit_of_rows: limit,
        client_handles_partials: Some(true),
        client_handles_heartbeats: Some(true),
        ..ScanRequest::default()
    }
}

fn specification(scan: &Scan, position: &Position) -> wire::scan::Scan {
    let selection = &scan.selection;
    let (store_limit, store_offset) = selection.wire_page();
    wire::scan::Scan {
        column: selection.wire_columns(),
        start_row: Some(position.start.clone()),
        include_start_row: Some(position.include_start),
        stop_row: Some(scan.stop.clone()),
        include_stop_row: Some(scan.include_stop),
        reversed: Some(scan.reversed),
        filter: selection.wire_filter(),
        time_range: selection.wire_time_range(),
        max_versions: selection.wire_versions(),
        cache_blocks: selection.cache_blocks,
        batch_size: scan.batch,
        max_result_size: Some(scan.max_result_bytes),
        store_limit,
        store_offset,
        attribute: scan.is_raw.then(raw).into_iter().collect(),
        ..wire::scan::Scan::default()
    }
}

/// The attribute of a scan that wants all there is.
fn raw() -> NameBytesPair {
    NameBytesPair {
        name: "_raw_".to_owned(),
        value: Some(Bytes::from_static(&[0xff])),
    }
}

fn rows(response: &ScanResponse, block: Bytes) -> Result<Vec<(Row, bool)>> {
    let mut reader = BlockReader::new(block);
    let mut rows = Vec::with_capacity(response.cells_per_result.len());
    let partial = |index: usize| response.partial_flag_per_result.get(index).copied();
    for (index, count) in response.cells_per_result.iter().enumerate() {
        let row = Row::of(reader.take(*count as usize)?);
        rows.extend(row.map(|row| (row, partial(index).unwrap_or(false))));
    }
    for result in &response.results {
        let row = Row::of(reader.result(result)?);
        rows.extend(row.map(|row| (row, result.partial.unwrap_or(false))));
    }
    Ok(rows)
}
