//! Records that Confluent's serializers write and a real registry has the schemas of; the registry is
//! away when the job begins.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::{Value, json};

use crate::harness::Verdict;
use crate::job::{Job, until};
use crate::kafka::create;
use crate::python::{python, read, write};
use crate::testbed::{self, Testbed};

/// Readings of a topic.
const COUNT: u32 = 200;

/// What `tools/serializers/write.py` writes as reading n, as the job's file must have it.
fn reading(n: u32) -> Value {
    let kind = ["DIESEL", "ELECTRIC"][n as usize % 3 % 2];
    let speed = (!n.is_multiple_of(5)).then_some(n);
    let area = n.is_multiple_of(2).then(|| format!("area-{n}"));
    json!({
        "car": format!("A{:04}", n % 7),
        "at": 1_451_606_400_000_i64 + i64::from(n) * 1_000,
        "speed": speed,
        "price": format!("{}.{:02}", n / 100, n % 100),
        "kind": kind,
        "lane": n % 4,
        "rpm": f64::from(1_000 + n),
        "area": area,
        "offset": n,
    })
}

const SCHEMA: &str = "create schema Reading(car string, at long, speed int, price string, kind string, \
    lane int, rpm double, area string, offset long);";

/// Avro's schema of the readers: the writers' newer one has no default for what the older lacks.
const AVRO: &str = r#"{"type": "record", "name": "Reading", "namespace": "cars", "fields": [
    {"name": "car", "type": "string"},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "speed", "type": ["null", "int"]},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["DIESEL", "ELECTRIC"]}},
    {"name": "tags", "type": {"type": "map", "values": "long"}},
    {"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [{"name": "rpm", "type": "int"}]}},
    {"name": "area", "type": ["null", "string"], "default": null}]}"#;

const PROTOBUF: &str = r#"syntax = "proto3"; package cars;
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
message Reading {
  string car = 1; google.protobuf.Timestamp at = 2; google.protobuf.Int32Value speed = 3;
  string price = 4; Kind kind = 5; map<string, int64> tags = 6; Engine engine = 7;
  optional string area = 8;
}
message Engine { int32 rpm = 1; }
enum Kind { DIESEL = 0; ELECTRIC = 1; }"#;

/// Writes a job's files: a spout of a format, a file of what it reads, and a topic of the same in the
/// same format.
fn job(folder: &Path, brokers: &str, format: &str, registry: &str, reader: Option<&str>) {
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("schema.epl"), SCHEMA).expect("a schema");
    let key = reader.map_or("", |_| "reader_schema = \"reader\"\n");
    if let Some(reader) = reader {
        fs::write(folder.join("reader"), reader).expect("a schema");
    }
    let text = format!(
        "[topology]\nname = \"{format}\"\nschema = \"schema.epl\"\ncheckpoint = \"200 msec\"\n\
         [spouts.cars]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{format}\"\n\
         event_type = \"Reading\"\nformat = \"{format}\"\n{key}registry = {{ {registry} }}\n\
         fields = {{ lane = \"tags.lane\", rpm = \"engine.rpm\" }}\n\
         metadata = {{ offset = \"offset\" }}\n\
         time = {{ field = \"at\", lateness = \"1 sec\", idle = \"500 msec\" }}\n\
         [bolts.out]\nkind = \"file\"\npath = \"out.jsonl\"\nfrom = [{{ source = \"cars\" }}]\n\
         [bolts.back]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{format}-back\"\n\
         format = \"{format}\"\nregistry = {{ {registry} }}\n\
         from = [{{ source = \"cars\", grouping = \"global\" }}]\n"
    );
    fs::write(folder.join("topology.toml"), text).expect("the topology");
}

/// Lines of a file of the job's, each an object.
fn lines(folder: &Path, file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("data").join(file)).unwrap_or_default();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

/// Gives records to a topic as they are.
fn send(brokers: &str, topic: &str, records: &[&[u8]]) {
    let mut client = rdkafka::ClientConfig::new();
    let producer: BaseProducer = client
        .set("bootstrap.servers", brokers)
        .create()
        .expect("a producer");
    for record in records {
        let record: BaseRecord<'_, str, [u8]> = BaseRecord::to(topic).payload(record);
        producer.send(record).map_err(|(e, _)| e).expect("taken");
    }
    producer
        .flush(Duration::from_secs(30))
        .expect("acknowledged");
}

