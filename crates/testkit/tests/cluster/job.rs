//! The reference job as files of a test, and the program that runs it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tachograph_time::DatePattern;

use crate::testbed::program;
use crate::truth::{Detection, shown};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How often things are killed.
pub fn kills() -> u32 {
    let given = std::env::var("TACHO_KILLS").ok();
    given.and_then(|n| n.parse().ok()).unwrap_or(3)
}

/// Chance from a seed: the moments of the kills.
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number from 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Writes the job's files: the example's rule and schema, a spout with its idle time, a store, and
/// further bolts.
pub fn write(folder: &Path, spout: &str, idle: &str, live: &str, more: &str) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/smartcar");
    for name in ["schema.epl", "overspeed.epl"] {
        fs::copy(example.join(name), folder.join(name)).expect("a file of the example");
    }
    let text = format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"200 msec\"\n\
         [live]\n{live}\n\
         [spouts.cars]\n{spout}\nevent_type = \"Reading\"\nformat = \"delimited\"\n\
         time = {{ field = \"date\", format = \"yyyyMMddHHmmss\", lateness = \"4 sec\", idle = \"{idle}\" }}\n\
         [bolts.rules]\nkind = \"epl\"\nmodule = \"overspeed.epl\"\ntasks = 2\n\
         from = [{{ source = \"cars\", grouping = \"fields\", fields = [\"carNumber\"] }}]\n\
         [bolts.speeding]\nkind = \"live\"\nfrom = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n\
         [[bolts.speeding.write]]\ncommand = \"sadd\"\nkey = \"format_time(windowEnd, 'yyyyMMdd')\"\n\
         member = \"carNumber || '-' || format_time(windowEnd, 'yyyyMMddHHmmss')\"\nexpire = \"7 days\"\n\
         [[bolts.speeding.write]]\ncommand = \"hset\"\nkey = \"'car:' || carNumber\"\n\
         [[bolts.speeding.write]]\ncommand = \"xadd\"\nkey = \"'overspeed'\"\n{more}"
    );
    fs::write(folder.join("topology.toml"), text).expect("the topology");
}

/// The program at work; killed where a test fails.
pub struct Job(Child);

impl Job {
    /// Starts the program on a folder's job.
    pub fn start(folder: &Path, until_end: bool) -> Job {
        let more: &[&str] = if until_end { &["--until-end"] } else { &[] };
        Job::run(folder, folder, more)
    }

