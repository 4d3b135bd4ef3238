//! The live bolt over one server that is killed, over sentinels with failovers, over a cluster whose
//! slots move and whose masters die.

use std::path::Path;
use std::time::{Duration, Instant};

use redis::{Client, ConnectionLike};

use crate::harness::Verdict;
use crate::job::{Dice, Job, Published, kills, until, write};
use crate::testbed::{self, Testbed};
use crate::truth::{detections, lines};

const CARS: u32 = 150;
/// Driving time per wall time: the fleet drives 405 ticks in about two seconds.
const PACE: u64 = 400;

/// The fleet drives two seconds for each kill, and two more; in whole windows, for a last window that
/// is not over closes by silence only where the idle time reaches its end.
fn ticks() -> u64 {
    405 * (u64::from(kills()) + 1)
}

fn spout() -> String {
    let ticks = ticks();
    format!("kind = \"generate\"\ncars = {CARS}\nseed = 3\nticks = {ticks}\npace = {PACE}")
}

fn wanted() -> Published {
    Published::of(&detections(&lines(CARS, u64::from(CARS) * ticks(), 3)))
}

fn ask(address: &str) -> impl FnMut(&redis::Cmd) -> redis::Value {
    let client = Client::open(format!("redis://{address}/")).expect("an address");
    let mut connection = client.get_connection().expect("a connection");
    move |command| connection.req_command(command).expect("an answer")
}

/// Runs the job to its end; meanwhile, `disturb` is called at random moments.
fn run(folder: &Path, seed: u64, mut disturb: impl FnMut(u32)) {
    let mut dice = Dice::new(seed);
    let mut job = Job::start(folder, true);
    for round in 0..kills() {
        let pause = Duration::from_millis(500 + dice.below(1_500));
        let began = Instant::now();
        until("a moment", || began.elapsed() > pause);
        disturb(round);
        // Every second time the program dies too, while the server may still be away.
        if round % 2 == 1 && !job.has_ended() {
            job.kill();
            job = Job::start(folder, true);
        }
    }
    job.wait(folder);
}

pub fn one_server_is_killed_while_it_is_written_to() -> Verdict {
    let bed = testbed::up("test-redis", &["redis"])?;
    let address = bed.addresses("redis").remove(0);
    let folder = tempfile::tempdir().expect("a folder");
    let live = format!("redis = [\"{address}\"]");
    write(folder.path(), &spout(), "3 sec", &live, "");
    run(folder.path(), 11, |_| {
        bed.run(&["kill", "redis"]);
        bed.run(&["up", "redis"]);
    });
    Published::read(ask(&address)).must_be(&wanted());
    a_password_is_missing(&address);
    Ok(())
}

/// A server that asks for a password is waited for, and it is said what is missing.
fn a_password_is_missing(address: &str) {
    let mut ask = ask(address);
    ask(&redis::cmd("FLUSHALL"));
    let mut password = |text: &str| {
        let mut set = redis::cmd("CONFIG");
        ask(set.arg("SET").arg("requirepass").arg(text));
    };
    password("secret");
    let folder = tempfile::tempdir().expect("a folder");
    let live = format!("redis = [\"{address}\"]");
    write(folder.path(), &spout(), "3 sec", &live, "");
    let job = Job::start(folder.path(), true);
    until("it is said that a password is missing", || {
        let log = std::fs::read_to_string(folder.path().join("log"));
        log.is_ok_and(|log| log.contains("NOAUTH"))
    });
    password("");
    job.wait(folder.path());
    Published::read(ask).must_be(&wanted());
}

/// The address of the master that all sentinels name, where it answers and has both its replicas:
/// before that, the change to it is not over.
pub fn master(bed: &Testbed) -> Option<String> {
    let sentinels = bed.addresses("sentinel");
    let named: Vec<String> = sentinels.iter().filter_map(|s| named_by(s)).collect();
    let master = named.first()?.clone();
    let client = Client::open(format!("redis://{master}/")).ok()?;
    let mut connection = client.get_connection().ok()?;
    let told: String = redis::cmd("INFO")
        .arg("replication")
        .query(&mut connection)
        .ok()?;
    let whole = told.contains("role:master") && told.matches("state=online").count() == 2;
    let agreed = named.len() == sentinels.len() && named.iter().all(|n| *n == master);
    (whole && agreed).then_some(master)
}

fn named_by(sentinel: &str) -> Option<String> {
    let client = Client::open(format!("redis://{sentinel}/")).ok()?;
    let mut connection = client.get_connection().ok()?;
    let mut asked = redis::cmd("SENTINEL");
    asked.arg("get-master-addr-by-name").arg("main");
    let (host, port): (String, String) = asked.query(&mut connection).ok()?;
    Some(format!("{host}:{port}"))
}

