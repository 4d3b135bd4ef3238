//! A followed log that is rotated: every record is read once, across renamings, across a restart,
//! and where the file is cut to nothing.

use std::fs;
use std::path::Path;

use tachograph_engine::query::{TableQuery, answer};
use tachograph_engine::{Config, System, SystemOptions};

const TOPOLOGY: &str = r#"
[topology]
name = "t"
schema = "schema.epl"
checkpoint = "20 msec"

[spouts.s]
kind = "file"
paths = ["in.log"]
follow = true
event_type = "S"
time = { field = "at", format = "yyyyMMddHHmmss", idle = "50 msec" }

[bolts.rows]
kind = "archive"
table = "Rows"
key = "record_id()"
from = [{ source = "s" }]
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("schema.epl", "create schema S(n int, at string);").expect("written");
    write("topology.toml", TOPOLOGY).expect("written");
    write("in.log", "").expect("written");
    folder
}

fn start(folder: &Path) -> System {
    let config = Config::read(folder).unwrap_or_else(|f| panic!("{f}"));
    let options = SystemOptions::new(&folder.join("data"));
    System::start(&config, &options).unwrap_or_else(|f| panic!("{f}"))
}

/// Appends records to the log, as a program that writes it does.
fn append(folder: &Path, numbers: std::ops::Range<u32>) {
    let log = folder.join("in.log");
    let before = fs::read_to_string(&log).unwrap_or_default();
    let line = |n: u32| format!("{n},201601010000{:02}\n", n % 60);
    let lines: String = numbers.map(line).collect();
    let mut file = fs::OpenOptions::new();
    let file = file.create(true).append(true).open(&log);
    std::io::Write::write_all(&mut file.expect("the log"), lines.as_bytes()).expect("written");
    assert!(fs::read_to_string(&log).expect("the log").len() > before.len());
}

/// As `logrotate` does: the log is renamed, and a new one begun.
fn rotate(folder: &Path) {
    let (log, first, second) = ("in.log", "in.log.1", "in.log.2");
    if folder.join(first).exists() {
        fs::rename(folder.join(first), folder.join(second)).expect("renamed");
    }
    fs::rename(folder.join(log), folder.join(first)).expect("renamed");
    fs::write(folder.join(log), "").expect("written");
}

fn wait_for(system: &System, count: u64) {
    while system.metrics().records() < count {
        assert!(!system.is_finished(), "the topology has stopped");
        std::thread::yield_now();
    }
}

/// Numbers of the records that the archive has, in the order of their positions.
fn archived(system: &System) -> Vec<i64> {
    let query = TableQuery {
        table: "Rows".into(),
        ..TableQuery::default()
    };
    let rows = answer(&system.tables()["Rows"].view(), &query).expect("rows");
    let number = |row: Result<tachograph_engine::query::AnswerRow, String>| {
        row.expect("a row").columns["n"].as_i64().expect("a number")
    };
    rows.map(number).collect()
}

fn finish(system: System, folder: &Path, count: i64) {
    system.stop().expect("an orderly end");
    let system = start(folder);
    let expected: Vec<i64> = (0..count).collect();
    while archived(&system).len() < expected.len() {
        assert!(!system.is_finished(), "the topology has stopped");
        std::thread::yield_now();
    }
    assert_eq!(archived(&system), expected);
    system.stop().expect("an orderly end");
}

#[test]
fn a_log_that_is_renamed_is_read_to_its_end_and_then_the_new_one() {
    let folder = folder();
    append(folder.path(), 0..10);
    let system = start(folder.path());
    wait_for(&system, 10);
    append(folder.path(), 10..20);
    rotate(folder.path());
    append(folder.path(), 20..30);
    wait_for(&system, 30);
    rotate(folder.path());
    append(folder.path(), 30..40);
    wait_for(&system, 40);
    finish(system, folder.path(), 40);
}

