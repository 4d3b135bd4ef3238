//! The reference job with everything real around it: records from Kafka, every one of them into
//! HBase, detections into Redis, while each of them is killed, and the program too.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use tachograph_hbase::{Client, Config, Filter, Scan};

use crate::harness::Verdict;
use crate::job::{Dice, Job, Published, kills, write};
use crate::kafka::{CARS, PARTITIONS, create, produce, stream};
use crate::testbed::{self, Testbed};
use crate::truth::{detections, lines};

/// The topic that the job reads.
pub const TOPIC: &str = "Cars-To-HBase";
const TABLE: &str = "Drives";

/// Asks the cluster something.
pub fn ask<T>(servers: &[String], question: impl AsyncFnOnce(Client) -> T) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let config = Config::bootstrap(servers.to_vec());
    runtime.block_on(async { question(Client::connect(config).await.expect("the cluster")).await })
}

/// The keys of all rows.
async fn keys(client: Client) -> Vec<String> {
    let scan = Scan::new().filter(Filter::first_key_only());
    let mut rows = client.table(TABLE).scan(scan);
    let mut keys = Vec::new();
    while let Some(row) = rows.next().await.expect("a row") {
        keys.push(String::from_utf8_lossy(row.key()).into_owned());
    }
    keys
}

/// The files of the job: records of the topic into the table, in batches so small that several are
/// under way, detections into a store.
pub fn prepare(folder: &Path, brokers: &str, hbase: &[String], live: &str) {
    let spout = format!("kind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{TOPIC}\"");
    let history = format!(
        "[bolts.history]\nkind = \"hbase\"\nservers = {hbase:?}\ntable = \"{TABLE}\"\nfamily = \"cf1\"\n\
         splits = [\"A0050\", \"A0100\"]\nkey = \"carNumber || '-' || date || '-' || record_id()\"\n\
         batch_bytes = 16384\ncalls_per_server = 3\nbuffer_bytes = 65536\n\
         from = [{{ source = \"cars\" }}]\n"
    );
    write(folder, &spout, "1 hour", live, &history);
}

/// The table must hold a row for each record: no fewer, no more.
pub fn must_hold(hbase: &[String], text: &str) {
    let found = ask(hbase, keys);
    let different: BTreeSet<&String> = found.iter().collect();
    assert_eq!(different.len(), found.len(), "a row came twice");
    // The last reading of each partition, which lets the last window close, waits for its clock.
    assert_eq!(found.len(), text.lines().count());
}

fn end(bed: &Testbed, victim: &str) {
    bed.run(&["kill", victim]);
    bed.run(&["up", victim]);
}

pub fn every_record_is_in_hbase_once_whoever_is_killed() -> Verdict {
    let bed = testbed::up("test-hbase", &["kafka", "hbase", "redis"])?;
    let brokers = bed.addresses("kafka").join(",");
    let redis = bed.addresses("redis").remove(0);
    let hbase = bed.addresses("hbase");
    create(&brokers, TOPIC, PARTITIONS);
    let text = lines(CARS, u64::from(CARS) * 300 * u64::from(kills() + 1), 3);
    let folder = tempfile::tempdir().expect("a folder");
    let live = format!("redis = [\"{redis}\"]");
    prepare(folder.path(), &brokers, &hbase, &live);
    let seconds = 2 * u64::from(kills() + 1);
    let wanted = Published::of(&detections(&text));
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, TOPIC, &text, seconds));
        let mut dice = Dice::new(5);
        let mut job = Job::start(folder.path(), false);
        for round in 0..kills() {
            std::thread::sleep(Duration::from_millis(500 + dice.below(2_000)));
            match ["tacho", "hbase", "redis", "kafka"][(round % 4) as usize] {
                "tacho" => job.kill_and_start(folder.path()),
                victim => end(&bed, victim),
            }
        }
        producing.join().expect("all is produced");
        let mut ask = stream(&redis);
        job.until(folder.path(), "all detections", || {
            let length = ask(redis::cmd("XLEN").arg("overspeed"));
            length == redis::Value::Int(wanted.entries.len() as i64)
        });
        job.stop(folder.path());
        Published::read(ask).must_be(&wanted);
    });
    must_hold(&hbase, &text);
    Ok(())
}
