//! Kafka over TLS, with a user and a password by SCRAM: records in, rows out, and membership of a group.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rdkafka::producer::BaseRecord;

use crate::harness::{Verdict, skip};
use crate::job::{Job, until};
use crate::kafka::{consume, create, flush, producer, send};
use crate::testbed;

fn write(folder: &Path, address: &str, authorities: &str, password: &str) {
    fs::write(
        folder.join("schema.epl"),
        "create schema Thing(n int, at long);",
    )
    .expect("a schema");
    let settings = format!(
        "brokers = \"{address}\"\nsettings = {{ \"security.protocol\" = \"SASL_SSL\", \
         \"sasl.mechanism\" = \"SCRAM-SHA-256\", \"sasl.username\" = \"tacho\", \
         \"sasl.password\" = \"{password}\", \"ssl.ca.location\" = \"{authorities}\" }}\n"
    );
    let topology = format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"100 msec\"\n\
         [spouts.things]\nkind = \"kafka\"\n{settings}topic = \"Things\"\ngroup = \"secret\"\n\
         format = \"json\"\nevent_type = \"Thing\"\nmetadata = {{ at = \"timestamp\" }}\n\
         time = {{ field = \"at\", format = \"millis\", idle = \"300 msec\" }}\n\
         [bolts.out]\nkind = \"kafka\"\n{settings}topic = \"Out\"\n\
         from = [{{ source = \"things\", grouping = \"global\" }}]\n"
    );
    fs::write(folder.join("topology.toml"), topology).expect("a topology");
}

pub fn records_come_and_go_over_tls_for_a_user_with_a_password() -> Verdict {
    if !testbed::has_tls() {
        return skip("the headers of OpenSSL are not there");
    }
    let bed = testbed::up("test-tls", &["kafka"])?;
    let brokers = bed.addresses("kafka").join(",");
    let (address, authorities) = (bed.also("kafka", "tls"), bed.also("kafka", "authorities"));
    create(&brokers, "Things", 2);
    create(&brokers, "Out", 1);
    let producer = producer(&brokers);
    for n in 0..20 {
        let value = format!("{{\"n\": {n}}}");
        let record = BaseRecord::to("Things").key("k").payload(value.as_str());
        send(&producer, record.timestamp(1_000 + n));
    }
    flush(&producer);
    let wrong = tempfile::tempdir().expect("a folder");
    write(wrong.path(), &address, &authorities, "wrong");
    let refused = Job::start(wrong.path(), false);
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &address, &authorities, "env:KAFKA_PASSWORD");
    let job = Job::start(folder.path(), false);
    until("all rows", || {
        std::thread::sleep(Duration::from_millis(500));
        consume(&brokers, "Out").len() == 20
    });
    job.stop(folder.path());
    let told = || fs::read_to_string(wrong.path().join("log")).unwrap_or_default();
    until("it is said that the password is wrong", || {
        told().contains("SASL authentication error")
    });
    let told = told();
    assert!(
        !told.contains("partitions=1") && !told.contains("partitions=2"),
        "{told}"
    );
    refused.kill();
    let mut numbers: Vec<i64> = consume(&brokers, "Out")
        .iter()
        .map(|row| serde_json::from_slice::<serde_json::Value>(row).expect("JSON"))
        .map(|row| row["n"].as_i64().expect("a number"))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..20).collect::<Vec<i64>>());
    Ok(())
}
