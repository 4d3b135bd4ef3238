//! The reference job from Kafka into Redis and back into Kafka, while brokers, store and program are
//! killed; and what a spout takes from a record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use redis::ConnectionLike;

use crate::harness::Verdict;
use crate::job::{Dice, Job, Published, detections_of, kills, until, write};
use crate::testbed;
use crate::truth::{detections, lines};

/// Cars of the fleet.
pub const CARS: u32 = 150;
/// Partitions of the topic that it drives into.
pub const PARTITIONS: i32 = 3;

fn client(brokers: &str) -> ClientConfig {
    let mut client = ClientConfig::new();
    client.set("bootstrap.servers", brokers);
    client.set("reconnect.backoff.max.ms", "200");
    client
}

/// Waits for something that a runtime would wait for.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

/// Makes a topic.
pub fn create(brokers: &str, topic: &str, partitions: i32) {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create().expect("a client");
    // Rows have the time of their records, which is long ago: brokers would drop them soon.
    let topic =
        NewTopic::new(topic, partitions, TopicReplication::Fixed(1)).set("retention.ms", "-1");
    let made = wait(admin.create_topics([&topic], &AdminOptions::new())).expect("an answer");
    assert!(made.iter().all(Result::is_ok), "{made:?}");
}

/// Is there a topic of this name?
pub fn exists(brokers: &str, topic: &str) -> bool {
    let consumer: BaseConsumer = client(brokers).create().expect("a client");
    // Asked for all of them: who asks for one by its name may have it made.
    let metadata = consumer.fetch_metadata(None, Duration::from_secs(10));
    metadata.is_ok_and(|all| all.topics().iter().any(|t| t.name() == topic))
}

/// A producer that gives up nothing and writes nothing twice.
pub fn producer(brokers: &str) -> BaseProducer {
    let mut client = client(brokers);
    client.set("enable.idempotence", "true");
    client.set("message.timeout.ms", "0");
    client.set("linger.ms", "5");
    client.create().expect("a producer")
}

pub fn send(producer: &BaseProducer, mut record: BaseRecord<'_, str, str>) {
    loop {
        match producer.send(record) {
            Ok(()) => return,
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                producer.poll(Duration::from_millis(50));
                record = back;
            }
            Err((error, _)) => panic!("{error}"),
        }
    }
}

pub fn flush(producer: &BaseProducer) {
    until("all records acknowledged", || {
        // A broker that is away answers later.
        let _ = producer.flush(Duration::from_secs(1));
        producer.in_flight_count() == 0
    });
}

/// Gives the fleet's readings to a topic by car, in about so many seconds, then a reading a
/// partition that lets the last window close.
pub fn produce(brokers: &str, topic: &str, text: &str, seconds: u64) {
    let producer = producer(brokers);
    let began = Instant::now();
    let total = text.lines().count();
    for (number, line) in text.lines().enumerate() {
        let key = line.split(',').nth(1).expect("a car");
        send(&producer, BaseRecord::to(topic).key(key).payload(line));
        let due = Duration::from_millis(seconds * 1_000 * number as u64 / total as u64);
        if number % 200 == 0 && began.elapsed() < due {
            producer.poll(due - began.elapsed());
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }
    for partition in 0..PARTITIONS {
        let line = "20160101235000,Z0001,0,0,F,N,0,A01";
        send(
            &producer,
            BaseRecord::to(topic)
                .partition(partition)
                .key("Z0001")
                .payload(line),
        );
    }
    flush(&producer);
}

/// All committed records of a topic.
pub fn consume(brokers: &str, topic: &str) -> Vec<Vec<u8>> {
    let mut client = client(brokers);
    client
        .set("group.id", "test")
        .set("enable.partition.eof", "true");
    let consumer: BaseConsumer = client.create().expect("a consumer");
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(30));
    let count = metadata.expect("metadata").topics()[0].partitions().len();
    let mut list = TopicPartitionList::new();
    for partition in 0..count as i32 {
        list.add_partition_offset(topic, partition, Offset::Beginning)
            .expect("a place");
    }
    consumer.assign(&list).expect("an assignment");
    let (mut records, mut ended) = (Vec::new(), BTreeSet::new());
    until("the end of the topic", || {
        // What has come already is taken without a pause.
        while let Some(polled) = consumer.poll(Duration::from_millis(200)) {
            match polled {
                Ok(record) => records.push(record.payload().unwrap_or_default().to_vec()),
                // A partition may say so twice.
                Err(KafkaError::PartitionEOF(partition)) => drop(ended.insert(partition)),
                Err(_) => break,
            }
        }
        ended.len() == count
    });
    records
}

