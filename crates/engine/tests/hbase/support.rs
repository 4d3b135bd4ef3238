//! A topology that writes the same records into the archive and into a table of HBase.

use std::io::Write;

use serde_json::json;
use tachograph_engine::query::{AnswerRow, TableQuery, TableReader, answer};
use tachograph_engine::tables::{Table, open_read_only};
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_hbase::Client;
use tokio::runtime::Runtime;

const SCHEMA: &str = "create schema Reading(car string, at string, speed int, ratio double, \
                      area string, note string, ok boolean);";

/// What the tests begin with.
pub struct Written {
    pub servers: Vec<String>,
    /// Name of the table of HBase; that of the archive is the same.
    pub name: String,
    pub config: Config,
    pub archive: Table,
    pub runtime: Runtime,
    pub client: Client,
    _folder: tempfile::TempDir,
}

/// Writes both tables. None where no servers are named, after a line that says so.
pub fn written(test: &str) -> Option<Written> {
    let Ok(servers) = std::env::var("TACHO_HBASE") else {
        // Not by `eprintln!`, which a passing test does not show.
        let _ = writeln!(std::io::stderr(), "{test}: skipped, TACHO_HBASE is not set");
        return None;
    };
    let servers: Vec<String> = servers.split(',').map(|s| s.trim().to_string()).collect();
    let name = format!("tacho_read_{test}_{}", std::process::id());
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &str| {
        std::fs::write(folder.path().join(file), text).expect("written");
    };
    write("schema.epl", SCHEMA);
    write("in.jsonl", &records());
    write("topology.toml", &topology(&name, &servers));
    let config = Config::read(folder.path()).unwrap_or_else(|f| panic!("{f}"));
    let data = folder.path().join("data");
    let system = System::start(&config, &SystemOptions::new(&data));
    let system = system.unwrap_or_else(|f| panic!("{f}"));
    system.wait().expect("all is written");
    let runtime = Runtime::new().expect("a runtime");
    let place = tachograph_hbase::Config::bootstrap(servers.clone());
    Some(Written {
        archive: open_read_only(&data.join("tables").join(&name)).expect("a table"),
        client: runtime.block_on(Client::connect(place)).expect("a cluster"),
        runtime,
        servers,
        name,
        config,
        _folder: folder,
    })
}

impl Written {
    /// A query of the table.
    pub fn query(&self) -> TableQuery {
        TableQuery {
            table: self.name.clone(),
            ..TableQuery::default()
        }
    }

    /// Drops the table.
    pub fn drop(self) {
        let admin = self.client.admin();
        self.runtime.block_on(async {
            admin.disable_table(self.name.as_str()).await.unwrap();
            admin.delete_table(self.name.as_str()).await.unwrap();
        });
    }
}

/// The answer, whole.
pub fn rows(table: &dyn TableReader, query: &TableQuery) -> Vec<AnswerRow> {
    let rows = answer(table, query).unwrap_or_else(|fault| panic!("{query:?}: {fault}"));
    rows.collect::<Result<_, _>>().expect("rows")
}

/// The keys of an answer.
pub fn keys(table: &dyn TableReader, query: &TableQuery) -> String {
    let keys = rows(table, query).into_iter().map(|row| row.key);
    keys.collect::<Vec<_>>().join(" ")
}

/// Records of four cars, a second apart: columns that are missing in some, empty in others, texts
/// that a pattern or a server could misread, and a record without any column.
fn records() -> String {
    let notes = ["", "100% slow", "Zürich", "a_b", "two\nlines", "A%", "zu"];
    let mut lines = String::new();
    for i in 0..84_usize {
        let mut record = json!({
            "car": format!("A{}", i % 4),
            "at": format!("201601010000{:02}", i / 4),
        });
        if i != 17 {
            let fields = [
                (1, "speed", json!(i as i64 * 3 - 20)),
                (3, "ratio", json!(i as f64 / 8.0)),
                (4, "area", json!(format!("{}", i % 5))),
                (5, "note", json!(notes[i % notes.len()])),
                (6, "ok", json!(i % 2 == 0)),
            ];
            for (every, name, value) in fields {
                if every == 1 || i % every != 0 {
                    record[name] = value;
                }
            }
        }
        lines.push_str(&format!("{record}\n"));
    }
    lines
}

fn topology(table: &str, servers: &[String]) -> String {
    let bolt = |kind: &str, more: &str| {
        format!(
            r#"
[bolts.{kind}]
kind = "{kind}"
table = "{table}"
key = "car || '-' || at"
family = "f"
columns = {{ v = "speed", ratio = "ratio", area = "area", note = "note", ok = "ok" }}
from = [{{ source = "cars" }}]
{more}
"#
        )
    };
    let hbase = format!("servers = {servers:?}\nsplits = [\"A2\"]");
    format!(
        r#"
[topology]
name = "t"
schema = "schema.epl"

[spouts.cars]
kind = "file"
paths = ["in.jsonl"]
event_type = "Reading"
format = "json"
time = {{ field = "at", format = "yyyyMMddHHmmss" }}
{}{}"#,
        bolt("archive", ""),
        bolt("hbase", &hbase)
    )
}