fn https(bed: &Testbed) -> (String, String) {
    let text = bed.run(&["status", "--format", "json"]);
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let also = |name: &str| {
        all["registry"]["also"][name]
            .as_str()
            .expect("told")
            .to_string()
    };
    (also("https"), also("certificate"))
}

pub fn what_confluents_serializers_write_is_read() -> Verdict {
    let python = python()?;
    let bed = testbed::up("formats", &["kafka", "registry"])?;
    let brokers = bed.addresses("kafka").join(",");
    let registry = bed.addresses("registry").join(",");
    let count = COUNT.to_string();
    for format in ["avro", "protobuf"] {
        create(&brokers, format, 1);
        create(&brokers, &format!("{format}-back"), 1);
        write(&python, &[format, &brokers, &registry, format, &count]);
        let unknown = [0, 0, 0, 0x7f, 0xff, 0];
        send(&brokers, format, &[b"rubbish", &unknown]);
    }
    bed.run(&["kill", "registry"]);
    let folder = tempfile::tempdir().expect("a folder");
    let (https, certificate) = https(&bed);
    let url = format!("url = \"{registry}\"");
    let secure = format!("url = \"{https}\", certificates = \"{certificate}\"");
    let jobs = [("avro", url, AVRO), ("protobuf", secure, PROTOBUF)];
    let started: Vec<(Job, &str)> = jobs
        .iter()
        .map(|(format, registry, reader)| {
            let place = folder.path().join(format);
            job(&place, &brokers, format, registry, Some(reader));
            (Job::start(&place, false), *format)
        })
        .collect();
    for (_, format) in &started {
        let place = folder.path().join(format);
        until("the job waits for the registry", || {
            log(&place).contains("schema registry")
        });
        assert!(lines(&place, "out.jsonl").is_empty(), "{format}");
    }
    bed.run(&["up", "registry"]);
    for (job, format) in started {
        let place = folder.path().join(format);
        until("all readings are there", || {
            lines(&place, "out.jsonl").len() >= COUNT as usize
        });
        if format == "avro" {
            let back = back(&python, &brokers, &registry);
            assert_eq!(back, (0..COUNT - 1).map(reading).collect::<Vec<Value>>());
        }
        job.stop(&place);
        let wanted: Vec<Value> = (0..COUNT).map(reading).collect();
        assert_eq!(lines(&place, "out.jsonl"), wanted, "{format}");
        let dead = lines(&place, "ledgers/dead-letter-cars-0.jsonl");
        let reasons: Vec<&str> = dead.iter().filter_map(|d| d["reason"].as_str()).collect();
        let wanted = [
            "does not begin as a record with the id of its schema",
            "the schema registry has no schema 32767",
        ];
        assert_eq!(reasons, wanted, "{format}");
    }
    stops_at_a_schema_that_does_not_fit(folder.path(), &brokers, &registry);
    Ok(())
}

/// What Confluent's deserializer makes of the rows that the job writes; all but the last, whose instant
/// is not over yet.
fn back(python: &Path, brokers: &str, registry: &str) -> Vec<Value> {
    let count = (COUNT - 1).to_string();
    let text = read(python, &[brokers, registry, "avro-back", &count]);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Without a reader's schema the older one lacks `area`: said at first sight, with id and subject.
fn stops_at_a_schema_that_does_not_fit(folder: &Path, brokers: &str, registry: &str) {
    let place = folder.join("stops");
    job(
        &place,
        brokers,
        "avro",
        &format!("url = \"{registry}\""),
        None,
    );
    let mut program = std::process::Command::new(testbed::program());
    program
        .arg("run")
        .arg(&place)
        .arg("--data")
        .arg(place.join("data"));
    let output = program.output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{told}");
    assert!(
        told.contains("(subject avro-value) does not fit `Reading`"),
        "{told}"
    );
    assert!(told.contains("no field `area` (string)"), "{told}");
}
