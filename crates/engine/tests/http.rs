//! Records by HTTP: answered when durable, never lost, never twice, whatever stops the process.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use tachograph_engine::query::{TableQuery, answer};
use tachograph_engine::tables::View;
use tachograph_engine::{Config, System, SystemOptions};

const SCHEMA: &str = "create schema S(k string, at string, v int);";
const TOPOLOGY: &str = r#"
[topology]
name = "t"
schema = "schema.epl"
checkpoint = "20 msec"

[spouts.s]
kind = "http"
port = 0
path = "/records"
body = 10000
event_type = "S"
format = "json"
time = { field = "at", format = "yyyyMMddHHmmss", lateness = "1 min", idle = "20 msec" }

[bolts.rows]
kind = "archive"
table = "Rows"
key = "record_id()"
from = [{ source = "s" }]
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("schema.epl", SCHEMA).expect("written");
    write("topology.toml", TOPOLOGY).expect("written");
    folder
}

fn start(folder: &Path) -> System {
    let config = Config::read(folder).unwrap_or_else(|f| panic!("{}", f.render(false)));
    System::start(&config, &SystemOptions::new(&folder.join("data")))
        .unwrap_or_else(|f| panic!("{}", f.render(false)))
}

/// Sends a request; gives the status and the body.
fn send(to: SocketAddr, method: &str, path: &str, kind: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(to).expect("the spout listens");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok());
    let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
    (status.expect("a status"), body.trim().to_string())
}

fn post(system: &System, body: &str) -> (u16, String) {
    send(
        system.ports()["s"],
        "POST",
        "/records",
        "application/x-ndjson",
        body,
    )
}

fn rows(view: &View) -> Vec<i64> {
    let query = TableQuery {
        table: "Rows".into(),
        ..TableQuery::default()
    };
    let rows = answer(view, &query).expect("rows");
    let value = |row: Result<tachograph_engine::query::AnswerRow, String>| {
        row.expect("a row").columns["v"].as_i64().expect("a number")
    };
    rows.map(value).collect()
}

fn wait_for(system: &System, count: usize) -> Vec<i64> {
    loop {
        let rows = rows(&system.tables()["Rows"].view());
        if rows.len() >= count {
            return rows;
        }
        assert!(!system.is_finished(), "the topology has stopped");
        std::thread::yield_now();
    }
}

fn record(v: usize) -> String {
    format!("{{\"k\":\"a\",\"at\":\"20160101000000\",\"v\":{v}}}")
}

#[test]
fn what_is_answered_is_in_the_archive_once_however_often_the_process_dies() {
    let folder = folder();
    let mut sent = 0;
    for round in 0..6 {
        let system = start(folder.path());
        for _ in 0..20 {
            let body: Vec<String> = (sent..sent + 5).map(record).collect();
            assert_eq!(
                post(&system, &body.join("\n")),
                (200, "{\"accepted\":5}".into())
            );
            sent += 5;
        }
        match round % 2 {
            0 => system.kill(),
            _ => system.stop().expect("an orderly end"),
        }
    }
    let system = start(folder.path());
    let expected: Vec<i64> = (0..sent as i64).collect();
    assert_eq!(wait_for(&system, sent), expected);
    system.stop().expect("an orderly end");
}

#[test]
fn what_cannot_be_taken_is_refused_with_the_reason() {
    let folder = folder();
    let system = start(folder.path());
    let to = system.ports()["s"];
    let text = "application/x-ndjson";
    let cases = [
        (send(to, "POST", "/", text, "x"), 404, "/records"),
        (send(to, "GET", "/records", text, ""), 405, "POST"),
        (
            send(to, "POST", "/records", text, &"x".repeat(10_001)),
            413,
            "10000",
        ),
        (
            send(to, "POST", "/records", "application/json", "{\"a\":"),
            400,
            "not JSON",
        ),
    ];
    for ((status, body), expected, word) in cases {
        assert_eq!(status, expected, "{body}");
        assert!(body.contains(word), "{body}");
    }
    // A record that cannot be decoded is in the log all the same, and then in the dead letters.
    assert_eq!(post(&system, "rubbish").0, 200);
    assert_eq!(
        send(
            to,
            "POST",
            "/records",
            "application/json",
            &format!("[{}]", record(7))
        )
        .0,
        200
    );
    assert_eq!(wait_for(&system, 1), [7]);
    system.stop().expect("an orderly end");
    let dead = folder.path().join("data/ledgers/dead-letter-s-0.jsonl");
    let dead = std::fs::read_to_string(dead).expect("the dead letters");
    assert_eq!(dead.lines().count(), 1);
    assert!(dead.contains("rubbish"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let text = TOPOLOGY.replace("port = 0", &format!("port = {port}"));
    std::fs::write(folder.path().join("topology.toml"), text).expect("written");
    let config = Config::read(folder.path()).unwrap_or_else(|f| panic!("{}", f.render(false)));
    let options = SystemOptions::new(&folder.path().join("data"));
    let fault = System::start(&config, &options)
        .err()
        .expect("the port is taken");
    let text = fault.render(false);
    assert!(
        text.contains(&port.to_string()) && text.contains("another `port`"),
        "{text}"
    );
}
