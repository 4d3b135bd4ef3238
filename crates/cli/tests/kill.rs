//! The real program is killed at random moments, while it reads a file and takes records by HTTP.
//! Afterwards the archive holds every record once, and what the rules detected is what a
//! computation of its own over those records gives.
//!
//! `TACHO_KILLS` says how often (12 by default; `TACHO_KILLS=200` is the long form).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tachograph_engine::query::{AnswerRow, TableQuery, answer};
use tachograph_engine::tables::open_read_only;
use tachograph_serve::query::{ask, connect};

const SCHEMA: &str = "create schema S(id long, k string, at string);";
const RULES: &str = "@name('Sums') select k, count(*) as n, sum(id) as total,
    current_timestamp as ends from S#time_batch(10 sec, 0L) group by k having count(*) > 0;";
/// Records of the file, and how many more a kill: kills shall meet a file that is being read.
const RECORDS: (u64, u64) = (60_000, 5_000);
/// 2016-01-01T00:00:00Z
const START: i64 = 1_451_606_400_000;

fn topology(port: u16) -> String {
    let spout = |name: &str, kind: &str| {
        format!(
            "[spouts.{name}]\n{kind}\nevent_type = \"S\"\nformat = \"delimited\"\n\
             time = {{ field = \"at\", format = \"yyyyMMddHHmmss\", idle = \"1 hour\" }}\n"
        )
    };
    let bolts = |spout: &str| {
        format!(
            "[bolts.rows-{spout}]\nkind = \"archive\"\ntable = \"{spout}\"\nkey = \"record_id()\"\n\
             from = [{{ source = \"{spout}\" }}]\n\
             [bolts.rules-{spout}]\nkind = \"epl\"\nmodule = \"rules.epl\"\ntasks = 2\n\
             from = [{{ source = \"{spout}\", grouping = \"fields\", fields = [\"k\"] }}]\n\
             [bolts.out-{spout}]\nkind = \"file\"\npath = \"{spout}.jsonl\"\n\
             from = [{{ source = \"rules-{spout}.Sums\", grouping = \"global\" }}]\n"
        )
    };
    let head = "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"15 msec\"\n";
    let spouts = [
        spout("read", "kind = \"file\"\npaths = [\"in.csv\"]"),
        spout("sent", &format!("kind = \"http\"\nport = {port}")),
    ];
    head.to_string() + &spouts.concat() + &bolts("read") + &bolts("sent")
}

fn line(id: u64) -> String {
    let pattern = tachograph_time::DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
    let at = pattern.format(START + (id / 50) as i64 * 1_000);
    format!("{id},k{},{at}\n", id % 7)
}

fn start(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tacho"))
        .arg("run")
        .arg(folder)
        .args(["--data".as_ref(), folder.join("data").as_os_str()])
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Sends records by HTTP, each with a number of its own, until it is told to stop. Gives the
/// numbers that were sent, and those of them that were answered.
struct Client {
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<BTreeSet<u64>>>,
    thread: std::thread::JoinHandle<u64>,
}

impl Client {
    fn start(port: u16) -> Client {
        let stop = Arc::new(AtomicBool::new(false));
        let answered: Arc<Mutex<BTreeSet<u64>>> = Arc::default();
        let (stopped, taken) = (Arc::clone(&stop), Arc::clone(&answered));
        let thread = std::thread::spawn(move || {
            let mut next = 0;
            while !stopped.load(Ordering::SeqCst) {
                let numbers: Vec<u64> = (next..next + 1 + next % 5).collect();
                let body: String = numbers.iter().map(|n| line(*n)).collect();
                match send(port, &body) {
                    Some(()) => taken.lock().expect("no panic").extend(&numbers),
                    None => std::thread::sleep(Duration::from_millis(2)),
                }
                // What was not answered is perhaps there, perhaps not: it is not sent again.
                next += numbers.len() as u64;
            }
            next
        });
        Client {
            stop,
            answered,
            thread,
        }
    }

    fn finish(self) -> (u64, BTreeSet<u64>) {
        self.stop.store(true, Ordering::SeqCst);
        let sent = self.thread.join().expect("the client does not panic");
        let answered = self.answered.lock().expect("no panic").clone();
        (sent, answered)
    }
}

fn send(port: u16, body: &str) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.starts_with("HTTP/1.1 200").then_some(())
}

fn query(table: &str) -> TableQuery {
    TableQuery {
        table: table.into(),
        ..TableQuery::default()
    }
}

/// How many rows a running process has.
fn count(data: &Path, table: &str) -> usize {
    let mut rows = 0;
    let mut take = |_| {
        rows += 1;
        Ok(())
    };
    match connect(data).map(|stream| ask(stream, &query(table), &mut take)) {
        Some(Ok(_)) => rows,
        _ => 0,
    }
}