/// Asks a Redis server.
pub fn stream(address: &str) -> impl FnMut(&redis::Cmd) -> redis::Value {
    let client = redis::Client::open(format!("redis://{address}/")).expect("an address");
    let mut connection = client.get_connection().expect("a connection");
    move |command| connection.req_command(command).expect("an answer")
}

pub fn brokers_stores_and_the_program_are_killed_and_nothing_is_lost_or_twice() -> Verdict {
    let bed = testbed::up("test-kafka", &["kafka", "redis"])?;
    let brokers = bed.addresses("kafka").join(",");
    let redis = bed.addresses("redis").remove(0);
    create(&brokers, "SmartCar-Topic", PARTITIONS);
    create(&brokers, "Detections", 2);
    let text = lines(CARS, u64::from(CARS) * 300 * u64::from(kills() + 1), 3);
    let folder = tempfile::tempdir().expect("a folder");
    let spout = format!("kind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"SmartCar-Topic\"");
    let out = format!(
        "[bolts.out]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Detections\"\nkey = \"carNumber\"\n\
         from = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n"
    );
    // Silence of the producer is no silence of the cars here.
    write(
        folder.path(),
        &spout,
        "1 hour",
        &format!("redis = [\"{redis}\"]"),
        &out,
    );
    let seconds = 2 * u64::from(kills() + 1);
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, "SmartCar-Topic", &text, seconds));
        let mut dice = Dice::new(21);
        let mut job = Job::start(folder.path(), false);
        for round in 0..kills() {
            let pause = Duration::from_millis(500 + dice.below(2_000));
            std::thread::sleep(pause);
            let victim = ["kafka", "redis", "tacho"][(round % 3) as usize];
            if victim != "tacho" {
                bed.run(&["kill", victim]);
                std::thread::sleep(Duration::from_millis(dice.below(1_500)));
                bed.run(&["up", victim]);
            }
            if victim == "tacho" || dice.below(2) == 0 {
                job.kill();
                job = Job::start(folder.path(), false);
            }
        }
        producing.join().expect("all is produced");
        let wanted = Published::of(&detections(&text));
        let mut ask = stream(&redis);
        until("all detections", || {
            let length = ask(redis::cmd("XLEN").arg("overspeed"));
            length == redis::Value::Int(wanted.entries.len() as i64)
        });
        // What comes after is a replay: it must change nothing.
        job.kill();
        fs::remove_file(folder.path().join("log")).expect("what earlier runs told");
        job = Job::start(folder.path(), false);
        until("a checkpoint of the last run", || {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            let last = log.lines().rfind(|l| l.contains(" checkpoints="));
            last.is_some_and(|l| !l.contains("checkpoints=0 ") && l.contains("records="))
        });
        job.stop(folder.path());
        Published::read(ask).must_be(&wanted);
        let published = detections_of(consume(&brokers, "Detections").into_iter());
        let published = Published {
            members: Published::of(&published).members,
            entries: published,
        };
        published.must_be(&wanted);
    });
    Ok(())
}

