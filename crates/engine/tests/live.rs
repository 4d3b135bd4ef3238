//! What readers find in the live store after the job was killed again and again is what they find
//! after an undisturbed run: two bolts write it, each with barriers of its own.

mod job;

use job::{Finished, Job, drive, log};

/// Cars that speed at times of their own, for a quarter of an hour.
fn cars() -> String {
    let car = |n: u32| {
        let (name, from) = (format!("A{n:04}"), n % 13 * 60);
        let slow = [drive(0, from, &name, 60), drive(from + 90, 900, &name, 50)];
        slow[0].clone() + &drive(from, from + 90, &name, 120) + &slow[1]
    };
    log(&(0..60).map(car).collect::<Vec<_>>())
}

fn found(mut done: Finished) -> Vec<Vec<String>> {
    let mut members = done.redis("SMEMBERS 20160101");
    members.sort();
    vec![
        members,
        done.redis("XRANGE overspeed - +"),
        done.redis("XRANGE pace - +"),
        done.redis("SMEMBERS speeding"),
        done.redis("HGETALL car:A0007"),
    ]
}

#[test]
fn a_killed_job_leaves_the_live_store_of_an_undisturbed_one() {
    let log = cars();
    let job = || Job::over(&log).with("checkpoint = \"5 sec\"", "checkpoint = \"10 msec\"");
    let wanted = found(job().run());
    assert!(wanted[1].len() > 1_000 && wanted[2].len() > 1_000);
    let killed = job();
    for round in 1..=8 {
        let system = killed.start();
        // A later and later moment of the same work, by its own progress rather than by a clock.
        let position = |system: &tachograph_engine::System| {
            system.metrics().spouts[0].position.get() * 9 / log.len() as u64
        };
        while position(&system) < round && !system.is_finished() {
            std::thread::yield_now();
        }
        let checkpoints = system.metrics().checkpoints.get();
        while system.metrics().checkpoints.get() == checkpoints && !system.is_finished() {
            std::thread::yield_now();
        }
        system.kill();
    }
    assert_eq!(found(killed.run()), wanted);
}

#[test]
fn a_row_that_is_written_to_a_stream_twice_has_two_entries() {
    let log = cars();
    let once = Job::over(&log).run().redis("XLEN pace");
    let key = "key = \"'pace'\"";
    let again = format!("{key}\n\n[[bolts.pace.write]]\ncommand = \"xadd\"\n{key}");
    let twice = Job::over(&log).with(key, &again).run().redis("XLEN pace");
    let number = |texts: Vec<String>| texts[0].parse::<u64>().expect("a length");
    assert_eq!(number(twice), 2 * number(once));
}

#[test]
fn two_bolts_that_write_one_stream_are_refused_by_name() {
    let log = cars();
    let job = Job::over(&log).with("key = \"'pace'\"", "key = \"'overspeed'\"");
    let fault = job.refused();
    for words in [
        "[bolts.speeding] and [bolts.pace] both write the stream `overspeed`",
        "insert into",
    ] {
        assert!(fault.contains(words), "{fault}");
    }
}

/// Which bolt is first is chance, so it is not told beforehand whose rows are kept where: but each
/// is in the stream or in a ledger.
#[test]
fn rows_of_a_stream_that_another_bolt_writes_are_kept_with_the_reason() {
    let log = cars();
    let mut done = Job::over(&log).run();
    let mut entries = |stream: &str| -> usize {
        done.redis(&format!("XLEN {stream}"))[0]
            .parse()
            .expect("a length")
    };
    let all = entries("overspeed") + entries("pace");
    let key = "case when speeding then 'overspeed' else 'overspeed' end";
    let job = Job::over(&log).with("\"'pace'\"", &format!("\"{key}\""));
    let written = job.run().redis("XLEN overspeed")[0].parse::<usize>();
    let ledgers = ["speeding", "pace"].map(|bolt| job.ledger(&format!("unwritten-{bolt}.jsonl")));
    let kept = ledgers.concat();
    assert!(
        kept.iter()
            .all(|line| line.contains("another bolt writes this stream"))
    );
    assert_eq!(written.expect("a length") + kept.len(), all);
    assert!(!kept.is_empty());
}

/// How many parts of the newest checkpoint have the whole store in them.
fn parts_with_the_store(job: &Job) -> usize {
    let folder = job.data().join("checkpoints");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("a checkpoint");
    let newest = current.split_whitespace().next().expect("its number");
    let parts = std::fs::read_dir(folder.join(newest)).expect("its parts");
    let bytes = parts.map(|part| std::fs::read(part.expect("a part").path()).expect("bytes"));
    let has_store = |bytes: &Vec<u8>| bytes.windows(4).any(|four| four == b"TLIV");
    bytes.filter(has_store).count()
}

#[test]
fn the_store_is_written_once_a_checkpoint_however_many_bolts_write_it() {
    let spout = "paths = [\"data/cars.csv\"]";
    let job = Job::over(&cars())
        .with(spout, &format!("{spout}\nfollow = true"))
        .with("checkpoint = \"5 sec\"", "checkpoint = \"10 msec\"");
    let system = job.start();
    while system.metrics().checkpoints.get() < 3 {
        assert!(!system.has_failed());
        std::thread::yield_now();
    }
    system.kill();
    assert_eq!(parts_with_the_store(&job), 1);
}