    /// Starts the program on a topology with further arguments; its log and data lie in a folder.
    pub fn run(topology: &Path, folder: &Path, more: &[&str]) -> Job {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("log"));
        let log = log.expect("a log");
        let errors = log.try_clone().expect("a log");
        let mut command = Command::new(program());
        command.arg("run").arg(topology).stdin(Stdio::null());
        command.args(["--data".as_ref(), folder.join("data").as_os_str()]);
        command.args(more);
        // Of the user that the testbed's Kafka knows.
        command.env("KAFKA_PASSWORD", "tacho");
        Job(command
            .stdout(log)
            .stderr(errors)
            .spawn()
            .expect("the program starts"))
    }

    /// Sends a signal: `STOP` pauses the program, `CONT` lets it go on.
    pub fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.is_ok_and(|s| s.success()), "a signal is sent");
    }

    /// Ends the program at once.
    pub fn kill(mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Ends the program at once, and starts it again.
    pub fn kill_and_start(&mut self, folder: &Path) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        *self = Job::start(folder, false);
    }

    /// Waits until something holds, while the program works.
    pub fn until(&mut self, folder: &Path, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            let ended = self.0.try_wait().expect("a child");
            assert!(
                ended.is_none() && began.elapsed() < PATIENCE,
                "waited in vain: {what}; the program ended: {ended:?}\n{}",
                told(folder)
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks the program to stop, and waits: it makes a last checkpoint.
    pub fn stop(self, folder: &Path) {
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(asked.is_ok_and(|s| s.success()), "a signal is sent");
        self.wait(folder);
    }

    /// Has it ended? It must have ended well.
    pub fn has_ended(&mut self) -> bool {
        match self.0.try_wait().expect("a child") {
            None => false,
            Some(status) => {
                assert!(status.success(), "the program ended with {status}");
                true
            }
        }
    }

    /// Waits for the end.
    pub fn wait(mut self, folder: &Path) {
        let began = Instant::now();
        while !self.has_ended() {
            assert!(
                began.elapsed() < PATIENCE,
                "the job does not end:\n{}",
                told(folder)
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// What the program told last.
fn told(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

impl Drop for Job {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says something past the test runner, which would keep it to itself.
pub fn write_note(text: &str) {
    // Where nobody can be told nobody need be.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The detections of rows as JSON objects, in order.
pub fn detections_of(rows: impl Iterator<Item = Vec<u8>>) -> Vec<Detection> {
    let detection = |row: Vec<u8>| {
        let row: serde_json::Value = serde_json::from_slice(&row).expect("JSON");
        let number = |name: &str| row[name].as_f64().expect("a number");
        let car = row["carNumber"].as_str().expect("a car").to_string();
        let end = row["windowEnd"].as_i64().expect("an instant");
        let readings = row["readings"].as_u64().expect("a count");
        (end, car, shown(number("average")), readings)
    };
    let mut all: Vec<Detection> = rows.map(detection).collect();
    all.sort();
    all
}

/// What a store must hold: members of the sets of days, and entries of the stream.
pub struct Published {
    /// `carNumber-yyyyMMddHHmmss`.
    pub members: BTreeSet<String>,
    /// Entries, in order.
    pub entries: Vec<Detection>,
}

impl Published {
    /// What detections must become.
    pub fn of(detections: &[Detection]) -> Published {
        let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
        let members = detections.iter();
        let members = members.map(|(end, car, ..)| format!("{car}-{}", pattern.format(*end)));
        Published {
            members: members.collect(),
            entries: detections.to_vec(),
        }
    }

    /// Reads what a store holds. `ask` gives a command.
    pub fn read(mut ask: impl FnMut(&redis::Cmd) -> redis::Value) -> Published {
        let members = ask(redis::cmd("SMEMBERS").arg("20160101"));
        let entries = ask(redis::cmd("XRANGE").arg("overspeed").arg("-").arg("+"));
        let entries: Vec<(String, Vec<String>)> =
            redis::from_redis_value(entries).expect("entries");
        let mut entries: Vec<Detection> = entries.iter().map(|(_, fields)| entry(fields)).collect();
        // Within an instant, entries stand in the order of their contents.
        entries.sort();
        Published {
            members: redis::from_redis_value(members).expect("members"),
            entries,
        }
    }

    /// Panics where another is not the same.
    pub fn must_be(&self, wanted: &Published) {
        assert!(!wanted.entries.is_empty(), "the records have speeding cars");
        let less = |a: &Published, b: &Published| {
            let mut left = a.entries.clone();
            for entry in &b.entries {
                if let Some(at) = left.iter().position(|e| e == entry) {
                    left.remove(at);
                }
            }
            left.truncate(5);
            left
        };
        assert!(
            self.entries == wanted.entries,
            "{} entries, {} wanted; missing: {:?}, too many: {:?}",
            self.entries.len(),
            wanted.entries.len(),
            less(wanted, self),
            less(self, wanted),
        );
        assert_eq!(self.members, wanted.members);
    }
}

fn entry(fields: &[String]) -> Detection {
    let field = |name: &str| {
        let at = fields.iter().step_by(2).position(|f| f == name);
        fields[at.expect("the field") * 2 + 1].clone()
    };
    let average: f64 = field("average").parse().expect("a number");
    (
        field("windowEnd").parse().expect("an instant"),
        field("carNumber"),
        shown(average),
        field("readings").parse().expect("a count"),
    )
}
