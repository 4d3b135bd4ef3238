//! The reference job with everything real around it: records from Kafka, every one of them into
//! HBase, detections into Redis, while each of them is killed, and the program too.

use std::time::Duration;

use tachograph_hbase::{Client, Config, Filter, Scan};

use crate::job::{Dice, Job, Published, kills, until, write};
use crate::kafka::{CARS, PARTITIONS, create, produce, stream};
use crate::testbed;
use crate::truth::{detections, lines};

/// Keys of a table's rows.
fn keys(servers: &[String], table: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let client = Client::connect(Config::bootstrap(servers.to_vec())).await;
        let table = client.expect("the cluster").table(table);
        let mut rows = table.scan(Scan::new().filter(Filter::first_key_only()));
        let mut keys = Vec::new();
        while let Some(row) = rows.next().await.expect("a row") {
            keys.push(String::from_utf8_lossy(row.key()).into_owned());
        }
        keys
    })
}

#[test]
fn every_record_is_in_hbase_once_whoever_is_killed() {
    let Some(bed) = testbed::up("test-hbase", &["kafka", "hbase", "redis"]) else {
        return;
    };
    let brokers = bed.addresses("kafka").join(",");
    let redis = bed.addresses("redis").remove(0);
    let hbase = bed.addresses("hbase");
    create(&brokers, "Cars-To-HBase", PARTITIONS);
    let text = lines(CARS, u64::from(CARS) * 300 * u64::from(kills() + 1), 3);
    let folder = tempfile::tempdir().expect("a folder");
    let spout = format!("kind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Cars-To-HBase\"");
    let history = format!(
        "[bolts.history]\nkind = \"hbase\"\nservers = {hbase:?}\ntable = \"Drives\"\nfamily = \"cf1\"\n\
         splits = [\"A0050\", \"A0100\"]\nkey = \"carNumber || '-' || date || '-' || record_id()\"\n\
         from = [{{ source = \"cars\" }}]\n"
    );
    let live = format!("redis = [\"{redis}\"]");
    write(folder.path(), &spout, "1 hour", &live, &history);
    let seconds = 2 * u64::from(kills() + 1);
    let wanted = Published::of(&detections(&text));
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, "Cars-To-HBase", &text, seconds));
        let mut dice = Dice::new(5);
        let mut job = Job::start(folder.path(), false);
        for round in 0..kills() {
            std::thread::sleep(Duration::from_millis(500 + dice.below(2_000)));
            let victim = ["tacho", "hbase", "redis", "kafka"][(round % 4) as usize];
            if victim == "tacho" {
                job.kill();
                job = Job::start(folder.path(), false);
            } else {
                bed.run(&["kill", victim]);
                bed.run(&["up", victim]);
            }
        }
        producing.join().expect("all is produced");
        let mut ask = stream(&redis);
        until("all detections", || {
            let length = ask(redis::cmd("XLEN").arg("overspeed"));
            length == redis::Value::Int(wanted.entries.len() as i64)
        });
        // The last checkpoint waits for every row.
        job.stop(folder.path());
        Published::read(ask).must_be(&wanted);
    });
    let found = keys(&hbase, "Drives");
    let readings = |key: &&String| !key.starts_with("Z0001");
    assert_eq!(found.iter().filter(readings).count(), text.lines().count());
    assert_eq!(found.len(), text.lines().count() + PARTITIONS as usize);
}
