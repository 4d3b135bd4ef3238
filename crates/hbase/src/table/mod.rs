//! A table's rows: what can be done with one of them, with many, with a range. State: the table's
//! name and what is known of its regions, which all handles of a client share.

mod condition;
mod many;
mod one;

pub use condition::Condition;

use std::sync::Arc;

use crate::cluster::Cluster;
use crate::error::{Error, ErrorKind, Result};
use crate::mutation::Mutation;
use crate::name::TableName;
use crate::region::Regions;

/// A table. Cheap to clone; nothing is asked of a server until something is done.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) regions: Arc<Regions>,
}

impl Table {
    pub(crate) fn new(cluster: Arc<Cluster>, name: &TableName) -> Table {
        let regions = cluster.regions(name);
        Table { cluster, regions }
    }

    /// The table's name.
    pub fn name(&self) -> &TableName {
        &self.regions.table
    }
}

/// Changes that are made together must be of one row.
fn same_row(row: &[u8], changes: &[Mutation]) -> Result<()> {
    if changes.is_empty() || changes.iter().any(|change| change.row() != row) {
        let message = "changes that are made together must be of one row, the condition's too";
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    changes.iter().try_for_each(Mutation::check)
}