pub fn a_spout_takes_keys_headers_and_places_and_begins_where_it_is_told() -> Verdict {
    let bed = testbed::up("test-spout", &["kafka"])?;
    let brokers = bed.addresses("kafka").join(",");
    create(&brokers, "Things", 1);
    let producer = producer(&brokers);
    let headers = |text| {
        let header = Header {
            key: "trace",
            value: Some(text),
        };
        OwnedHeaders::new().insert(header)
    };
    let record = |time, value| {
        BaseRecord::to("Things")
            .key("k1")
            .timestamp(time)
            .payload(value)
    };
    send(
        &producer,
        record(1_000, "{\"n\": 1}").headers(headers("too early")),
    );
    send(
        &producer,
        record(5_000, "{\"n\":\n 2}").headers(headers("t2")),
    );
    send(&producer, record(6_000, "no JSON").headers(headers("t3")));
    send(
        &producer,
        BaseRecord::to("Things")
            .key("k2")
            .timestamp(7_000)
            .payload("{\"n\": 4}"),
    );
    // A record that deletes its key has no value.
    let deletes: BaseRecord<'_, str, str> = BaseRecord::to("Things").key("k1").timestamp(8_000);
    send(&producer, deletes);
    flush(&producer);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let schema =
        "create schema Thing(n int, k string, trace string, part int, place long, at long);";
    fs::write(path("schema.epl"), schema).expect("a schema");
    let topology = format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"100 msec\"\n\
         [spouts.things]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Things\"\nformat = \"json\"\n\
         event_type = \"Thing\"\nstart = \"1970-01-01T00:00:05Z\"\n\
         metadata = {{ k = \"key\", trace = \"header:trace\", part = \"partition\", \
         place = \"offset\", at = \"timestamp\" }}\n\
         settings = {{ \"fetch.min.bytes\" = \"1\" }}\n\
         time = {{ field = \"at\", idle = \"300 msec\" }}\n\
         [bolts.out]\nkind = \"file\"\npath = \"out.jsonl\"\nfrom = [{{ source = \"things\" }}]\n"
    );
    fs::write(path("topology.toml"), topology).expect("a topology");
    let job = Job::start(folder.path(), false);
    let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
    until("two rows", || read("data/out.jsonl").lines().count() == 2);
    let committed = || {
        let consumer: BaseConsumer = client(&brokers)
            .set("group.id", "t-things")
            .create()
            .expect("a client");
        let mut list = TopicPartitionList::new();
        list.add_partition("Things", 0);
        let found = consumer.committed_offsets(list, Duration::from_secs(10));
        found.map_or(Offset::Invalid, |f| f.elements()[0].offset())
    };
    until("the group is told", || committed() == Offset::Offset(5));
    job.stop(folder.path());
    let rows: Vec<serde_json::Value> = read("data/out.jsonl")
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    let row = |n, k, trace: Option<&str>, place, at| {
        let place_of = serde_json::json!({ "part": 0, "place": place, "at": at });
        let mut row = serde_json::json!({ "n": n, "k": k, "trace": trace });
        let more = place_of.as_object().expect("an object").clone();
        row.as_object_mut().expect("an object").extend(more);
        row
    };
    assert_eq!(
        rows,
        [
            row(2, "k1", Some("t2"), 1, 5_000),
            row(4, "k2", None, 3, 7_000)
        ]
    );
    let dead = read("data/ledgers/dead-letter-things-0.jsonl");
    let reasons: BTreeMap<u64, String> = dead
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("JSON"))
        .map(|l| {
            (
                l["position"].as_u64().expect("a place"),
                l["reason"].to_string(),
            )
        })
        .collect();
    assert_eq!(reasons.keys().copied().collect::<Vec<_>>(), [2, 4]);
    assert!(reasons[&2].contains("not JSON") && reasons[&4].contains("no value"));
    a_row_is_too_large(&brokers);
    topics_become_others(&brokers);
    two_processes_write_by_one_id(&brokers);
    Ok(())
}

