//! Two processes of one group share the partitions of a topic. They are killed, and paused for longer
//! than the group waits, at random moments; their detections are those of one that was not disturbed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::harness::Verdict;
use crate::job::{Dice, Published, detections_of, kills, until};
use crate::kafka::{CARS, PARTITIONS, consume, create, produce, stream};
use crate::pair::{CLASSIC, Pair, pause, spout};
use crate::testbed::{self, Testbed, program};
use crate::truth::{detections, lines};

/// Longer than the group waits for a member that says nothing.
const LONGER: Duration = Duration::from_secs(5);

/// The new protocol, where the broker says how long it waits.
const NEW: &str = r#"{ "group.protocol" = "consumer" }"#;

/// What a stopped process has left to be told of it.
fn inspected(folder: &Path) -> serde_json::Value {
    let mut inspect = Command::new(program());
    inspect.arg("inspect").arg(folder.join("data"));
    let output = inspect.args(["--format", "json"]).output();
    let output = output.expect("the program starts");
    serde_json::from_slice(&output.stdout).expect("JSON")
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
    let spout = spout(&brokers, "SmartCar-Topic", settings);
    let out = format!(
        "[bolts.out]\nkind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"Detections\"\nkey = \"carNumber\"\n\
         from = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n"
    );
    let mut pair = Pair::start(&spout, &format!("redis = [\"{redis}\"]"), &out);
    let mut dice = Dice::new(seed);
    let wanted = Published::of(&detections(&text));
    std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(&brokers, "SmartCar-Topic", &text, 6 * rounds));
        pair.until_shared();
        disturb(&mut pair, &mut dice);
        producing.join().expect("all is produced");
    });
    wait_for_all(&redis, &wanted);
    // What comes after is a replay by whoever takes over: it must change nothing.
    pair.kill(0);
    pair.until_all_at(1);
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

pub fn members_of_a_group_take_over_from_one_another() -> Verdict {
    let bed = testbed::up("test-group", &["kafka", "redis"])?;
    shared(&bed, CLASSIC, 31);
    Ok(())
}

pub fn members_take_over_by_the_new_protocol() -> Verdict {
    let bed = testbed::up("test-group-new", &["kafka", "redis"])?;
    shared(&bed, NEW, 32);
    Ok(())
}
