//! What is remembered of where a table's regions are. State: the locations by first key. What it
//! says may be old; who finds it so says it here, and the next call asks `hbase:meta` again.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use super::{Location, Seek, SharedLocation};
use crate::error::Error;
use crate::name::{ServerName, TableName};

type Map = BTreeMap<Bytes, SharedLocation>;

/// The known regions of one table.
#[derive(Debug)]
pub(crate) struct Regions {
    pub table: TableName,
    map: RwLock<Map>,
    /// Held by the one who asks `hbase:meta`, so that a crowd asks once.
    pub asking: tokio::sync::Mutex<()>,
}

impl Regions {
    pub fn new(table: TableName) -> Regions {
        Regions {
            table,
            map: RwLock::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Map> {
        self.map.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Map> {
        self.map.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The location that is sought, if it is known.
    pub fn find(&self, seek: Seek<'_>) -> Option<SharedLocation> {
        let map = self.read();
        let upto = match seek {
            Seek::Containing(row) => Bound::Included(row),
            Seek::Before(row) => Bound::Excluded(row),
            Seek::Last => Bound::Unbounded,
        };
        let (_, location) = map.range::<[u8], _>((Bound::Unbounded, upto)).next_back()?;
        seek.is_met_by(&location.region).then(|| location.clone())
    }

    /// Remembers a location, instead of all whose rows it has.
    pub fn insert(&self, location: SharedLocation) {
        let mut map = self.write();
        map.retain(|_, held| !overlap(held, &location));
        map.insert(location.region.start_bytes(), location);
    }

    /// A call to this location failed in a way that makes it doubtful. If the server said where the
    /// region went that is remembered instead.
    pub fn doubt(&self, location: &SharedLocation, error: &Error) {
        let mut map = self.write();
        let start = location.region.start_key();
        if !map
            .get(start)
            .is_some_and(|held| Arc::ptr_eq(held, location))
        {
            return;
        }
        match error.moved_to() {
            Some((host, port)) => {
                drop(map.insert(location.region.start_bytes(), moved(location, host, port)))
            }
            None => drop(map.remove(start)),
        }
    }

    /// Forgets all, as after the table was emptied or dropped.
    pub fn clear(&self) {
        self.write().clear();
    }

    /// Forgets all regions of a server that cannot be reached.
    pub fn forget_server(&self, server: &ServerName) {
        self.write().retain(|_, held| held.server != *server);
    }
}

fn moved(location: &Location, host: &str, port: u16) -> SharedLocation {
    Arc::new(Location {
        region: location.region.clone(),
        server: ServerName {
            host: host.to_owned(),
            port,
            start_code: 0,
        },
    })
}

/// Whether two regions share a row; they then are of different times.
fn overlap(one: &Location, other: &Location) -> bool {
    let before = |a: &Location, b: &Location| {
        !a.region.end_key().is_empty() && a.region.end_key() <= b.region.start_key()
    };
    !before(one, other) && !before(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, Remote};
    use crate::region::Region;
    use crate::wire::region::RegionInfo;

    fn location(start: &str, end: &str, port: u16) -> SharedLocation {
        let info = RegionInfo {
            start_key: Some(Bytes::copy_from_slice(start.as_bytes())),
            end_key: Some(Bytes::copy_from_slice(end.as_bytes())),
            ..RegionInfo::default()
        };
        let region = Region::new(info, Bytes::from(format!("t,{start},1.x.")));
        let server = ServerName::address(&format!("h:{port}")).unwrap();
        Arc::new(Location { region, server })
    }

    fn known() -> Regions {
        let regions = Regions::new("t".into());
        regions.insert(location("", "g", 1));
        regions.insert(location("g", "p", 2));
        regions.insert(location("p", "", 3));
        regions
    }

    fn port(regions: &Regions, seek: Seek<'_>) -> Option<u16> {
        regions.find(seek).map(|found| found.server.port)
    }

    #[test]
    fn a_row_is_in_the_region_that_begins_at_or_before_it() {
        let regions = known();
        let ports = [b"a", b"g", b"o", b"p"].map(|row| port(&regions, Seek::Containing(row)));
        assert_eq!(ports, [Some(1), Some(2), Some(2), Some(3)]);
        assert_eq!(port(&regions, Seek::Before(b"g")), Some(1));
        assert_eq!(port(&regions, Seek::Last), Some(3));
    }

    #[test]
    fn daughters_take_the_place_of_their_parent() {
        let regions = known();
        regions.insert(location("j", "p", 4));
        assert_eq!(port(&regions, Seek::Containing(b"h")), None);
        assert_eq!(port(&regions, Seek::Containing(b"k")), Some(4));
        assert_eq!(port(&regions, Seek::Containing(b"a")), Some(1));
    }

    #[test]
    fn doubt_forgets_or_follows() {
        let regions = known();
        let at = regions.find(Seek::Containing(b"h")).unwrap();
        let moved = Error::remote(Remote {
            class: "x.RegionMovedException".to_owned(),
            moved: Some(("h".to_owned(), 9)),
            ..Remote::default()
        });
        regions.doubt(&at, &moved);
        assert_eq!(port(&regions, Seek::Containing(b"h")), Some(9));
        // A call that still had the old location does not undo that.
        regions.doubt(&at, &Error::new(ErrorKind::RegionNotServing, "gone"));
        assert_eq!(port(&regions, Seek::Containing(b"h")), Some(9));
        let at = regions.find(Seek::Containing(b"h")).unwrap();
        regions.doubt(&at, &Error::new(ErrorKind::RegionNotServing, "gone"));
        assert_eq!(port(&regions, Seek::Containing(b"h")), None);
    }
}
