//! How `hbase:meta` is read: the keys of its rows, and what a row says of a region. Pure.

use bytes::Bytes;

use super::{Region, Seek};
use crate::cell::Cell;
use crate::error::Result;
use crate::name::{ServerName, TableName};
use crate::registry::unmagic;
use crate::wire;

/// A row of `hbase:meta`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub region: Region,
    pub server: Option<ServerName>,
    state: Option<Bytes>,
}

impl Entry {
    /// Reads a row; none if it describes no region.
    pub fn read(cells: &[Cell]) -> Result<Option<Entry>> {
        let Some(info) = column(cells, b"regioninfo") else {
            return Ok(None);
        };
        let info: wire::region::RegionInfo = unmagic(info.value_bytes())?;
        Ok(Some(Entry {
            region: Region::new(info, cells[0].row_bytes()),
            server: server(cells)?,
            state: column(cells, b"state").map(Cell::value_bytes),
        }))
    }

    /// Whether the region was replaced by its daughters.
    pub fn is_split(&self) -> bool {
        self.region.info().split.unwrap_or(false)
    }

    /// The server that has the region open, as far as is known here.
    pub fn serving(&self) -> Option<&ServerName> {
        let closed = matches!(
            self.state.as_deref(),
            Some(b"CLOSED" | b"OFFLINE" | b"SPLIT" | b"MERGED")
        );
        let offline = closed || self.is_split() || self.region.info().offline.unwrap_or(false);
        self.server.as_ref().filter(|_| !offline)
    }
}

fn column<'a>(cells: &'a [Cell], qualifier: &[u8]) -> Option<&'a Cell> {
    let found = cells
        .iter()
        .find(|c| c.family() == b"info" && c.qualifier() == qualifier);
    found.filter(|cell| !cell.value().is_empty())
}

fn server(cells: &[Cell]) -> Result<Option<ServerName>> {
    let Some(address) = column(cells, b"server") else {
        return Ok(None);
    };
    let mut server = ServerName::address(&String::from_utf8_lossy(address.value()))?;
    let code = column(cells, b"serverstartcode").and_then(|cell| cell.value().try_into().ok());
    server.start_code = code.map_or(0, u64::from_be_bytes);
    Ok(Some(server))
}

/// The key from which `hbase:meta` is read backwards to find what is sought.
pub fn seek_key(table: &TableName, seek: Seek<'_>) -> Vec<u8> {
    match seek {
        // A region's instant of creation has fewer digits, so this key is behind all of the row's.
        Seek::Containing(row) => key(table, row, b"99999999999999"),
        Seek::Before(row) => key(table, row, b""),
        Seek::Last => last_key(table),
    }
}

/// The key before the first region of a table.
pub fn first_key(table: &TableName) -> Vec<u8> {
    key(table, b"", b"")
}

/// The key behind the last region of a table, and before that of the next table.
pub fn last_key(table: &TableName) -> Vec<u8> {
    format!("{table} ,,").into_bytes()
}

fn key(table: &TableName, row: &[u8], id: &[u8]) -> Vec<u8> {
    [table.to_string().as_bytes(), b",", row, b",", id].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_table_row_and_id() {
        let table = TableName::from("fleet:cars");
        let text = |seek| String::from_utf8(seek_key(&table, seek)).unwrap();
        assert_eq!(text(Seek::Containing(b"r")), "fleet:cars,r,99999999999999");
        assert_eq!(text(Seek::Before(b"r")), "fleet:cars,r,");
        assert_eq!(text(Seek::Last), "fleet:cars ,,");
    }
}