/// Ends the master, and waits until the sentinels have agreed on another.
pub fn fail_over(bed: &Testbed) {
    let mut before = None;
    until("one master", || {
        before = master(bed);
        before.is_some()
    });
    let before = before.unwrap_or_default();
    let port = before.rsplit_once(':').and_then(|(_, p)| p.parse().ok());
    let process = bed.process_at("sentinel", port.expect("a port"));
    bed.run(&["kill", &format!("sentinel/{process}")]);
    until("another master", || {
        let named = bed.addresses("sentinel");
        let is_new = |s: &String| named_by(s).is_some_and(|now| now != before);
        named.iter().all(is_new)
    });
    bed.run(&["up", "sentinel"]);
}

pub fn sentinels_choose_another_master_while_it_is_written_to() -> Verdict {
    let bed = testbed::up("test-sentinel", &["sentinel"])?;
    let sentinels = bed.addresses("sentinel");
    let folder = tempfile::tempdir().expect("a folder");
    let live = format!("redis = {sentinels:?}\nsentinel = \"main\"");
    write(folder.path(), &spout(), "3 sec", &live, "");
    run(folder.path(), 12, |_| fail_over(&bed));
    until("one master", || master(&bed).is_some());
    Published::read(ask(&master(&bed).expect("a master"))).must_be(&wanted());
    Ok(())
}

/// A connection to a cluster.
pub fn cluster(addresses: &[String]) -> redis::cluster::ClusterConnection {
    let nodes = addresses.iter().map(|a| format!("redis://{a}/"));
    let client = redis::cluster::ClusterClient::new(nodes.collect::<Vec<_>>());
    client.and_then(|c| c.get_connection()).expect("a cluster")
}

/// Moves the stream's slot to another master with `redis-cli`, as an operator does.
pub fn move_slots(address: &str) {
    let told = |words: &[&str]| {
        let output = std::process::Command::new("redis-cli").args(words).output();
        String::from_utf8_lossy(&output.expect("redis-cli").stdout).into_owned()
    };
    // What was moved before has come round to all of them.
    until("the servers agree", || {
        let told = told(&["--cluster", "check", address]);
        told.contains("[OK] All nodes agree") && told.contains("[OK] All 16384 slots covered")
    });
    let (host, port) = address.split_once(':').expect("an address");
    let slot = told(&["-h", host, "-p", port, "CLUSTER", "KEYSLOT", "overspeed"]);
    let slot: u64 = slot.trim().parse().expect("a slot");
    let nodes = told(&["-h", host, "-p", port, "CLUSTER", "NODES"]);
    let masters: Vec<Vec<&str>> = nodes
        .lines()
        .map(|l| l.split(' ').collect::<Vec<_>>())
        .filter(|l| l[2].contains("master") && !l[2].contains("fail") && l.len() > 8)
        .collect();
    let has = |range: &&str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let bound = |text: &str| text.parse::<u64>().ok();
        bound(first)
            .zip(bound(last))
            .is_some_and(|(f, l)| (f..=l).contains(&slot))
    };
    let owner = masters.iter().position(|l| l[8..].iter().any(has));
    let owner = owner.expect("the slot has a master");
    let receiver = (owner + 1) % masters.len();
    let (from, to) = (masters[owner][0], masters[receiver][0]);
    // All slots up to that one and some more: the stream's is among them.
    let first = masters[owner][8]
        .split('-')
        .next()
        .and_then(|s| s.parse::<u64>().ok());
    let count = (slot + 1).saturating_sub(first.unwrap_or(0)).to_string();
    let told = told(&[
        "--cluster",
        "reshard",
        address,
        "--cluster-from",
        from,
        "--cluster-to",
        to,
        "--cluster-slots",
        &count,
        "--cluster-yes",
        "--cluster-pipeline",
        "1",
    ]);
    assert!(!told.contains("[ERR]"), "{told}");
}

pub fn slots_move_and_masters_die_while_a_cluster_is_written_to() -> Verdict {
    let bed = testbed::up("test-cluster", &["redis-cluster"])?;
    let addresses = bed.addresses("redis-cluster");
    let folder = tempfile::tempdir().expect("a folder");
    let live = format!("redis = {addresses:?}\ncluster = true");
    write(folder.path(), &spout(), "3 sec", &live, "");
    run(folder.path(), 13, |round| match round % 2 {
        0 => move_slots(&addresses[0]),
        _ => {
            // A server that is a master at first; the cluster chooses its replica.
            bed.run(&["kill", "redis-cluster/server-2"]);
            bed.run(&["up", "redis-cluster"]);
        }
    });
    let mut connection = cluster(&addresses);
    let ask = |command: &redis::Cmd| connection.req_command(command).expect("an answer");
    Published::read(ask).must_be(&wanted());
    Ok(())
}
