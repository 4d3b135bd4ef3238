//! The connections of a client. State: one slot for each server and service. A connection that
//! broke is opened anew by the next call that needs it; callers that come meanwhile wait for the
//! same attempt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::connection::Connection;
use crate::config::Config;
use crate::error::Result;

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
type Slot = Arc<tokio::sync::Mutex<Option<Arc<Connection>>>>;

/// The connections.
#[derive(Debug)]
pub(crate) struct Pool {
    config: Arc<Config>,
    slots: Mutex<HashMap<Key, Slot>>,
}

impl Pool {
    pub fn new(config: Arc<Config>) -> Pool {
        let slots = Mutex::default();
        Pool { config, slots }
    }

    /// A connection that works as far as is known.
    pub async fn get(&self, host: &str, port: u16, service: Service) -> Result<Arc<Connection>> {
        let slot = self.slot(host, port, service);
        let mut held = slot.lock().await;
        if let Some(connection) = held.as_ref().filter(|c| !c.is_closed()) {
            return Ok(connection.clone());
        }
        *held = None;
        let opened = Connection::open(&self.config, host, port, service.name()).await?;
        Ok(held.insert(Arc::new(opened)).clone())
    }

    fn slot(&self, host: &str, port: u16, service: Service) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), port, service);
        slots.entry(key).or_default().clone()
    }
}
