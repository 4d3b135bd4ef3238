//! Regions: what a table is cut into, and which server has which.

mod cache;
mod list;
mod lookup;
mod meta;

pub(crate) use cache::Regions;
pub(crate) use list::entries;
pub(crate) use lookup::Seek;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::name::{ServerName, TableName};
use crate::wire;

/// A region: the rows of a table from one key to another.
#[derive(Clone, PartialEq)]
pub struct Region {
    info: wire::region::RegionInfo,
    name: Bytes,
}

impl Region {
    /// A region by its description and its full name.
    pub(crate) fn new(info: wire::region::RegionInfo, name: Bytes) -> Region {
        Region { info, name }
    }

    /// The region that tells where all others are.
    pub(crate) fn meta() -> Region {
        let info = wire::region::RegionInfo {
            region_id: 1,
            table_name: TableName::meta().wire(),
            ..wire::region::RegionInfo::default()
        };
        Region::new(info, Bytes::from_static(b"hbase:meta,,1"))
    }

    /// The table that it is a part of.
    pub fn table(&self) -> TableName {
        self.info.table_name.clone().into()
    }

    /// The first key that it may have; empty if it is the table's first region.
    pub fn start_key(&self) -> &[u8] {
        self.info.start_key.as_deref().unwrap_or_default()
    }

    /// The key before which it ends; empty if it is the table's last region.
    pub fn end_key(&self) -> &[u8] {
        self.info.end_key.as_deref().unwrap_or_default()
    }

    /// The full name: table, first key, instant of creation and hash.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The hash at the end of the name, by which shells and logs call it.
    pub fn encoded_name(&self) -> String {
        let name = String::from_utf8_lossy(&self.name);
        let parts = name.trim_end_matches('.').rsplit_once('.');
        parts.map_or("1588230740", |(_, hash)| hash).to_owned()
    }

    /// Whether it has this row.
    pub fn contains(&self, row: &[u8]) -> bool {
        self.start_key() <= row && (self.end_key().is_empty() || row < self.end_key())
    }

    pub(crate) fn start_bytes(&self) -> Bytes {
        self.info.start_key.clone().unwrap_or_default()
    }

    pub(crate) fn end_bytes(&self) -> Bytes {
        self.info.end_key.clone().unwrap_or_default()
    }

    /// Names it in a request.
    pub(crate) fn specifier(&self) -> wire::region::RegionSpecifier {
        wire::region::RegionSpecifier::named(self.name.clone())
    }

    pub(crate) fn info(&self) -> &wire::region::RegionInfo {
        &self.info
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name.escape_ascii())
    }
}

/// A region and the server that had it when it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionLocation {
    /// The region.
    pub region: Region,
    /// The server; none while the region is between two.
    pub server: Option<ServerName>,
}

/// Where to send what concerns a region.
#[derive(Debug)]
pub(crate) struct Location {
    pub region: Region,
    pub server: ServerName,
}

/// Locations are shared between the cache and the calls under way.
pub(crate) type SharedLocation = Arc<Location>;
