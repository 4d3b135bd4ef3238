//! Administration: what the master in charge does with tables, regions and namespaces, and what
//! region servers do with regions. State: none of its own. A master's procedures are waited for.

mod family;
mod master;
mod namespace;
mod regions;
mod schema;
mod tables;

pub use family::{BloomFilter, Family};
pub use schema::TableDescriptor;
pub use tables::TableState;

use std::sync::Arc;

use crate::cluster::Cluster;

/// What can be done with tables as a whole.
#[derive(Clone, Debug)]
pub struct Admin {
    cluster: Arc<Cluster>,
}

impl Admin {
    pub(crate) fn new(cluster: Arc<Cluster>) -> Admin {
        Admin { cluster }
    }
}
