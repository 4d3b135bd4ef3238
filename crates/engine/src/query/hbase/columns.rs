//! The columns of a table that no topology names: those that its rows have.

use std::collections::BTreeSet;

use tachograph_archive::ColumnConfig;
use tachograph_connect::hbase::{HBaseColumn, HBaseReader, HBaseScan};
use tachograph_event::Type;

use super::super::{Shape, TableQuery};
use super::HBaseTableReader;

/// Rows in which columns are looked for.
const LOOKED_AT: u64 = 1_000;

/// Where a cluster is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HBasePlace {
    /// Servers of the cluster, each `host:port`.
    pub servers: Vec<String>,
    /// Servers of its ZooKeeper, each `host:port`; used where `servers` is empty.
    pub zookeeper: Vec<String>,
}

impl HBaseTableReader {
    /// A table of which nothing is known: its columns are those of the first rows that the query
    /// asks for, and those that it names; all are strings.
    ///
    /// # Errors
    /// A text for people, where the cluster does not answer or lacks the table, or a column is
    /// named without its family and several could be meant.
    pub fn found(place: &HBasePlace, query: &TableQuery) -> Result<HBaseTableReader, String> {
        let reader = HBaseReader::open(&place.servers, &place.zookeeper, &query.table)
            .map_err(|e| e.to_string())?;
        let mut columns = looked_for(&reader, query)?;
        for name in query.columns.iter().flatten() {
            add(&mut columns, &reader, name)?;
        }
        let column = |c: HBaseColumn| ColumnConfig {
            family: c.family,
            qualifier: c.qualifier,
            ty: Type::Str,
        };
        let shape = Shape {
            table: query.table.clone(),
            columns: columns.into_iter().map(column).collect(),
        };
        Ok(HBaseTableReader::new(reader, shape, Vec::new()))
    }
}

/// The columns of the first rows of the range, or of the table where nothing is within.
fn looked_for(reader: &HBaseReader, query: &TableQuery) -> Result<BTreeSet<HBaseColumn>, String> {
    if let Some(key) = &query.key {
        let row = reader.get(key, &[]).map_err(|e| e.to_string())?;
        return Ok(row.iter().flat_map(|row| row.columns()).collect());
    }
    let whole = HBaseScan {
        limit: Some(LOOKED_AT),
        ..HBaseScan::default()
    };
    let range = HBaseScan {
        prefix: query.prefix.clone(),
        from: query.from.clone(),
        to: query.to.clone(),
        since: query.since,
        until: query.until,
        ..whole.clone()
    };
    let found = columns_of(reader, &range)?;
    match found.is_empty() {
        true => columns_of(reader, &whole),
        false => Ok(found),
    }
}

fn columns_of(reader: &HBaseReader, scan: &HBaseScan) -> Result<BTreeSet<HBaseColumn>, String> {
    let mut columns = BTreeSet::new();
    for row in reader.scan(scan) {
        columns.extend(row.map_err(|e| e.to_string())?.columns());
    }
    Ok(columns)
}

/// Adds a column that the query names, unless it was found.
fn add(
    columns: &mut BTreeSet<HBaseColumn>,
    reader: &HBaseReader,
    name: &str,
) -> Result<(), String> {
    let is_it =
        |c: &HBaseColumn| c.qualifier == name || format!("{}:{}", c.family, c.qualifier) == name;
    if columns.iter().any(is_it) {
        return Ok(());
    }
    let families = reader.families();
    let split = name
        .split_once(':')
        .filter(|(f, _)| families.iter().any(|known| known == f));
    let (family, qualifier) = match (split, families) {
        (Some((family, qualifier)), _) => (family, qualifier),
        (None, [only]) => (only.as_str(), name),
        _ => {
            return Err(format!(
                "no row that was looked at has a column `{name}`\n  \
                 = help: name its family too, family:{name}; families: {}",
                families.join(", ")
            ));
        }
    };
    columns.insert(HBaseColumn {
        family: family.into(),
        qualifier: qualifier.into(),
    });
    Ok(())
}
