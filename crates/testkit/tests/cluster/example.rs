//! The files of `examples/smartcar-cluster`, as they are but for the servers' addresses: cars drive
//! into Kafka, the job writes HBase and Redis. `examples/smartcar` then says the same of the same
//! records.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use rdkafka::producer::BaseRecord;

use crate::harness::Verdict;
use crate::job::{Job, Published, until};
use crate::kafka::{consume, exists, flush, producer, send, stream};
use crate::testbed::{self, Testbed, program};
use crate::truth::detections;

const TOPIC: &str = "SmartCar-Topic";
/// Of a topic that nobody has made before the first record comes.
const PARTITIONS: i32 = 4;

/// The examples in a folder, with the addresses of a testbed's servers.
struct Examples {
    folder: tempfile::TempDir,
}

impl Examples {
    fn copy(bed: &Testbed) -> Examples {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["smartcar", "smartcar-cluster"] {
            let to = folder.path().join(name);
            fs::create_dir(&to).expect("a folder");
            let files = fs::read_dir(examples.join(name)).expect("an example");
            for file in files.flatten().filter(|file| file.path().is_file()) {
                let text = fs::read_to_string(file.path()).expect("text");
                fs::write(to.join(file.file_name()), with_addresses(text, bed)).expect("a copy");
            }
        }
        Examples { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new folder for a program's log and data.
    fn place(&self, name: &str) -> PathBuf {
        let place = self.path(name);
        fs::create_dir(&place).expect("a folder");
        place
    }
}

fn with_addresses(text: String, bed: &Testbed) -> String {
    let servers = [
        ("127.0.0.1:9092", bed.addresses("kafka")),
        ("127.0.0.1:16020", bed.addresses("hbase")),
        ("127.0.0.1:6379", bed.addresses("redis")),
    ];
    let replaced = |text: String, (old, new): (&str, Vec<String>)| text.replace(old, &new[0]);
    servers.into_iter().fold(text, replaced)
}

/// What a store has of the speeding cars: those of the day and their detections, begins and stops of
/// speeding, and who speeds now.
fn found(mut ask: impl FnMut(&redis::Cmd) -> redis::Value) -> (Published, redis::Value) {
    let paces = ask(redis::cmd("XLEN").arg("pace"));
    (Published::read(ask), paces)
}

/// The readings in the topic, by time.
fn readings(brokers: &str) -> String {
    let records = consume(brokers, TOPIC).into_iter();
    let text = |record| String::from_utf8(record).expect("text");
    let mut lines: Vec<String> = records.map(text).collect();
    // Dates are written so that their order is that of time.
    lines.sort();
    lines.join("\n") + "\n"
}

/// A late reading for each partition lets the last windows close.
fn end_all_windows(brokers: &str) {
    let producer = producer(brokers);
    for partition in 0..PARTITIONS {
        let late = BaseRecord::to(TOPIC).partition(partition).key("Z0001");
        send(
            &producer,
            late.payload("20160101235000,Z0001,0,0,F,N,0,A01"),
        );
    }
    flush(&producer);
}

/// Rows of a table as `tacho scan` finds them by the topology.
fn rows(topology: &Path, table: &str) -> usize {
    let mut scan = Command::new(program());
    scan.args(["scan", table, "--format", "json", "--topology"]);
    let scanned = scan.arg(topology).output().expect("the program runs");
    let told = String::from_utf8_lossy(&scanned.stderr);
    assert!(scanned.status.success(), "{told}");
    scanned
        .stdout
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .count()
}

/// What the example without servers finds in readings.
fn without_servers(examples: &Examples, text: &str) -> (Published, redis::Value) {
    let data = examples.path("smartcar/data");
    fs::create_dir(&data).expect("a folder");
    fs::write(data.join("cars.csv"), text).expect("readings");
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.expect("a port").to_string();
    let (_, port) = address.split_once(':').expect("a port");
    let place = examples.place("alone");
    let mut job = Job::run(&examples.path("smartcar"), &place, &["--port", port]);
    job.until(&place, "the end of the file", || {
        let log = fs::read_to_string(place.join("log")).unwrap_or_default();
        log.contains("every source has ended")
    });
    let found = found(stream(&address));
    job.stop(&place);
    found
}

pub fn the_example_with_real_servers_finds_what_the_one_without_does() -> Verdict {
    let bed = testbed::up("test-example", &["kafka", "hbase", "redis"])?;
    let brokers = bed.addresses("kafka").join(",");
    let redis = bed.addresses("redis").remove(0);
    let examples = Examples::copy(&bed);
    let producing = examples.place("producing");
    let producer = examples.path("smartcar-cluster/producer.toml");
    let driving = Job::run(&producer, &producing, &[]);
    until("the topic", || exists(&brokers, TOPIC));
    let (topology, place) = (examples.path("smartcar-cluster"), examples.place("job"));
    let mut job = Job::run(&topology, &place, &[]);
    let mut ask = stream(&redis);
    let mut detected = || match ask(redis::cmd("XLEN").arg("overspeed")) {
        redis::Value::Int(count) => count as usize,
        _ => 0,
    };
    job.until(&place, "a speeding car", || detected() > 0);
    driving.stop(&producing);
    let text = readings(&brokers);
    end_all_windows(&brokers);
    let wanted = Published::of(&detections(&text));
    job.until(&place, "all detections", || {
        detected() == wanted.entries.len()
    });
    job.stop(&place);
    let log = fs::read_to_string(place.join("log")).expect("a log");
    assert!(!log.contains(" 0 detections"), "the closing line: {log}");
    let (with_servers, paces) = found(stream(&redis));
    with_servers.must_be(&wanted);
    let (alone, paces_alone) = without_servers(&examples, &text);
    alone.must_be(&wanted);
    assert_eq!(paces, paces_alone);
    for table in ["DriverCarInfo", "Drives"] {
        assert_eq!(rows(&topology, table), text.lines().count(), "{table}");
    }
    Ok(())
}
