//! The table of a topology's `hbase` bolts.

use std::sync::Arc;

use tachograph_connect::hbase::HBaseReader;
use tachograph_time::SystemClock;

use super::super::Shape;
use super::HBaseTableReader;
use crate::assemble::{WrittenTable, check};
use crate::config::Config;

impl HBaseTableReader {
    /// The table as the `hbase` bolts of a topology write it: their columns, with the types of the
    /// properties that they take. None where no such bolt writes a table of this name.
    ///
    /// # Errors
    /// A text for people: the topology has faults, the cluster does not answer, or it lacks the
    /// table.
    pub fn of_topology(config: &Config, table: &str) -> Result<Option<HBaseTableReader>, String> {
        let assembly = check(config, Arc::new(SystemClock)).map_err(|f| f.render(false))?;
        let mut written = assembly.written;
        written.retain(|written| written.place.table == table);
        match joined(written, table)? {
            Some(written) => Ok(Some(open(&written)?)),
            None => Ok(None),
        }
    }
}

/// One table of what several bolts write into it.
fn joined(written: Vec<WrittenTable>, table: &str) -> Result<Option<WrittenTable>, String> {
    let mut written = written.into_iter();
    let Some(mut whole) = written.next() else {
        return Ok(None);
    };
    for other in written {
        if !whole.is_same_place(&other) {
            return Err(format!(
                "bolts write tables {table} of several clusters\n  \
                 = help: choose one with --servers or --zookeeper"
            ));
        }
        whole.join(&other);
    }
    Ok(Some(whole))
}

fn open(written: &WrittenTable) -> Result<HBaseTableReader, String> {
    let place = &written.place;
    let reader = HBaseReader::open(&place.servers, &place.zookeeper, &place.table);
    let shape = Shape {
        table: place.table.clone(),
        columns: written.columns.clone(),
    };
    let mut families: Vec<String> = shape.columns.iter().map(|c| c.family.clone()).collect();
    families.sort();
    families.dedup();
    let reader = reader.map_err(|e| e.to_string())?;
    Ok(HBaseTableReader::new(reader, shape, families))
}
