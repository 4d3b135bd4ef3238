//! Two processes of one group share the partitions of a topic. They are killed, and paused for longer
//! than the group waits, at random moments; their detections are those of one that was not disturbed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::job::{Dice, Job, Published, detections_of, kills, until, write};
use crate::kafka::{CARS, PARTITIONS, consume, create, produce, stream};
use crate::testbed::{self, Testbed, program};
use crate::truth::{detections, lines};

/// Longer than the group waits for a member that says nothing.
const LONGER: Duration = Duration::from_secs(5);

/// Settings under which the group misses a member after a few seconds.
const CLASSIC: &str = r#"{ "session.timeout.ms" = "3000", "heartbeat.interval.ms" = "500" }"#;
/// The new protocol, where the broker says how long it waits.
const NEW: &str = r#"{ "group.protocol" = "consumer" }"#;

/// Two processes and their folders.
struct Pair {
    folders: [tempfile::TempDir; 2],
    jobs: [Option<Job>; 2],
}

impl Pair {
    fn start(spout: &str, live: &str, out: &str) -> Pair {
        let folders = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
        for folder in &folders {
            // Silence of the producer is no silence of the cars here.
            write(folder.path(), spout, "1 hour", live, out);
        }
        let jobs = [0, 1].map(|n: usize| Some(Job::start(folders[n].path(), false)));
        Pair { folders, jobs }
    }

    fn job(&mut self, which: usize) -> &mut Job {
        let job = self.jobs[which].as_mut().expect("a process");
        if job.has_ended() {
            panic!("it ended by itself:\n{}", log(self.folders[which].path()));
        }
        job
    }

    fn kill(&mut self, which: usize) {
        self.job(which);
        self.jobs[which].take().expect("a process").kill();
    }

    fn restart(&mut self, which: usize) {
        self.jobs[which] = Some(Job::start(self.folders[which].path(), false));
    }

    /// The partitions that each process says it has.
    fn shares(&self) -> [usize; 2] {
        [0, 1].map(|n: usize| {
            let log = log(self.folders[n].path());
            let line = log.lines().rfind(|l| l.contains(" partitions="));
            let count = line.and_then(|l| l.split(" partitions=").nth(1)?.split(' ').next());
            count.and_then(|c| c.parse().ok()).unwrap_or(0)
        })
    }
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

/// What a stopped process has left to be told of it.
fn inspected(folder: &Path) -> serde_json::Value {
    let mut inspect = Command::new(program());
    inspect.arg("inspect").arg(folder.join("data"));
    let output = inspect.args(["--format", "json"]).output();
    let output = output.expect("the program starts");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn pause(duration: Duration) {
    let began = Instant::now();
    until("a moment", || began.elapsed() > duration);
}

/// Kills, or pauses, one of the two, again and again.
fn disturb(pair: &mut Pair, dice: &mut Dice) {
    for round in 0..kills() {
        pause(Duration::from_millis(500 + dice.below(2_500)));
        let which = dice.below(2) as usize;
        if round % 2 == 0 {
            pair.kill(which);
            // Sometimes the other one has taken everything over when it comes back.
            pause(Duration::from_millis(dice.below(8_000)));
            pair.restart(which);
        } else {
            pair.job(which).signal("STOP");
            pause(LONGER + Duration::from_millis(dice.below(2_000)));
            pair.job(which).signal("CONT");
        }
    }
}

fn wait_for_all(redis: &str, wanted: &Published) {
    let mut ask = stream(redis);
    until("all detections", || {
        let length = ask(redis::cmd("XLEN").arg("overspeed"));
        length == redis::Value::Int(wanted.entries.len() as i64)
    });
}

fn shared(bed: &Testbed, settings: &str, seed: u64) {
    let brokers = bed.addresses("kafka").join(",");
    let redis = bed.addresses("redis").remove(0);
    create(&brokers, "SmartCar-Topic", PARTITIONS);
    create(&brokers, "Detections", 2);
    let rounds = u64::from(kills());
    let text = lines(CARS, u64::from(CARS) * 300 * (rounds + 1), seed);
    let spout = format!(
        "kind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"SmartCar-Topic\"\ngroup = \"g\"\n\
         partitioned_by = [\"carNumber\"]\nsettings = {settings}"
    );
    let out = format!(
        "[bolts.out]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Detections\"\nkey = \"carNumber\"\n\
         from = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n"
    );
    let mut pair = Pair::start(&spout, &format!("redis = [\"{redis}\"]"), &out);
    let mut dice = Dice::new(seed);
    let wanted = Published::of(&detections(&text));
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, "SmartCar-Topic", &text, 6 * rounds));
        until("the partitions are shared", || {
            let shares = pair.shares();
            shares.iter().all(|n| *n > 0) && shares.iter().sum::<usize>() == PARTITIONS as usize
        });
        disturb(&mut pair, &mut dice);
        producing.join().expect("all is produced");
    });
    wait_for_all(&redis, &wanted);
    // What comes after is a replay by whoever takes over: it must change nothing.
    pair.kill(0);
    until("the other one has all", || {
        pair.shares()[1] == PARTITIONS as usize
    });
    let [_, last] = pair.jobs;
    last.expect("a process").stop(pair.folders[1].path());
    // Its checkpoints lie in the changelog, and are told nevertheless.
    let checkpoints = inspected(pair.folders[1].path())["checkpoints"].take();
    let number = |name: &str| checkpoints[name].as_u64().unwrap_or(0);
    assert!(
        number("newest") >= number("completed").div_ceil(PARTITIONS as u64)
            && number("completed") > 0
            && number("bytes") > 0,
        "{checkpoints}"
    );
    Published::read(stream(&redis)).must_be(&wanted);
    let published = detections_of(consume(&brokers, "Detections").into_iter());
    let published = Published {
        members: Published::of(&published).members,
        entries: published,
    };
    published.must_be(&wanted);
    let marks = stream(&redis)(redis::cmd("HKEYS").arg("tacho:g:speeding"));
    let marks: BTreeSet<String> = redis::from_redis_value(marks).expect("marks");
    assert!(
        marks.contains("0") && marks.contains("0 overspeed"),
        "{marks:?}"
    );
}

#[test]
fn members_of_a_group_take_over_from_one_another() {
    if let Some(bed) = testbed::up("test-group", &["kafka", "redis"]) {
        shared(&bed, CLASSIC, 31);
    }
}

#[test]
fn members_take_over_by_the_new_protocol() {
    if let Some(bed) = testbed::up("test-group-new", &["kafka", "redis"]) {
        shared(&bed, NEW, 32);
    }
}
