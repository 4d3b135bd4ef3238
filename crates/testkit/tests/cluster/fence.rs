//! A process that was paused while another one took its partitions over, and then goes on: nothing of
//! it reaches the live store, also where the sentinels have chosen another master meanwhile, or slots
//! of the cluster have moved.

use std::sync::Arc;
use std::time::Duration;

use redis::ConnectionLike;
use tachograph_connect::redis::{Command, Owner, RedisConfig, RedisMode, RedisPlace};
use tachograph_connect::writer::{Place, Trouble};

use crate::harness::Verdict;
use crate::job::{Published, kills, until};
use crate::kafka::{CARS, PARTITIONS, create, produce, stream};
use crate::pair::{CLASSIC, Pair, spout};
use crate::redis::{cluster, fail_over, master, move_slots};
use crate::testbed::{self, Testbed};
use crate::truth::{detections, lines};

/// The topic that the jobs read.
const TOPIC: &str = "Cars-Of-A-Group";
/// A stream, and a set in the same slot.
const KEYS: [&str; 2] = ["overspeed", "{overspeed}:ids"];

/// A live store whose servers change.
struct Store<'a> {
    /// Its section of the topology.
    live: String,
    mode: RedisMode,
    addresses: Vec<String>,
    /// Lets another master have the keys.
    change: &'a dyn Fn(),
    /// Gives a command to whoever has its key now.
    ask: &'a dyn Fn(&redis::Cmd) -> redis::Value,
}

fn over_sentinels(bed: &Testbed, test: impl FnOnce(&Store<'_>)) {
    let addresses = bed.addresses("sentinel");
    test(&Store {
        live: format!("redis = {addresses:?}\nsentinel = \"main\""),
        mode: RedisMode::Sentinel("main".into()),
        addresses,
        change: &|| fail_over(bed),
        ask: &|command| {
            until("one master", || master(bed).is_some());
            stream(&master(bed).expect("a master"))(command)
        },
    });
}

fn over_a_cluster(bed: &Testbed, test: impl FnOnce(&Store<'_>)) {
    let addresses = bed.addresses("redis-cluster");
    test(&Store {
        live: format!("redis = {addresses:?}\ncluster = true"),
        mode: RedisMode::Cluster,
        addresses: addresses.clone(),
        change: &|| move_slots(&addresses[0]),
        ask: &|command| cluster(&addresses).req_command(command).expect("an answer"),
    });
}

/// The store as an owner of partition 0 writes it.
fn place(store: &Store<'_>, number: u64) -> RedisPlace {
    let owner = Owner {
        name: "tacho:test".into(),
        partition: 0,
        number,
        is_cluster: store.mode == RedisMode::Cluster,
    };
    let config = RedisConfig {
        addresses: store.addresses.clone(),
        mode: store.mode.clone(),
        user: None,
        password: None,
        replicas: 1,
        timeout: Duration::from_secs(2),
        owner: Some(Arc::new(owner)),
    };
    let refused = |reason: &str| panic!("refused: {reason}");
    RedisPlace::new(config, Arc::new(refused))
}

/// An entry, and its id in the set.
fn written(id: &str) -> [Command; 2] {
    let entry = Command::new("XADD", KEYS[0]).arg(id).arg("id").arg(id);
    [entry, Command::new("SADD", KEYS[1]).arg(id)]
}

fn write(place: &mut RedisPlace, ids: &[&str]) {
    place.take(ids.iter().flat_map(|id| written(id)).collect());
    until("all is written", || place.settle().is_ok());
}

/// What a paused owner has not given away yet is refused, wherever its keys are when it goes on.
fn fenced(store: &Store<'_>) {
    let (mut first, mut second) = (place(store, 1), place(store, 2));
    write(&mut first, &["5-1", "5-2"]);
    // Here it is paused.
    first.take(["5-3", "9-9"].iter().flat_map(|id| written(id)).collect());
    write(&mut second, &["5-1", "5-2", "5-3"]);
    (store.change)();
    until("it is told why", || match first.settle() {
        Err(Trouble::Passing(reason)) => reason.contains("taken partition 0 over"),
        other => panic!("{other:?}"),
    });
    write(&mut second, &["6-1"]);
    (store.change)();
    assert!(first.settle().is_err(), "it is fenced off for good");
    write(&mut second, &["6-2"]);
    let ids = ["5-1", "5-2", "5-3", "6-1", "6-2"];
    let entries = (store.ask)(redis::cmd("XRANGE").arg(KEYS[0]).arg("-").arg("+"));
    let entries: Vec<(String, Vec<String>)> = redis::from_redis_value(entries).expect("entries");
    let found: Vec<&str> = entries.iter().map(|(_, of)| of[1].as_str()).collect();
    assert_eq!(found, ids);
    let members = (store.ask)(redis::cmd("SMEMBERS").arg(KEYS[1]));
    let mut members: Vec<String> = redis::from_redis_value(members).expect("members");
    members.sort();
    assert_eq!(members, ids);
}

/// A process is paused, the other one takes over and writes, the servers change, and the paused one
/// goes on.
fn paused(bed: &Testbed, store: &Store<'_>, seed: u64) {
    let brokers = bed.addresses("kafka").join(",");
    create(&brokers, TOPIC, PARTITIONS);
    let rounds = u64::from(kills().div_ceil(3));
    let text = lines(CARS, u64::from(CARS) * 900 * rounds, seed);
    let wanted = Published::of(&detections(&text));
    let length = || match (store.ask)(redis::cmd("XLEN").arg("overspeed")) {
        redis::Value::Int(length) => length,
        other => panic!("{other:?}"),
    };
    let mut pair = Pair::start(&spout(&brokers, TOPIC, CLASSIC), &store.live, "");
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, TOPIC, &text, 25 * rounds));
        for round in 0..rounds {
            let which = (round % 2) as usize;
            pair.until_shared();
            until("something is written", || length() > 0);
            pair.job(which).signal("STOP");
            pair.until_all_at(1 - which);
            let before = length();
            until("the other one writes", || length() > before);
            (store.change)();
            pair.job(which).signal("CONT");
            pair.until_shared();
        }
        producing.join().expect("all is produced");
    });
    let all = wanted.entries.len() as i64;
    until("all detections", || length() == all);
    let [first, second] = pair.jobs;
    for (job, folder) in [first, second].into_iter().zip(&pair.folders) {
        job.expect("a process").stop(folder.path());
    }
    Published::read(store.ask).must_be(&wanted);
}

pub fn a_paused_owner_is_fenced_off_by_another_master_too() -> Verdict {
    let bed = testbed::up("test-fence", &["sentinel"])?;
    over_sentinels(&bed, fenced);
    Ok(())
}

pub fn a_paused_owner_is_fenced_off_where_its_slots_have_moved() -> Verdict {
    let bed = testbed::up("test-fence", &["redis-cluster"])?;
    over_a_cluster(&bed, fenced);
    Ok(())
}

pub fn a_paused_member_writes_nothing_more_to_sentinels() -> Verdict {
    let bed = testbed::up("test-paused", &["kafka", "sentinel"])?;
    over_sentinels(&bed, |store| paused(&bed, store, 41));
    Ok(())
}

pub fn a_paused_member_writes_nothing_more_to_a_cluster() -> Verdict {
    let bed = testbed::up("test-paused", &["kafka", "redis-cluster"])?;
    over_a_cluster(&bed, |store| paused(&bed, store, 42));
    Ok(())
}
