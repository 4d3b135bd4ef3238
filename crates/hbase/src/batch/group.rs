//! Which actions go to which region of which server. It keeps the order of the actions of a region.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::time::Instant;

use super::Action;
use super::lots::Lots;
use crate::cluster::Cluster;
use crate::error::Error;
use crate::name::ServerName;
use crate::region::{Regions, Seek, SharedLocation};

/// The actions of one region and one lot, by their indices.
pub struct Group {
    pub location: SharedLocation,
    lot: usize,
    pub actions: Vec<usize>,
}

/// The groups of each server.
pub type Servers = BTreeMap<ServerName, Vec<Group>>;

/// Finds the region of each action. Gives those apart whose region could not be found now.
pub async fn group(
    cluster: &Cluster,
    regions: &Regions,
    actions: &[Action],
    left: &[usize],
    lots: &Lots,
    deadline: Instant,
) -> (Servers, Vec<(usize, Error)>) {
    let mut groups = Groups::default();
    let mut failed: Vec<(usize, Error)> = Vec::new();
    for index in left.iter().copied() {
        let (row, lot) = (actions[index].row(), lots.of(index));
        if groups.add_to_last(row, lot, index) {
            continue;
        }
        // What hbase:meta could not answer once it is not asked again in the same round.
        let found = match failed.last() {
            Some((_, error)) => regions
                .find(Seek::Containing(row))
                .ok_or_else(|| error.clone()),
            None => {
                cluster
                    .locate(regions, Seek::Containing(row), deadline)
                    .await
            }
        };
        match found {
            Ok(location) => groups.add(location, lot, index),
            Err(error) => failed.push((index, error)),
        }
    }
    (groups.by_server(), failed)
}

#[derive(Default)]
struct Groups {
    groups: Vec<Group>,
    /// By region and lot.
    known: HashMap<(usize, usize), usize>,
    last: usize,
}

impl Groups {
    /// Neighbours are often of one region; then nothing need be looked up.
    fn add_to_last(&mut self, row: &[u8], lot: usize, index: usize) -> bool {
        let last = self.groups.get_mut(self.last);
        let last = last.filter(|group| group.lot == lot && group.location.region.contains(row));
        last.map(|group| group.actions.push(index)).is_some()
    }

    fn add(&mut self, location: SharedLocation, lot: usize, index: usize) {
        // Locations that the cache gives for one region are one and the same.
        let key = (Arc::as_ptr(&location).addr(), lot);
        let next = self.groups.len();
        self.last = *self.known.entry(key).or_insert(next);
        if self.last == next {
            let actions = Vec::new();
            self.groups.push(Group {
                location,
                lot,
                actions,
            });
        }
        self.groups[self.last].actions.push(index);
    }

    fn by_server(self) -> Servers {
        let mut servers = Servers::new();
        for group in self.groups {
            let server = group.location.server.clone();
            servers.entry(server).or_default().push(group);
        }
        servers
    }
}
