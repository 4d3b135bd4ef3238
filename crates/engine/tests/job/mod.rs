//! The bundled example as a job of a test: its own topology and rules over a log of the test's.

#![allow(dead_code)] // Each test binary uses a part of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tachograph_engine::query::{AnswerRow, TableQuery, answer};
use tachograph_engine::{Config, System, SystemOptions};
use tachograph_live::{Reply, Session};

/// A copy of `examples/smartcar` in a folder of its own.
pub struct Job {
    folder: Arc<tempfile::TempDir>,
}

impl Job {
    /// The example over a log.
    pub fn over(log: &str) -> Job {
        let folder = tempfile::tempdir().expect("a folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/smartcar");
        for name in ["topology.toml", "schema.epl", "overspeed.epl"] {
            fs::copy(example.join(name), folder.path().join(name)).expect("the example's file");
        }
        fs::create_dir(folder.path().join("data")).expect("a folder");
        fs::write(folder.path().join("data/cars.csv"), log).expect("a log");
        Job {
            folder: Arc::new(folder),
        }
    }

    /// Changes the topology file.
    pub fn with(self, from: &str, to: &str) -> Job {
        let path = self.folder.path().join("topology.toml");
        let text = fs::read_to_string(&path).expect("the topology");
        assert!(text.contains(from), "the example has {from}");
        fs::write(path, text.replace(from, to)).expect("written");
        self
    }

    /// Adds lines to the log.
    pub fn add(&self, lines: &str) {
        let path = self.folder.path().join("data/cars.csv");
        let before = fs::read_to_string(&path).expect("the log");
        fs::write(path, before + lines).expect("written");
    }

    /// Where the system writes.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Starts it, or goes on.
    pub fn start(&self) -> System {
        let config = Config::read(self.folder.path()).unwrap_or_else(|f| panic!("{f}"));
        System::start(&config, &SystemOptions::new(&self.data())).unwrap_or_else(|f| panic!("{f}"))
    }

    /// Why it does not start.
    pub fn refused(&self) -> String {
        let config = Config::read(self.folder.path()).unwrap_or_else(|f| panic!("{f}"));
        match System::start(&config, &SystemOptions::new(&self.data())) {
            Ok(_) => panic!("it starts"),
            Err(faults) => faults.to_string(),
        }
    }

    /// Runs it until the log has been read and all is written.
    pub fn run(&self) -> Finished {
        let system = self.start();
        while !system.is_finished() {
            std::thread::yield_now();
        }
        let session = system.live().connect("test", Box::new(|_| {}), 0);
        Finished {
            system,
            session,
            _folder: Arc::clone(&self.folder),
        }
    }

    /// The lines of a ledger; none where it is not there.
    pub fn ledger(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.data().join("ledgers").join(name));
        text.unwrap_or_default().lines().map(String::from).collect()
    }
}

/// A system whose sources have ended, with a client of its live store.
pub struct Finished {
    pub system: System,
    session: Session,
    _folder: Arc<tempfile::TempDir>,
}

impl Finished {
    /// Carries out a command of the live store; all texts of the reply, in order.
    pub fn redis(&mut self, line: &str) -> Vec<String> {
        let words: Vec<Vec<u8>> = line.split(' ').map(|w| w.as_bytes().to_vec()).collect();
        let reply = self.system.live().execute(&mut self.session, &words, 0);
        let mut texts = Vec::new();
        flatten(&reply, &mut texts);
        texts
    }

    /// Rows of a table.
    pub fn scan(&self, query: TableQuery) -> Vec<AnswerRow> {
        let view = self.system.tables()[&query.table].view();
        let rows = answer(&view, &query).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    /// All rows of a table.
    pub fn rows(&self, table: &str) -> Vec<AnswerRow> {
        self.scan(TableQuery {
            table: table.into(),
            ..TableQuery::default()
        })
    }
}

fn flatten(reply: &Reply, texts: &mut Vec<String>) {
    match reply {
        Reply::Bulk(bytes) => texts.push(String::from_utf8_lossy(bytes).into_owned()),
        Reply::Simple(text) => texts.push(text.to_string()),
        Reply::Int(number) => texts.push(number.to_string()),
        Reply::Array(items) | Reply::Set(items) => {
            items.iter().for_each(|item| flatten(item, texts));
        }
        Reply::Map(pairs) | Reply::Pairs(pairs) | Reply::Keyed(pairs) => {
            for (key, value) in pairs {
                flatten(key, texts);
                flatten(value, texts);
            }
        }
        Reply::Null | Reply::NullArray => {}
        other => texts.push(format!("{other:?}")),
    }
}

/// The line of a reading: seconds after 2016-01-01T00:00:00Z, car, speed.
pub fn reading(second: u32, car: &str, speed: u32) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!("2016010100{minute:02}{second:02},{car},3,0,F,N,{speed},D02\n")
}

/// A reading each two seconds from one second to before another.
pub fn drive(from: u32, to: u32, car: &str, speed: u32) -> String {
    let seconds = (from..to).step_by(2);
    seconds.map(|second| reading(second, car, speed)).collect()
}

/// Lines of several cars in the order of their times.
pub fn log(parts: &[String]) -> String {
    let mut lines: Vec<&str> = parts.iter().flat_map(|part| part.lines()).collect();
    lines.sort_by_key(|line| line[..14].to_string());
    lines.join("\n") + "\n"
}
