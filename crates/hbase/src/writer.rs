//! A writer: changes that are gathered into batches and sent while more are gathered. State: the
//! batch that grows, the batches under way, and what has failed. It never holds more bytes than its
//! options say: who writes faster than the servers take it waits.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::batch::{self, Action};
use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::mutation::Mutation;
use crate::region::Regions;

/// How much a [`Writer`] gathers and keeps.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// A batch is sent when it has so many bytes.
    pub batch_bytes: usize,
    /// So many bytes may be under way; the next batch waits until there is room for it.
    pub max_in_flight_bytes: usize,
}

impl Default for WriterOptions {
    /// Two batches are under way: one is worked on while the other travels. A server works on all that
    /// it has at once, and with more of them its threads get in each other's way: it needs more CPU
    /// time for the same rows.
    fn default() -> WriterOptions {
        WriterOptions {
            batch_bytes: 2 << 20,
            // Two batches, each of which goes beyond its size with its last change.
            max_in_flight_bytes: 5 << 20,
        }
    }
}

impl WriterOptions {
    /// One batch after the other: changes of one row are then made in the order of their writing
    /// even if they have no timestamps of their own.
    pub fn in_order(mut self) -> WriterOptions {
        self.max_in_flight_bytes = self.batch_bytes;
        self
    }
}

/// A change that could not be made.
#[derive(Debug)]
pub struct Failure {
    /// The change.
    pub change: Mutation,
    /// Why it could not be made.
    pub error: Error,
}

/// Writes many rows of a table.
///
/// Batches are under way side by side, so two changes of one row may be made in another order than
/// they were written. Where that matters give them timestamps, or use [`WriterOptions::in_order`].
#[derive(Debug)]
pub struct Writer {
    cluster: Arc<Cluster>,
    regions: Arc<Regions>,
    options: WriterOptions,
    batch: Vec<Action>,
    batch_bytes: usize,
    room: Arc<Semaphore>,
    under_way: JoinSet<Vec<Failure>>,
    failures: Vec<Failure>,
}

impl Writer {
    pub(crate) fn new(
        cluster: Arc<Cluster>,
        regions: Arc<Regions>,
        options: WriterOptions,
    ) -> Writer {
        let most = options.max_in_flight_bytes.clamp(1, u32::MAX as usize >> 1);
        Writer {
            cluster,
            regions,
            options,
            batch: Vec::new(),
            batch_bytes: 0,
            room: Arc::new(Semaphore::new(most)),
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
        self.batch_bytes += change.size();
        self.batch.push(Action::Mutate(change));
        match self.batch_bytes >= self.options.batch_bytes {
            true => self.send().await,
            false => Ok(()),
        }
    }

    /// Sends what is gathered and waits until all changes are made.
    ///
    /// # Errors
    /// A change could not be made; [`Writer::take_failures`] gives all such.
    pub async fn flush(&mut self) -> Result<()> {
        // Why an earlier batch failed is said below, after the rest was tried.
        let _ = self.send().await;
        while let Some(done) = self.under_way.join_next().await {
            self.settle(done)?;
        }
        self.verdict()
    }

    /// The changes that could not be made since this was called last.
    pub fn take_failures(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.failures)
    }

    async fn send(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            self.spawn().await?;
        }
        while let Some(done) = self.under_way.try_join_next() {
            self.settle(done)?;
        }
        self.verdict()
    }

    async fn spawn(&mut self) -> Result<()> {
        let most = self
            .options
            .max_in_flight_bytes
            .clamp(1, u32::MAX as usize >> 1);
        let wanted = self.batch_bytes.min(most) as u32;
        let closed = |_| Error::new(ErrorKind::Closed, "the writer is closed");
        let room = self
            .room
            .clone()
            .acquire_many_owned(wanted)
            .await
            .map_err(closed)?;
        let next = Vec::with_capacity(self.batch.len());
        let batch = std::mem::replace(&mut self.batch, next);
        self.batch_bytes = 0;
        let (cluster, regions) = (self.cluster.clone(), self.regions.clone());
        self.under_way.spawn(async move {
            let failures = make(&cluster, &regions, batch).await;
            drop(room);
            failures
        });
        Ok(())
    }

    fn settle(
        &mut self,
        done: std::result::Result<Vec<Failure>, tokio::task::JoinError>,
    ) -> Result<()> {
        let broken = |cause| Error::caused(ErrorKind::Closed, "a batch was cut off", cause);
        self.failures.append(&mut done.map_err(broken)?);
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
