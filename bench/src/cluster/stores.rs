//! What the stores hold after a run, held against a computation of its own.

use std::collections::{BTreeMap, BTreeSet};

use redis::ConnectionLike;
use tachograph_hbase::{Client, Config, Filter, Scan};
use tachograph_testkit::smartcar;
use tachograph_time::DatePattern;

use super::job::TABLE;
use super::servers::Servers;

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

/// Fails where the table in HBase has not so many rows.
pub fn check_rows(servers: &Servers, wanted: u64) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let rows = runtime.map_err(|e| e.to_string())?.block_on(async {
        let client = Client::connect(Config::bootstrap(servers.hbase.clone())).await?;
        let table = client.table(TABLE);
        let mut scan = table.scan(Scan::new().filter(Filter::first_key_only()));
        let mut rows = 0;
        while scan.next().await?.is_some() {
            rows += 1;
        }
        Ok::<u64, tachograph_hbase::Error>(rows)
    });
    let rows = rows.map_err(|e| e.to_string())?;
    match rows == wanted {
        true => Ok(()),
        false => Err(format!("{rows} rows stand in HBase, {wanted} are wanted")),
    }
}
