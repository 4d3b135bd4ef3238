//! The walk of a scan over the regions of a table. State: the position, how many rows are over, and the
//! one that came in parts. It ends when the range is read, the limit reached, or nobody reads.

use std::sync::Arc;

use tokio::sync::mpsc::{Permit, Sender};
use tokio::time::Instant;

use super::gather::Gather;
use super::position::Position;
use super::region::{Answer, RegionScanner};
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::read::{Row, Scan};
use crate::region::{Regions, SharedLocation};
use crate::retry::Attempts;
use crate::rpc::Service;

/// The walk.
pub struct Walk {
    cluster: Arc<Cluster>,
    regions: Arc<Regions>,
    scan: Scan,
    position: Position,
    gather: Gather,
    attempts: Attempts,
    reader: Sender<Result<Vec<Row>>>,
}

/// No rows: the mark by which a reader knows the end of the range from the end of this task.
const END: Vec<Row> = Vec::new();

/// What there is to do after an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Continue,
    NextRegion,
    Finish,
}

impl Walk {
    pub fn new(
        cluster: Arc<Cluster>,
        regions: Arc<Regions>,
        scan: Scan,
        reader: Sender<Result<Vec<Row>>>,
    ) -> Walk {
        Walk {
            position: Position::of(&scan),
            gather: match scan.batch {
                Some(_) => Gather::in_parts(),
                None => Gather::default(),
            },
            attempts: cluster.attempts(),
            cluster,
            regions,
            scan,
            reader,
        }
    }

    /// Reads all of the range, and marks its end. A fault that further attempts do not mend goes to the
    /// reader.
    pub async fn run(mut self) {
        if let Err(error) = self.scan.check() {
            return self.fail(error).await;
        }
        while self.left() != Some(0) {
            match self.region().await {
                Ok(Step::Finish) => break,
                Ok(_) => {}
                Err(error) => {
                    self.gather.abandon();
                    if let Err(error) = self.attempts.pause("Scan", error).await {
                        return self.fail(error).await;
                    }
                }
            }
        }
        self.end().await;
    }

    async fn end(self) {
        // A reader that went away needs no mark.
        let _ = self.reader.send(Ok(END)).await;
    }

    async fn fail(self, error: Error) {
        // A reader that went away needs no error.
        let _ = self.reader.send(Err(error)).await;
    }

    /// Reads one region, from the position on.
    async fn region(&mut self) -> Result<Step> {
        let deadline = self.attempts.call_deadline(self.cluster.config.rpc_timeout);
        let seek = self.position.seek();
        let location = self.cluster.locate(&self.regions, seek, deadline).await?;
        let done = self.read(&location).await;
        done.inspect_err(|error| self.cluster.doubt(&self.regions, &location, error))
    }

    async fn read(&mut self, location: &SharedLocation) -> Result<Step> {
        let deadline = self.attempts.call_deadline(self.cluster.config.rpc_timeout);
        let connection = self
            .cluster
            .connect(&location.server, Service::Client, deadline)
            .await?;
        let mut scanner = RegionScanner::new(connection, location);
        let first = scanner.open(&self.scan, &self.position, location, self.left(), deadline);
        let mut answer = first.await?;
        loop {
            match self.take(answer, location, &mut scanner).await {
                Step::Continue => {}
                step => {
                    scanner.close(self.attempts.deadline()).await;
                    return Ok(step);
                }
            }
            let deadline = self.attempts.call_deadline(self.cluster.config.rpc_timeout);
            answer = scanner.next(&self.scan, self.left(), deadline).await?;
        }
    }

    /// Hands rows to the reader and says what comes next.
    async fn take(
        &mut self,
        answer: Answer,
        location: &SharedLocation,
        scanner: &mut RegionScanner,
    ) -> Step {
        let (more, more_in_region) = (answer.more, answer.more_in_region);
        answer
            .rows
            .into_iter()
            .for_each(|(row, part)| self.gather.push(row, part));
        if !more_in_region {
            self.gather.end();
        }
        let rows = self.gather.take(self.scan.limit);
        if !rows.is_empty() {
            let reader = self.reader.clone();
            let Some(permit) = self.permit(&reader, scanner).await else {
                return Step::Finish;
            };
            self.hand_over(rows, permit);
        }
        // The operation's time is that between two answers: time that the reader takes, and an
        // answer that only says that the server still reads, do not count.
        self.attempts = self.cluster.attempts();
        let done = self.left() == Some(0) || !more || self.reader.is_closed();
        match (done, more_in_region) {
            (true, _) => Step::Finish,
            (false, true) => Step::Continue,
            (false, false) => self.leave(location),
        }
    }

    fn leave(&mut self, location: &SharedLocation) -> Step {
        match self.position.passed_region(&location.region) {
            true => Step::NextRegion,
            false => Step::Finish,
        }
    }

    /// The rows that are still wanted, if there is a limit.
    fn left(&self) -> Option<u64> {
        let limit = self.scan.limit?;
        Some(limit.saturating_sub(self.gather.ended()))
    }

    fn hand_over(&mut self, rows: Vec<Row>, permit: Permit<'_, Result<Vec<Row>>>) {
        if let Some(key) = rows.last().map(Row::key_bytes) {
            match self.gather.is_within_row() {
                true => self.position.within_row(key),
                false => self.position.passed_row(key),
            }
        }
        permit.send(Ok(rows));
    }

    /// Waits until the reader wants rows, and meanwhile keeps the lease. None if the reader is gone.
    async fn permit<'a>(
        &self,
        reader: &'a Sender<Result<Vec<Row>>>,
        scanner: &mut RegionScanner,
    ) -> Option<Permit<'a, Result<Vec<Row>>>> {
        loop {
            match tokio::time::timeout(scanner.patience(), reader.reserve()).await {
                Ok(permit) => return permit.ok(),
                Err(_) => {
                    let deadline = Instant::now() + self.cluster.config.rpc_timeout;
                    // A lease that is lost is found so by the next call, which opens a new scanner.
                    let _ = scanner.renew(deadline).await;
                }
            }
        }
    }
}
