//! A table as a place that is written to: from a thread that waits, to a client that does not.
//!
//! State: a runtime, shared by the tasks of a bolt, and the client's writer with what is gathered and
//! under way.

use std::sync::Arc;
use std::time::Duration;

use tachograph_hbase::{Client, ErrorKind, Mutation, Writer, WriterOptions};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::config::HBaseConfig;
use super::create::create;
use super::fault::HBaseFault;
use crate::writer::{Place, Trouble};

/// A call that takes longer is looked at again; a reason is told by then.
const PATIENCE: Duration = Duration::from_secs(10);
/// A wait of a place, see [`Place::settle`].
const STEP: Duration = Duration::from_secs(1);

/// A change of a row.
#[derive(Debug)]
pub struct HBaseChange {
    /// The change.
    pub change: Mutation,
    /// Must all that was written before be there first? It then wins over cells of the same time.
    pub is_after_all: bool,
}

/// A cluster, and the table that is there.
#[derive(Clone)]
pub struct HBaseHandle {
    runtime: Arc<Runtime>,
    client: Client,
    name: String,
    writer: WriterOptions,
}

impl HBaseHandle {
    /// Finds the cluster; makes the table where there is none. Waits for either. `threads` speak
    /// with it.
    ///
    /// # Errors
    /// [`HBaseFault`] where the cluster cannot be reached, or the table lacks the family.
    pub fn open(config: &HBaseConfig, threads: usize) -> Result<HBaseHandle, HBaseFault> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("hbase")
            .enable_all()
            .build()
            .map_err(|e| HBaseFault(format!("hbase: no thread: {e}")))?;
        runtime.block_on(create(config))?;
        let impatient = config.client().operation_timeout(PATIENCE);
        let client = runtime.block_on(Client::connect(impatient));
        Ok(HBaseHandle {
            client: client.map_err(|e| HBaseFault::of(&config.table, &e))?,
            runtime: Arc::new(runtime),
            name: config.table.clone(),
            writer: config.writer,
        })
    }

    /// The table as a place that is written to.
    pub fn place(&self) -> HBasePlace {
        HBasePlace {
            table: self.clone(),
            writer: self.client.writer(self.name.as_str(), self.writer),
            taken: Vec::new(),
        }
    }
}

/// The writing side of a table.
pub struct HBasePlace {
    table: HBaseHandle,
    writer: Writer,
    /// What the writer has not been given yet.
    taken: Vec<HBaseChange>,
}

impl HBasePlace {
    /// Takes up again what the servers could not be reached for, and tells why it failed.
    async fn again(&mut self) -> Result<(), Trouble> {
        let failures = self.writer.take_failures();
        let passes = |kind: ErrorKind| kind.is_retryable() || kind == ErrorKind::DeadlineExceeded;
        let lasting = failures.iter().find(|f| !passes(f.error.kind()));
        let told = lasting.or(failures.first());
        let reason = told.map(|f| HBaseFault::of(&self.table.name, &f.error).0);
        let reason = reason.unwrap_or_else(|| "a batch failed".into());
        if lasting.is_some() {
            return Err(Trouble::Lasting(reason));
        }
        for failure in failures {
            // Should the batch fail at once, its changes are among the next failures.
            let _ = self.writer.write(failure.change).await;
        }
        Err(Trouble::Passing(reason))
    }

    async fn flush(&mut self) -> Result<(), Trouble> {
        match timeout(STEP, self.writer.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => self.again().await,
            Err(_) => Err(Trouble::Passing("rows are not acknowledged yet".into())),
        }
    }

    async fn send(&mut self) -> Result<(), Trouble> {
        let mut taken = std::mem::take(&mut self.taken).into_iter();
        while let Some(next) = taken.next() {
            if next.is_after_all {
                let settled = self.flush().await;
                if settled.is_err() {
                    self.taken = std::iter::once(next).chain(taken).collect();
                    return settled;
                }
            }
            if self.writer.write(next.change).await.is_err() {
                self.taken = taken.collect();
                return self.again().await;
            }
        }
        Ok(())
    }
}

impl Place<HBaseChange> for HBasePlace {
    fn take(&mut self, changes: Vec<HBaseChange>) {
        self.taken.extend(changes);
    }

    fn give(&mut self) -> Result<(), Trouble> {
        let runtime = Arc::clone(&self.table.runtime);
        runtime.block_on(self.send())
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        let runtime = Arc::clone(&self.table.runtime);
        runtime.block_on(async {
            self.send().await?;
            self.flush().await
        })
    }
}