fn rows(data: &Path, table: &str) -> Vec<(u64, String, i64)> {
    let table_folder = data.join("tables").join(table);
    let table_open = open_read_only(&table_folder).expect("a table");
    let all = answer(&table_open.view(), &query(table)).expect("rows");
    all.map(|row| values(&row.expect("a row"))).collect()
}

fn values(row: &AnswerRow) -> (u64, String, i64) {
    let id = row.columns["id"].as_u64().expect("a number");
    let key = row.columns["k"].as_str().expect("a text").to_string();
    (id, key, START + (id / 50) as i64 * 1_000)
}

/// Number and sum by (end of window, key), of the windows that ended before the newest record.
fn brute_force(rows: &[(u64, String, i64)], all: bool) -> Vec<String> {
    let newest = rows.iter().map(|(.., time)| *time).max().unwrap_or(0);
    let mut sums: BTreeMap<(i64, &str), (u64, u64)> = BTreeMap::new();
    for (id, key, time) in rows {
        let ends = time.div_euclid(10_000) * 10_000 + 10_000;
        let sum = sums.entry((ends, key)).or_default();
        *sum = (sum.0 + 1, sum.1 + id);
    }
    let closed = sums.iter().filter(|((ends, _), _)| all || *ends <= newest);
    let line = |((ends, key), (n, total)): (&(i64, &str), &(u64, u64))| {
        format!("{{\"k\":\"{key}\",\"n\":{n},\"total\":{total},\"ends\":{ends}}}")
    };
    let mut lines: Vec<String> = closed.map(line).collect();
    lines.sort();
    lines
}

fn detections(data: &Path, name: &str, until: i64) -> Vec<String> {
    let text = std::fs::read_to_string(data.join(name)).expect("the detections");
    let ends = |line: &&str| {
        let (_, rest) = line.rsplit_once(':').expect("the last column");
        rest.trim_end_matches('}').parse::<i64>().expect("a number") <= until
    };
    let mut lines: Vec<String> = text.lines().filter(ends).map(String::from).collect();
    lines.sort();
    lines
}

fn folder(records: u64) -> (tempfile::TempDir, PathBuf, u16) {
    let folder = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("schema.epl", SCHEMA).expect("written");
    write("rules.epl", RULES).expect("written");
    write("topology.toml", &topology(port)).expect("written");
    let lines: String = (0..records).map(line).collect();
    write("in.csv", &lines).expect("written");
    let data = folder.path().join("data");
    (folder, data, port)
}

#[test]
fn a_killed_process_loses_nothing_and_repeats_nothing() {
    let kills: u32 = std::env::var("TACHO_KILLS").map_or(12, |n| n.parse().expect("a number"));
    let records = RECORDS.0 + u64::from(kills) * RECORDS.1;
    let (folder, data, port) = folder(records);
    let client = Client::start(port);
    let mut chance: u64 = 88_172_645_463_325_252;
    for _ in 0..kills {
        let mut process = start(folder.path());
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        std::thread::sleep(Duration::from_millis(20 + chance % 130));
        process.kill().expect("SIGKILL");
        process.wait().expect("it is dead");
    }
    let mut process = start(folder.path());
    // Something is sent to an undisturbed process as well.
    while count(&data, "sent") == 0 {
        assert!(
            process.try_wait().expect("a child").is_none(),
            "it has ended by itself"
        );
    }
    let (sent, answered) = client.finish();
    while count(&data, "read") < records as usize || count(&data, "sent") + 50 < answered.len() {
        assert!(
            process.try_wait().expect("a child").is_none(),
            "it has ended by itself"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let stopped = Command::new("kill")
        .args(["-TERM", &process.id().to_string()])
        .status();
    assert!(stopped.expect("a signal").success());
    assert!(process.wait().expect("an orderly end").success());

    let read = rows(&data, "read");
    let numbers: Vec<u64> = read.iter().map(|(id, ..)| *id).collect();
    assert!(
        numbers.iter().copied().eq(0..records),
        "rows are missing or stand twice"
    );
    assert_eq!(
        detections(&data, "read.jsonl", i64::MAX),
        brute_force(&read, true)
    );

    // The newest records may still wait for the clock: they are in the journal.
    let taken = rows(&data, "sent");
    let numbers: BTreeSet<u64> = taken.iter().map(|(id, ..)| *id).collect();
    assert_eq!(numbers.len(), taken.len(), "a record stands twice");
    let newest = numbers.last().copied().unwrap_or(0);
    let lost: Vec<&u64> = answered
        .range(..newest)
        .filter(|n| !numbers.contains(n))
        .collect();
    assert!(lost.is_empty(), "answered, but lost: {lost:?}");
    assert!(newest + 100 > answered.last().copied().unwrap_or(0) && newest < sent);
    let until = START + (newest / 50) as i64 * 1_000;
    assert_eq!(
        detections(&data, "sent.jsonl", until),
        brute_force(&taken, false)
    );
}
