//! A writer: changes that are gathered into batches, one for each server, and sent while more are
//! gathered. State: the batches that grow, the batches under way, and what has failed. It never keeps
//! more bytes than its options say, and never has more batches under way to a server: who writes faster
//! than the servers take it waits.

mod lanes;
mod options;

pub use options::WriterOptions;

use std::sync::Arc;

use tokio::task::{JoinError, JoinSet};

use crate::batch::{self, Action};
use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::mutation::Mutation;
use crate::region::{Regions, Seek};
use lanes::{ANY, Lanes, Step};

/// A change that could not be made.
#[derive(Debug)]
pub struct Failure {
    /// The change.
    pub change: Mutation,
    /// Why it could not be made.
    pub error: Error,
}

/// What became of a batch.
#[derive(Debug)]
struct Arrived {
    lane: usize,
    bytes: usize,
    failures: Vec<Failure>,
}

/// Writes many rows of a table.
///
/// Batches are under way side by side, so two changes of one row may be made in another order than
/// they were written. Where that matters give them timestamps, or use [`WriterOptions::in_order`].
///
/// A batch counts to the server that had its rows when they were written. Where a region has moved
/// since, the rest of the batch goes to another server, beside the batches of that one.
#[derive(Debug)]
pub struct Writer {
    cluster: Arc<Cluster>,
    regions: Arc<Regions>,
    is_in_order: bool,
    lanes: Lanes,
    under_way: JoinSet<Arrived>,
    failures: Vec<Failure>,
}

impl Writer {
    pub(crate) fn new(
        cluster: Arc<Cluster>,
        regions: Arc<Regions>,
        options: WriterOptions,
    ) -> Writer {
        Writer {
            cluster,
            regions,
            is_in_order: options.is_in_order,
            lanes: Lanes::new(options),
            under_way: JoinSet::new(),
            failures: Vec::new(),
        }
    }

    /// Takes a change. It is sent with its batch; only [`Writer::flush`] tells that it was made.
    ///
    /// # Errors
    /// An earlier change could not be made; [`Writer::take_failures`] gives all such. This change
    /// is taken nevertheless.
    pub async fn write(&mut self, change: impl Into<Mutation>) -> Result<()> {
        let change = change.into();
        let lane = self.lane_of(&change);
        self.lanes.add(lane, change);
        if self.lanes.next(lane) == Step::Gather {
            return Ok(());
        }
        while self.carry_out(self.lanes.next(lane)).await? {}
        while let Some(done) = self.under_way.try_join_next() {
            self.settle(done)?;
        }
        self.verdict()
    }

    /// Sends what is gathered and waits until all changes are made.
    ///
    /// # Errors
    /// A change could not be made; [`Writer::take_failures`] gives all such.
    pub async fn flush(&mut self) -> Result<()> {
        while self.carry_out(self.lanes.next_of_flush()).await? {}
        while let Some(done) = self.under_way.join_next().await {
            self.settle(done)?;
        }
        self.verdict()
    }

    /// The changes that could not be made since this was called last.
    pub fn take_failures(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.failures)
    }

    /// The lane of the server that has the row. Where it is not known `hbase:meta` is not asked for
    /// each row: the batch asks.
    fn lane_of(&mut self, change: &Mutation) -> usize {
        if self.is_in_order {
            return ANY;
        }
        let known = self.regions.find(Seek::Containing(change.row()));
        known.map_or(ANY, |location| self.lanes.of(&location.server))
    }

    /// Does a step; whether there is another.
    async fn carry_out(&mut self, step: Step) -> Result<bool> {
        match step {
            Step::Gather => return Ok(false),
            Step::Send(lane) => self.spawn(lane),
            Step::Wait => match self.under_way.join_next().await {
                Some(done) => self.settle(done)?,
                None => return Err(Error::new(ErrorKind::Closed, "a batch was cut off")),
            },
        }
        Ok(true)
    }

    fn spawn(&mut self, lane: usize) {
        let (batch, bytes) = self.lanes.take(lane);
        let (cluster, regions) = (self.cluster.clone(), self.regions.clone());
        self.under_way.spawn(async move {
            Arrived {
                lane,
                bytes,
                failures: make(&cluster, &regions, batch).await,
            }
        });
    }

    fn settle(&mut self, done: std::result::Result<Arrived, JoinError>) -> Result<()> {
        let broken = |cause| Error::caused(ErrorKind::Closed, "a batch was cut off", cause);
        let mut arrived = done.map_err(broken)?;
        self.lanes.arrived(arrived.lane, arrived.bytes);
        self.failures.append(&mut arrived.failures);
        Ok(())
    }

    fn verdict(&self) -> Result<()> {
        match self.failures.first() {
            Some(failure) => Err(failure.error.clone()),
            None => Ok(()),
        }
    }
}

/// Makes the changes of a batch and gives those that could not be made.
async fn make(cluster: &Cluster, regions: &Arc<Regions>, batch: Vec<Action>) -> Vec<Failure> {
    let answers = batch::run(cluster, regions, &batch).await;
    let failed = |(action, answer): (Action, batch::Answer)| match (action, answer) {
        (Action::Mutate(change), Err(error)) => Some(Failure { change, error }),
        _ => None,
    };
    batch.into_iter().zip(answers).filter_map(failed).collect()
}