/// A row too large for the client is kept, and those beside it are written.
fn a_row_is_too_large(brokers: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let schema = "create schema Thing(n int, text string, at long);";
    fs::write(path("schema.epl"), schema).expect("a schema");
    let sink = |name: &str, delivery: &str| {
        create(brokers, name, 1);
        format!(
            "[bolts.{name}]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{name}\"\n\
             delivery = \"{delivery}\"\nsettings = {{ \"message.max.bytes\" = \"5000\" }}\n\
             from = [{{ source = \"things\", grouping = \"global\" }}]\n"
        )
    };
    let (once, least) = (sink("once", "exactly-once"), sink("least", "at-least-once"));
    let topology = format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"100 msec\"\n\
         [spouts.things]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Large\"\n\
         format = \"json\"\nevent_type = \"Thing\"\nmetadata = {{ at = \"timestamp\" }}\n\
         time = {{ field = \"at\", format = \"millis\", idle = \"300 msec\" }}\n{once}{least}"
    );
    fs::write(path("topology.toml"), topology).expect("a topology");
    create(brokers, "Large", 1);
    let producer = producer(brokers);
    for (n, size) in [(1, 10), (2, 6_000), (3, 10)] {
        let value = format!("{{\"n\": {n}, \"text\": \"{}\"}}", "x".repeat(size));
        let record: BaseRecord<'_, str, str> = BaseRecord::to("Large").payload(&value);
        send(&producer, record.timestamp(1_000 + n));
    }
    flush(&producer);
    let job = Job::start(folder.path(), false);
    let numbers = |topic: &str| -> Vec<i64> {
        let rows = consume(brokers, topic);
        let rows = rows.iter().map(|row| {
            let row: serde_json::Value = serde_json::from_slice(row).expect("JSON");
            row["n"].as_i64().expect("a number")
        });
        rows.collect()
    };
    for name in ["once", "least"] {
        until("the other rows are there", || numbers(name) == [1, 3]);
        let ledger = path(&format!("data/ledgers/unwritten-{name}.jsonl"));
        let kept = || fs::read_to_string(&ledger).unwrap_or_default();
        until("the row is kept", || kept().lines().count() == 1);
        let kept = kept();
        assert!(
            kept.contains("message.max.bytes") && kept.contains("xxxx"),
            "{kept}"
        );
    }
    job.stop(folder.path());
}

/// Adds partitions to a topic.
fn grow(brokers: &str, topic: &str, partitions: usize) {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create().expect("a client");
    let more = NewPartitions::new(topic, partitions);
    let grown = wait(admin.create_partitions([&more], &AdminOptions::new()));
    grown.expect("an answer")[0]
        .as_ref()
        .expect("partitions are added");
}

/// Deletes a topic, and waits until it is gone.
fn delete(brokers: &str, topic: &str) {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create().expect("a client");
    let deleted = wait(admin.delete_topics(&[topic], &AdminOptions::new()));
    deleted.expect("an answer")[0]
        .as_ref()
        .expect("the topic is deleted");
    until("the topic is gone", || !exists(brokers, topic));
}

