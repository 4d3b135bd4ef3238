//! The connections of a client. State: one slot for each server and service. A connection that
//! broke is opened anew by the next call that needs it; callers that come meanwhile wait for the
//! same attempt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::connection::Connection;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::name::ServerName;
use crate::retry::within;

/// A service that servers offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// Rows: of a region server.
    Client,
    /// Regions: of a region server.
    Admin,
    /// Tables: of the master in charge.
    Master,
    /// Where things are: of any server.
    Registry,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::Client => "ClientService",
            Service::Admin => "AdminService",
            Service::Master => "MasterService",
            Service::Registry => "ClientMetaService",
        }
    }
}

type Key = (String, u16, Service);

/// A connection, or the attempt that failed last.
#[derive(Debug, Default)]
struct Slot {
    connection: Option<Arc<Connection>>,
    failed: Option<(Instant, Error)>,
}

type SharedSlot = Arc<tokio::sync::Mutex<Slot>>;

/// The connections.
#[derive(Debug)]
pub(crate) struct Pool {
    config: Arc<Config>,
    slots: Mutex<HashMap<Key, SharedSlot>>,
}

impl Pool {
    pub fn new(config: Arc<Config>) -> Pool {
        let slots = Mutex::default();
        Pool { config, slots }
    }

    /// A connection that works as far as is known, if there is one in time.
    pub async fn get(
        &self,
        server: &ServerName,
        service: Service,
        deadline: Instant,
    ) -> Result<Arc<Connection>> {
        let late = || {
            let message = format!("no connection to {server} in time");
            Error::new(ErrorKind::Connect, message)
        };
        within(deadline, self.wait(server, service), late).await
    }

    async fn wait(&self, server: &ServerName, service: Service) -> Result<Arc<Connection>> {
        let (host, port) = (server.host.as_str(), server.port);
        let came = Instant::now();
        let slot = self.slot(host, port, service);
        let mut slot = slot.lock().await;
        if let Some(connection) = slot.connection.as_ref().filter(|c| !c.is_closed()) {
            return Ok(connection.clone());
        }
        // An attempt that failed while this caller waited for it was its attempt too.
        if let Some((_, error)) = slot.failed.as_ref().filter(|(at, _)| *at >= came) {
            return Err(error.clone());
        }
        let opened = Connection::open(&self.config, host, port, service.name()).await;
        slot.settle(opened)
    }

    fn slot(&self, host: &str, port: u16, service: Service) -> SharedSlot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), port, service);
        slots.entry(key).or_default().clone()
    }
}

impl Slot {
    fn settle(&mut self, opened: Result<Connection>) -> Result<Arc<Connection>> {
        let opened = opened.map(Arc::new);
        self.connection = opened.as_ref().ok().cloned();
        self.failed = opened
            .as_ref()
            .err()
            .map(|error| (Instant::now(), error.clone()));
        opened
    }
}