#[test]
fn rotations_while_the_process_is_away_lose_nothing() {
    let folder = folder();
    append(folder.path(), 0..10);
    let system = start(folder.path());
    wait_for(&system, 10);
    system.kill();
    append(folder.path(), 10..20);
    rotate(folder.path());
    append(folder.path(), 20..30);
    rotate(folder.path());
    append(folder.path(), 30..40);
    let system = start(folder.path());
    while archived(&system).len() < 40 {
        assert!(!system.is_finished(), "the topology has stopped");
        std::thread::yield_now();
    }
    finish(system, folder.path(), 40);
}

#[test]
fn a_log_that_is_cut_to_nothing_goes_on_from_its_beginning() {
    let folder = folder();
    append(folder.path(), 0..10);
    let system = start(folder.path());
    wait_for(&system, 10);
    fs::File::options()
        .write(true)
        .truncate(true)
        .open(folder.path().join("in.log"))
        .expect("cut");
    append(folder.path(), 10..15);
    wait_for(&system, 15);
    finish(system, folder.path(), 15);
}

#[test]
fn a_file_that_is_gone_is_told_with_the_position() {
    let folder = folder();
    append(folder.path(), 0..10);
    let system = start(folder.path());
    wait_for(&system, 10);
    system.stop().expect("an orderly end");
    rotate(folder.path());
    fs::remove_file(folder.path().join("in.log.1")).expect("removed");
    append(folder.path(), 10..12);
    let fault = start(folder.path()).wait().expect_err("records are gone");
    assert!(
        fault.contains("in.log") && fault.contains("position 170"),
        "{fault}"
    );
}

/// Two logs, and a rule over both.
const TWO: &str = r#"
[topology]
name = "t"
schema = "schema.epl"
checkpoint = "20 msec"

[spouts.s]
kind = "file"
paths = ["in.log", "other.log"]
follow = true
event_type = "S"
time = { field = "at", format = "yyyyMMddHHmmss", idle = "50 msec" }

[bolts.rules]
kind = "epl"
module = "rules.epl"
from = [{ source = "s", grouping = "global" }]

[bolts.out]
kind = "file"
path = "out.jsonl"
from = [{ source = "rules.Out", grouping = "global" }]
"#;

#[test]
fn a_log_that_is_rotated_in_its_silence_is_seen_live_as_in_a_replay() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| {
        let file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path(name));
        std::io::Write::write_all(&mut file.expect("a file"), text.as_bytes()).expect("written");
    };
    let lines = |data: &str| {
        let text = fs::read_to_string(path(data).join("out.jsonl")).unwrap_or_default();
        text.lines().map(String::from).collect::<Vec<_>>()
    };
    let wait = |system: &System, holds: &dyn Fn() -> bool| {
        while !holds() {
            assert!(!system.is_finished(), "the topology has stopped");
            std::thread::yield_now();
        }
    };
    write("rules.epl", "@name('Out') select n from S;");
    fs::write(path("topology.toml"), TWO).expect("written");
    write("in.log", "0,20160101000000\n");
    write("other.log", "1,20160101000000\n");
    let system = start(folder.path());
    wait(&system, &|| lines("data").len() == 2);
    write("other.log", "2,20160101001000\n");
    wait(&system, &|| lines("data").len() == 3);
    rotate(folder.path());
    // Behind the other log, and ahead of it.
    write("in.log", "3,20160101000500\n4,20160101001500\n");
    wait(&system, &|| lines("data").len() == 4);
    system.stop().expect("an orderly end");
    let seen = lines("data");
    fs::rename(path("data"), path("first")).expect("renamed");
    fs::create_dir(path("data")).expect("a folder");
    fs::rename(path("first/decisions"), path("data/decisions")).expect("renamed");
    let system = start(folder.path());
    wait(&system, &|| lines("data").len() == 4);
    system.stop().expect("an orderly end");
    assert_eq!(lines("data"), seen);
    let late = fs::read_to_string(path("data/ledgers/late-s-0.jsonl")).expect("a ledger");
    assert_eq!(late.lines().count(), 1, "{late}");
    assert!(late.contains("20160101000500"), "{late}");
}