/// A topic that is not the one whose reading began stops the job.
fn topics_become_others(brokers: &str) {
    let producer = producer(brokers);
    let produce = |topic: &str, count: i64| {
        for n in 0..count {
            let value = format!("{{\"n\": {n}}}");
            let record: BaseRecord<'_, str, str> = BaseRecord::to(topic).payload(&value);
            send(&producer, record.partition(0).timestamp(1_000 + n));
        }
        flush(&producer);
    };
    let folders = ["grown", "again"].map(|topic| {
        create(brokers, topic, 1);
        produce(topic, 3);
        let folder = tempfile::tempdir().expect("a folder");
        let schema = "create schema Thing(n int, at long);";
        fs::write(folder.path().join("schema.epl"), schema).expect("a schema");
        let topology = format!(
            "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"100 msec\"\n\
             [spouts.things]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{topic}\"\n\
             format = \"json\"\nevent_type = \"Thing\"\nmetadata = {{ at = \"timestamp\" }}\n\
             time = {{ field = \"at\", format = \"millis\", idle = \"300 msec\" }}\n\
             [bolts.out]\nkind = \"file\"\npath = \"out.jsonl\"\nfrom = [{{ source = \"things\" }}]\n"
        );
        fs::write(folder.path().join("topology.toml"), topology).expect("a topology");
        folder
    });
    let rows = |folder: &Path| {
        let rows = fs::read_to_string(folder.join("data/out.jsonl"));
        rows.unwrap_or_default().lines().count()
    };
    let [grown, again] = folders.each_ref().map(|folder| folder.path());
    let [growing, reading] = [grown, again].map(|folder| Job::start(folder, false));
    until("all rows", || rows(grown) == 3 && rows(again) == 3);
    // One grows while it is read. The other is made again while it is not, and has more records then than
    // the job has read of the one before: its offsets look as good as ever.
    grow(brokers, "grown", 2);
    reading.stop(again);
    delete(brokers, "again");
    create(brokers, "again", 1);
    produce("again", 6);
    let reading = Job::start(again, false);
    let log = |folder: &Path| fs::read_to_string(folder.join("log")).unwrap_or_default();
    until("both have stopped", || {
        [grown, again]
            .iter()
            .all(|folder| log(folder).contains("error: spout things"))
    });
    growing.kill();
    reading.kill();
    let told = log(grown);
    assert!(
        told.contains("has 2 partitions, and had 1 when its reading began"),
        "{told}"
    );
    let told = log(again);
    assert!(told.contains("was deleted and made again"), "{told}");
    assert_eq!(rows(again), 3);
}

/// Of two processes that write by one id, one stops, and no row is there twice.
fn two_processes_write_by_one_id(brokers: &str) {
    create(brokers, "Shared", 1);
    create(brokers, "Out", 1);
    let folder = tempfile::tempdir().expect("a folder");
    let schema = "create schema Thing(n int, at long);";
    fs::write(folder.path().join("schema.epl"), schema).expect("a schema");
    let topology = format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"100 msec\"\n\
         [spouts.things]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Shared\"\n\
         format = \"json\"\nevent_type = \"Thing\"\nmetadata = {{ at = \"timestamp\" }}\n\
         time = {{ field = \"at\", format = \"millis\", idle = \"300 msec\" }}\n\
         [bolts.out]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Out\"\n\
         from = [{{ source = \"things\", grouping = \"global\" }}]\n"
    );
    fs::write(folder.path().join("topology.toml"), topology).expect("a topology");
    let data = ["one", "other"].map(|name| folder.path().join(name));
    let jobs = data.each_ref().map(|data| {
        fs::create_dir(data).expect("a folder");
        Job::run(folder.path(), data, &[])
    });
    let producer = producer(brokers);
    let mut sent = 0;
    until("one is fenced off", || {
        sent += 1;
        let value = format!("{{\"n\": {sent}}}");
        let record: BaseRecord<'_, str, str> = BaseRecord::to("Shared").payload(&value);
        send(&producer, record.timestamp(1_000 * sent));
        flush(&producer);
        let log = |data: &PathBuf| fs::read_to_string(data.join("log")).unwrap_or_default();
        data.iter()
            .any(|data| log(data).contains("another process writes into the topic Out"))
    });
    let numbers = || -> Vec<i64> {
        let rows = consume(brokers, "Out");
        let rows = rows
            .iter()
            .map(|row| serde_json::from_slice::<serde_json::Value>(row));
        rows.map(|row| row.expect("JSON")["n"].as_i64().expect("a number"))
            .collect()
    };
    // The other goes on with all that there is.
    until("all rows", || numbers().len() as i64 >= sent);
    assert_eq!(numbers(), (1..=sent).collect::<Vec<i64>>());
    jobs.into_iter().for_each(Job::kill);
}
