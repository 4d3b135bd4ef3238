//! Tables are read alike from a running process and from the folder that it leaves.

use std::path::Path;

use tachograph_engine::query::{AnswerRow, TableQuery, answer, locate};
use tachograph_engine::tables::open_read_only;
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_serve::query::{QueryServer, ask, connect};

const SCHEMA: &str = "create schema S(k string, at string, v int);";
const TOPOLOGY: &str = r#"
[topology]
name = "t"
schema = "schema.epl"
checkpoint = "1 day"

[spouts.s]
kind = "file"
paths = ["in.csv"]
event_type = "S"
format = "delimited"
time = { field = "at", format = "yyyyMMddHHmmss" }

[bolts.rows]
kind = "archive"
table = "Rows"
key = "case when k <> '' then k || '-' || record_id() end"
from = [{ source = "s" }]
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("schema.epl", SCHEMA).expect("written");
    write("topology.toml", TOPOLOGY).expect("written");
    let lines = [
        "a,20160101000000,1",
        "a,20160101000000,1",
        "b,20160101000001,200",
        ",20160101000002,3",
    ];
    write("in.csv", &(lines.join("\n") + "\n")).expect("written");
    folder
}

fn start(folder: &Path, data: &Path) -> System {
    let config = Config::read(folder).unwrap_or_else(|f| panic!("{}", f.render(false)));
    System::start(&config, &SystemOptions::new(data))
        .unwrap_or_else(|f| panic!("{}", f.render(false)))
}

fn from_process(data: &Path, query: &TableQuery) -> Result<Vec<AnswerRow>, String> {
    let mut rows = Vec::new();
    let stream = connect(data).expect("the process listens");
    ask(stream, query, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

fn from_folder(data: &Path, query: &TableQuery) -> Result<Vec<AnswerRow>, String> {
    let place = locate(Some(data), &query.table)?;
    let table = open_read_only(&place.folder)?;
    answer(&table.view(), query)?.collect()
}

fn queries() -> Vec<TableQuery> {
    let base = || TableQuery {
        table: "Rows".into(),
        ..TableQuery::default()
    };
    let with = |change: fn(&mut TableQuery)| {
        let mut query = base();
        change(&mut query);
        query
    };
    vec![
        base(),
        with(|q| q.prefix = Some("a-".into())),
        with(|q| q.condition = Some("v > 2 and k is not null".into())),
        with(|q| q.since = Some(1_451_606_401_000)),
        with(|q| (q.limit, q.columns) = (Some(1), Some(vec!["v".into()]))),
        with(|q| q.columns = Some(vec!["w".into()])),
        with(|q| q.condition = Some("w > 2".into())),
    ]
}

#[test]
fn a_running_process_and_its_folder_answer_alike() {
    let folder = folder();
    let data = folder.path().join("data");
    let system = start(folder.path(), &data);
    // Nothing more comes: every row is in the memtable, none in a file.
    while !system.is_finished() {
        std::thread::yield_now();
    }
    let server = QueryServer::bind(system.observer()).expect("the folder is free");
    assert!(QueryServer::bind(system.observer()).is_err());
    let live: Vec<_> = queries().iter().map(|q| from_process(&data, q)).collect();
    drop(server);
    system.stop().expect("an orderly end");
    assert!(connect(&data).is_none());
    let cold: Vec<_> = queries().iter().map(|q| from_folder(&data, q)).collect();
    assert_eq!(live, cold);

    let counts: Vec<Option<usize>> = cold.iter().map(|r| r.as_ref().ok().map(Vec::len)).collect();
    assert_eq!(
        counts,
        [Some(4), Some(2), Some(2), Some(2), Some(1), None, None]
    );
    let all = cold[0].as_ref().expect("rows");
    let keys: Vec<&str> = all.iter().map(|row| row.key.as_str()).collect();
    let id = |position| format!("0000-{position:016x}");
    let expected = [
        format!("a-{}", id(0)),
        format!("a-{}", id(19)),
        format!("b-{}", id(38)),
        // A record without a key is neither lost nor replaced.
        format!("null-{}", id(59)),
    ];
    for key in &expected {
        assert!(keys.contains(&key.as_str()), "{key} in {keys:?}");
    }
}

#[test]
fn a_long_path_to_the_folder_is_no_obstacle() {
    let folder = folder();
    let data = folder.path().join("d".repeat(150));
    let system = start(folder.path(), &data);
    let server = QueryServer::bind(system.observer()).expect("the folder is free");
    let wrong = TableQuery {
        table: "Row".into(),
        ..TableQuery::default()
    };
    let fault = from_process(&data, &wrong).expect_err("no such table");
    assert!(fault.contains("no table Row"), "{fault}");
    drop(server);
    system.stop().expect("an orderly end");
    let fault = locate(Some(&data), "Row").expect_err("no such table");
    assert!(fault.contains("did you mean `Rows`"), "{fault}");
}
