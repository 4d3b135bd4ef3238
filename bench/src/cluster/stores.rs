//! The stores of a run: the table before it, and what both hold after it, held against a computation of its own.

use std::collections::{BTreeMap, BTreeSet};

use redis::ConnectionLike;
use tachograph_hbase::{Family, Filter, Scan, TableDescriptor};
use tachograph_testkit::smartcar;
use tachograph_time::DatePattern;

use super::job::{FAMILY, TABLE, splits};
use super::servers::Servers;
use crate::testbed::on_hbase;

/// Fails where the sets of days in Redis are not those of the lines.
pub fn check_detections(servers: &Servers, text: &str) -> Result<(), String> {
    let pattern = |p| DatePattern::parse_pattern(p).map_err(|e| format!("{e:?}"));
    let (day, second) = (pattern("yyyyMMdd")?, pattern("yyyyMMddHHmmss")?);
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (end, car, ..) in smartcar::detections(text) {
        let member = format!("{car}-{}", second.format(end));
        wanted.entry(day.format(end)).or_default().insert(member);
    }
    let client = redis::Client::open(format!("redis://{}/", servers.redis));
    let mut connection = client
        .and_then(|c| c.get_connection())
        .map_err(|e| e.to_string())?;
    let mut found = 0;
    for (day, members) in &wanted {
        let answer = connection.req_command(redis::cmd("SMEMBERS").arg(day));
        let set: BTreeSet<String> = answer
            .and_then(|v| Ok(redis::from_redis_value(v)?))
            .map_err(|e| e.to_string())?;
        if set != *members {
            return Err(format!(
                "{day}: {} detections of {}",
                set.len(),
                members.len()
            ));
        }
        found += members.len();
    }
    match found {
        0 => Err("the records have no speeding car".into()),
        _ => Ok(()),
    }
}

/// Makes the table with HBase's own settings, before the clock starts.
pub fn make_table(servers: &Servers, regions: u32) -> Result<(), String> {
    on_hbase(&servers.hbase, async |client| {
        let table = TableDescriptor::new(TABLE).family(Family::new(FAMILY));
        client.admin().create_table(&table, &splits(regions)).await
    })
}

/// Fails where the table in HBase has not so many rows.
pub fn check_rows(servers: &Servers, wanted: u64) -> Result<(), String> {
    let rows = on_hbase(&servers.hbase, async |client| {
        let table = client.table(TABLE);
        let mut scan = table.scan(Scan::new().filter(Filter::first_key_only()));
        let mut rows = 0;
        while scan.next().await?.is_some() {
            rows += 1;
        }
        Ok(rows)
    })?;
    match rows == wanted {
        true => Ok(()),
        false => Err(format!("{rows} rows stand in HBase, {wanted} are wanted")),
    }
}
