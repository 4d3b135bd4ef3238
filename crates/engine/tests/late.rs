//! Records that come too late, or claim a time far ahead: kept with the reason, counted for each
//! source and each rule, archived, and unable to move the clock.

mod job;

use job::{Job, drive, reading};

/// A drive, with a record that is ten seconds late and one of the year 2099 in the middle.
fn log() -> String {
    let far = reading(20, "A0001", 99).replacen("2016", "2099", 1);
    let late = reading(10, "A0001", 250);
    drive(0, 22, "A0001", 100) + &far + &late + &drive(22, 60, "A0001", 100)
}

fn with_rules_of_two_sources(job: Job) -> Job {
    // The same log as a second source, which only one rule reads.
    let spout = "[spouts.others]\nkind = \"file\"\npaths = [\"data/cars.csv\"]\nevent_type = \"Reading\"\n\
                 time = { field = \"date\", format = \"yyyyMMddHHmmss\", lateness = \"1 min\", future = \"365 days\" }\n\n\
                 [bolts.second]\nkind = \"epl\"\nmodule = \"overspeed.epl\"\nfrom = [{ source = \"others\" }]\n\n";
    let first = "# Every record, unchanged, under the pilot's row key";
    job.with(first, &format!("{spout}{first}"))
}

#[test]
fn each_is_in_the_ledger_with_its_reason_and_in_the_archive() {
    let job = Job::over(&log());
    let done = job.run();
    let ledger = job.ledger("late-cars-0.jsonl");
    assert_eq!(ledger.len(), 2, "{ledger:?}");
    assert!(ledger[0].contains("\"reason\":\"future\"") && ledger[0].contains("20990101"));
    assert!(ledger[1].contains("\"reason\":\"late\"") && ledger[1].contains("250"));
    assert_eq!(done.rows("Drives").len(), 32);
}

#[test]
fn a_time_far_ahead_closes_no_window() {
    let mut done = Job::over(&log()).run();
    let detections = done.redis("SMEMBERS 20160101");
    assert_eq!(detections.len(), 2, "{detections:?}");
    let readings = done.redis("XRANGE overspeed - +");
    assert_eq!(readings.iter().filter(|text| *text == "15").count(), 2);
    assert_eq!(done.redis("EXISTS 20990101"), ["0"]);
}

#[test]
fn they_are_counted_for_each_source_and_each_rule() {
    let job = with_rules_of_two_sources(Job::over(&log()));
    let done = job.run();
    let status = done.system.observer().status();
    let of_source = |name: &str| {
        let all = status.partitions.iter();
        let found = all.filter(|p| p.spout == name).map(|p| (p.late, p.future));
        found.collect::<Vec<_>>()
    };
    assert_eq!(of_source("cars"), [(1, 1)]);
    // A minute late is in time there; what is too far ahead is so everywhere.
    assert_eq!(of_source("others"), [(0, 1)]);
    for rule in &status.rules {
        let missed = if rule.name.starts_with("second.") {
            1
        } else {
            2
        };
        assert_eq!(rule.late, missed, "{}", rule.name);
    }
    assert_eq!(status.rules.len(), 6);
}

#[test]
fn the_counts_go_on_after_a_restart() {
    let job = Job::over(&log()).with("kind = \"file\"", "kind = \"file\"\nfollow = true");
    let system = job.start();
    while system.metrics().records() < 32 {
        std::thread::yield_now();
    }
    system.stop().expect("an orderly end");
    job.add(&(drive(60, 90, "A0001", 100) + &reading(10, "A0001", 1)));
    let done = job.with("follow = true", "follow = false").run();
    let status = done.system.observer().status();
    assert_eq!(status.partitions[0].late, 2);
    assert!(
        status.rules.iter().all(|rule| rule.late == 3),
        "{:?}",
        status.rules
    );
}

/// The time to live is an age by the clocks of the partitions: neither a record that leaps far
/// ahead, nor a start without any record, makes the others old.
#[test]
fn a_leap_and_a_start_without_records_expire_nothing() {
    let absurd = reading(60, "A0002", 90).replacen("2016", "2099", 1);
    let log = drive(0, 60, "A0001", 50) + &absurd + &drive(60, 120, "A0001", 50);
    let table = "table = \"Drives\"";
    let job = Job::over(&log).with(table, &format!("{table}\nttl = \"1 hour\""));
    for _ in 0..2 {
        let done = job.run();
        assert_eq!(done.rows("Drives").len(), 61);
        done.system.stop().expect("an orderly end");
    }
}
