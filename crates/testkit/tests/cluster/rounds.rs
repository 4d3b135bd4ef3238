//! Rounds of deaths drawn by chance, under load, with everything as it is in earnest: several region
//! servers, sentinels over Redis. Afterwards every effect is there once.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

use crate::harness::Verdict;
use crate::hbase::{TOPIC, ask, must_hold, prepare};
use crate::job::{Dice, Job, Published, until, write_note};
use crate::kafka::{CARS, PARTITIONS, create, produce, stream};
use crate::redis::{fail_over, master};
use crate::testbed::{self, Testbed};
use crate::truth::{detections, lines};

/// The load lasts so long for each round, and drives this many seconds of the cars' time.
const ROUND: (u64, u64) = (15, 300);

/// Who may die.
const VICTIMS: [&str; 5] = [
    "tacho",
    "kafka",
    "the region server of hbase:meta",
    "another region server",
    "the master of Redis",
];

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The process of a region server: the one that has `hbase:meta`, or one that has not.
fn region_server(bed: &Testbed, hbase: &[String], has_meta: bool) -> String {
    let port = ask(hbase, async |client| {
        let admin = client.admin();
        let meta = admin.regions("hbase:meta").await.expect("a region");
        let meta = meta[0].server.clone().expect("it is somewhere");
        let mut all = admin.servers().await.expect("servers").into_iter();
        let found = all.find(|s| (s.port == meta.port) == has_meta);
        found.expect("such a server").port
    });
    format!("hbase3/{}", bed.process_at("hbase3", port))
}

/// Ends one process, waits a moment and starts it again; the program may die meanwhile, too.
fn strike(bed: &Testbed, process: &str, dice: &mut Dice, job: &mut Job, folder: &Path) {
    bed.run(&["kill", process]);
    std::thread::sleep(Duration::from_millis(dice.below(1_500)));
    if dice.below(3) == 0 {
        job.kill_and_start(folder);
    }
    let server = process.split('/').next().unwrap_or(process);
    bed.run(&["up", server]);
}

pub fn every_effect_is_there_once_after_rounds_of_deaths() -> Verdict {
    let bed = testbed::up("test-rounds", &["kafka", "hbase3", "sentinel"])?;
    let rounds = number("TACHO_ROUNDS").unwrap_or(2);
    let seed = number("TACHO_SEED").unwrap_or_else(|| RandomState::new().hash_one(0) >> 32);
    write_note(&format!("rounds: TACHO_SEED={seed}"));
    let brokers = bed.addresses("kafka").join(",");
    let hbase = bed.addresses("hbase3");
    create(&brokers, TOPIC, PARTITIONS);
    let text = lines(CARS, u64::from(CARS) * ROUND.1 * (rounds + 1), seed);
    let wanted = Published::of(&detections(&text));
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let sentinels = bed.addresses("sentinel");
    let live = format!("redis = {sentinels:?}\nsentinel = \"main\"");
    prepare(folder, &brokers, &hbase, &live);
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, TOPIC, &text, ROUND.0 * (rounds + 1)));
        let mut dice = Dice::new(seed);
        let mut job = Job::start(folder, false);
        for round in 1..=rounds {
            std::thread::sleep(Duration::from_millis(500 + dice.below(2_000)));
            let victim = dice.below(VICTIMS.len() as u64) as usize;
            write_note(&format!("round {round} of {rounds}: {}", VICTIMS[victim]));
            match victim {
                0 => job.kill_and_start(folder),
                1 => strike(&bed, "kafka", &mut dice, &mut job, folder),
                2 | 3 => {
                    let process = region_server(&bed, &hbase, victim == 2);
                    strike(&bed, &process, &mut dice, &mut job, folder);
                }
                _ => fail_over(&bed),
            }
        }
        producing.join().expect("all is produced");
        until("one master", || master(&bed).is_some());
        let store = master(&bed).expect("a master");
        let mut told = stream(&store);
        job.until(folder, "all detections", || {
            let length = told(redis::cmd("XLEN").arg("overspeed"));
            length == redis::Value::Int(wanted.entries.len() as i64)
        });
        job.stop(folder);
        Published::read(told).must_be(&wanted);
    });
    must_hold(&hbase, &text);
    Ok(())
}
