//! A topology that writes the same records into the archive and into a table of HBase.

use std::path::Path;

use serde_json::json;
use tachograph_engine::query::{AnswerRow, TableQuery, TableReader, answer};
use tachograph_engine::tables::{Table, open_read_only};
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_hbase::Client;
use tokio::runtime::Runtime;

use crate::harness::Skipped;
use crate::server;

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
    folder: tempfile::TempDir,
}

/// Writes the records of four cars into both tables, if there is an HBase.
pub fn written(test: &str) -> Result<Written, Skipped> {
    write(test, &[records()], "car || '-' || at", 1)
}

/// Writes the records of some logs into both tables, with a key and so many tasks for HBase's.
pub fn write(test: &str, logs: &[String], key: &str, tasks: usize) -> Result<Written, Skipped> {
    let servers = server::servers()?;
    let name = format!("tacho_read_{test}_{}", std::process::id());
    let folder = tempfile::tempdir().expect("a folder");
    let text = topology(&name, &servers, key, logs.len(), tasks);
    let config = configuration(folder.path(), logs, &text);
    let data = folder.path().join("data");
    run(&config, &data);
    let runtime = Runtime::new().expect("a runtime");
    let place = tachograph_hbase::Config::bootstrap(servers.clone());
    Ok(Written {
        archive: open_read_only(&data.join("tables").join(&name)).expect("a table"),
        client: runtime.block_on(Client::connect(place)).expect("a cluster"),
        runtime,
        servers,
        name,
        config,
        folder,
    })
}

/// The files of a topology, read.
pub fn configuration(folder: &Path, logs: &[String], topology: &str) -> Config {
    let write = |file: &str, text: &str| {
        std::fs::write(folder.join(file), text).expect("written");
    };
    write("schema.epl", SCHEMA);
    for (number, log) in logs.iter().enumerate() {
        write(&format!("{number}.jsonl"), log);
    }
    write("topology.toml", topology);
    Config::read(folder).unwrap_or_else(|f| panic!("{f}"))
}

fn run(config: &Config, data: &Path) {
    let system = System::start(config, &SystemOptions::new(data));
    let system = system.unwrap_or_else(|f| panic!("{f}"));
    system.wait().expect("all is written");
}

impl Written {
    /// Writes the table of HBase a second time, as a replay from the beginning would.
    pub fn again(&self) {
        run(&self.config, &self.folder.path().join("again"));
    }

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

/// The topology file.
pub fn topology(table: &str, servers: &[String], key: &str, logs: usize, tasks: usize) -> String {
    let bolt = |kind: &str, more: &str| {
        format!(
            r#"
[bolts.{kind}]
kind = "{kind}"
table = "{table}"
key = "{key}"
family = "f"
columns = {{ v = "speed", ratio = "ratio", area = "area", note = "note", ok = "ok" }}
from = [{{ source = "cars", grouping = "fields", fields = ["car"] }}]
{more}
"#
        )
    };
    let hbase = format!("servers = {servers:?}\nsplits = [\"A2\"]\ntasks = {tasks}");
    let paths: Vec<String> = (0..logs).map(|number| format!("{number}.jsonl")).collect();
    format!(
        r#"
[topology]
name = "t"
schema = "schema.epl"

[spouts.cars]
kind = "file"
paths = {paths:?}
event_type = "Reading"
format = "json"
time = {{ field = "at", format = "yyyyMMddHHmmss" }}
{}{}"#,
        bolt("archive", ""),
        bolt("hbase", &hbase)
    )
}
