//! What all handles of one client share. State: the connections, where `hbase:meta` is, the known
//! regions of every table that was used, and the numbers by which servers recognise what comes a
//! second time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use prost::Message;
use tokio::time::Instant;

use crate::config::Config;
use crate::error::{Error, ErrorKind, Remote, Result};
use crate::name::{ServerName, TableName};
use crate::region::{Location, Region, Regions, Seek, SharedLocation};
use crate::registry::Registry;
use crate::retry::Attempts;
use crate::rpc::{Call, Connection, Pool, Service};
use crate::wire;
use crate::wire::region::RegionSpecifier;

/// The shared part of a client.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub config: Arc<Config>,
    pool: Arc<Pool>,
    registry: Registry,
    meta: Mutex<Option<SharedLocation>>,
    tables: Mutex<HashMap<TableName, Arc<Regions>>>,
    nonce_group: u64,
    nonce: AtomicU64,
}

impl Cluster {
    pub fn new(config: Config) -> Result<Cluster> {
        let config = Arc::new(config);
        let pool = Arc::new(Pool::new(config.clone()));
        // Each hasher of the standard library has keys of its own, which are random.
        let random = || RandomState::new().hash_one(0) | 1;
        Ok(Cluster {
            registry: Registry::new(&config, pool.clone())?,
            config,
            pool,
            meta: Mutex::default(),
            tables: Mutex::default(),
            nonce_group: random(),
            nonce: AtomicU64::new(random()),
        })
    }

    /// The known regions of a table.
    pub fn regions(&self, table: &TableName) -> Arc<Regions> {
        let mut tables = lock(&self.tables);
        let new = || Arc::new(Regions::new(table.clone()));
        tables.entry(table.clone()).or_insert_with(new).clone()
    }

    /// The group of this client's nonces.
    pub fn nonce_group(&self) -> u64 {
        self.nonce_group
    }

    /// The first of so many numbers that this client gives once.
    pub fn next_nonces(&self, count: u64) -> u64 {
        self.nonce.fetch_add(count, Ordering::Relaxed)
    }

    /// The attempts that an operation has.
    pub fn attempts(&self) -> Attempts {
        Attempts::new(self.config.backoff, self.config.operation_timeout)
    }

    /// Where the cluster's own questions are answered.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// A connection to a server, if there is one in time.
    pub async fn connect(
        &self,
        server: &ServerName,
        service: Service,
        deadline: Instant,
    ) -> Result<Arc<Connection>> {
        self.pool.get(server, service, deadline).await
    }

    /// Where `hbase:meta` is, as far as is known now.
    pub async fn meta(&self, deadline: Instant) -> Result<SharedLocation> {
        if let Some(known) = lock(&self.meta).clone() {
            return Ok(known);
        }
        let server = self.registry.meta_server(deadline).await?;
        let region = Region::meta();
        let found = Arc::new(Location { region, server });
        *lock(&self.meta) = Some(found.clone());
        Ok(found)
    }

    /// A call to the server of `hbase:meta` failed.
    pub fn doubt_meta(&self, location: &SharedLocation, error: &Error) {
        let mut meta = lock(&self.meta);
        let same = meta
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, location));
        if same && error.kind().doubts_location() {
            *meta = None;
        }
    }

    /// A call to a region failed: what was known of it may be wrong.
    pub fn doubt(&self, regions: &Regions, location: &SharedLocation, error: &Error) {
        if regions.table == TableName::meta() {
            return self.doubt_meta(location, error);
        }
        if error.kind().doubts_location() {
            regions.doubt(location, error);
        }
        if error.kind() == ErrorKind::Connect {
            regions.forget_server(&location.server);
        }
    }

    /// Calls the server of a row, until it answers or the operation's time is over.
    pub async fn call_row<M: Message, R: RowAnswer>(
        &self,
        regions: &Regions,
        row: &[u8],
        call: RowCall<'_, M>,
    ) -> Result<(R, Bytes)> {
        let mut attempts = self.attempts();
        loop {
            match self.call_row_once(regions, row, &call, &attempts).await {
                Ok(answer) => return Ok(answer),
                Err(error) => attempts.pause(call.method, error).await?,
            }
        }
    }

    async fn call_row_once<M: Message, R: RowAnswer>(
        &self,
        regions: &Regions,
        row: &[u8],
        call: &RowCall<'_, M>,
        attempts: &Attempts,
    ) -> Result<(R, Bytes)> {
        let deadline = attempts.call_deadline(self.config.rpc_timeout);
        let location = self
            .locate(regions, Seek::Containing(row), deadline)
            .await?;
        let message = (call.build)(location.region.specifier());
        let sent = Call {
            method: call.method,
            message: &message,
            cells: call.cells,
            deadline,
            priority: regions.table.is_system().then_some(200),
        };
        let connection = self
            .connect(&location.server, Service::Client, deadline)
            .await;
        let done = match connection {
            Ok(connection) => connection.call::<M, R>(sent).await,
            Err(error) => Err(error),
        };
        let done = done.and_then(|(answer, block)| answer.or_fault().map(|answer| (answer, block)));
        done.inspect_err(|error| self.doubt(regions, &location, error))
    }
}

/// A call that concerns one row.
pub(crate) struct RowCall<'a, M> {
    /// The method of the client service.
    pub method: &'static str,
    /// Makes the message, given the region that has the row.
    pub build: &'a (dyn Fn(RegionSpecifier) -> M + Send + Sync),
    /// The cells that go with it.
    pub cells: &'a [&'a [u8]],
}

/// An answer that concerns one row. Some have a fault inside.
pub(crate) trait RowAnswer: Message + Default {
    /// The fault that is inside, if there is one.
    fn or_fault(self) -> Result<Self> {
        Ok(self)
    }
}

impl RowAnswer for wire::get::GetResponse {}

impl RowAnswer for wire::mutation::MutateResponse {}

impl RowAnswer for wire::multi::MultiResponse {
    fn or_fault(self) -> Result<Self> {
        let faults = |region: &wire::multi::RegionActionResult| {
            let actions = region.result_or_exception.iter();
            let inside = actions.filter_map(|action| action.exception.clone()).next();
            region.exception.clone().or(inside)
        };
        match self.region_action_result.iter().find_map(faults) {
            Some(sent) => Err(Error::remote(Remote::from(sent))),
            None => Ok(self),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
