//! The eight faults of the public implementation of the reference job, each shown to be absent
//! from the bundled example.

mod job;

use std::collections::BTreeSet;

use job::{Job, drive, log, reading};
use tachograph_engine::query::TableQuery;

const DAY: &str = "SMEMBERS 20160101";

fn set(texts: impl IntoIterator<Item = impl Into<String>>) -> BTreeSet<String> {
    texts.into_iter().map(Into::into).collect()
}

/// There, a rule's listener set a flag, and the next record that passed by was published.
#[test]
fn fault_1_every_speeding_car_of_a_window_is_reported_and_no_other() {
    let log = log(&[
        drive(0, 30, "A0001", 120),
        drive(0, 30, "B0002", 50),
        drive(0, 30, "C0003", 81),
        drive(0, 30, "D0004", 80),
        // The record that comes by when the window ends.
        drive(30, 34, "B0002", 50),
    ]);
    let mut done = Job::over(&log).run();
    let reported = set(done.redis(DAY));
    assert_eq!(
        reported,
        set(["A0001-20160101000030", "C0003-20160101000030"])
    );
}

/// There, the window ran on the wall clock over records that move at 20 times its speed.
#[test]
fn fault_2_thirty_seconds_are_seconds_of_driving_however_fast_records_come() {
    // An hour of driving, read in an instant: fast for one window, and slow in all others.
    let log = log(&[
        drive(0, 1_800, "A0001", 60),
        drive(1_800, 1_830, "A0001", 100),
        drive(1_830, 3_600, "A0001", 60),
    ]);
    let mut done = Job::over(&log).run();
    assert_eq!(done.redis(DAY), ["A0001-20160101003030"]);
    let car = done.redis("HGETALL car:A0001");
    let value = |name: &str| {
        let place = car.iter().position(|text| text == name).expect("a field");
        car[place + 1].clone()
    };
    assert_eq!(value("readings"), "15");
    assert_eq!(value("average"), "100.0");
    assert_eq!(value("windowStart"), "1451608200000");
    assert_eq!(value("windowEnd"), "1451608230000");
}

/// There, every bolt received all records, so that more tasks wrote all of them several times.
#[test]
fn fault_3_more_tasks_share_the_cars_out_and_write_nothing_twice() {
    let cars: Vec<String> = (0..40)
        .map(|n| drive(0, 60, &format!("A{n:04}"), 70 + n))
        .collect();
    let log = log(&cars);
    let run = |tasks: usize| {
        let rules = format!("module = \"overspeed.epl\"\ntasks = {tasks}");
        let table = format!("table = \"Drives\"\ntasks = {tasks}");
        let mut done = Job::over(&log)
            .with("module = \"overspeed.epl\"\ntasks = 2", &rules)
            .with("table = \"Drives\"", &table)
            .run();
        assert_eq!(done.rows("Drives").len(), 40 * 30);
        assert_eq!(done.system.observer().detections(), 2 * 29 + 2 * 29);
        (
            done.redis("XRANGE overspeed - +"),
            done.redis("XRANGE pace - +"),
        )
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert_eq!(run(4), one);
}

/// There, a restart began at the end of the topic with an empty window.
#[test]
fn fault_4_a_restart_goes_on_with_the_records_and_windows_of_the_meantime() {
    let job = Job::over(&drive(0, 20, "A0001", 100))
        .with("kind = \"file\"", "kind = \"file\"\nfollow = true");
    let system = job.start();
    while system.metrics().records() < 10 {
        std::thread::yield_now();
    }
    system.stop().expect("an orderly end");
    // The process is away, and the car drives on; its window is half full.
    job.add(&drive(20, 60, "A0001", 100));
    let mut done = job.with("follow = true", "follow = false").run();
    assert_eq!(
        set(done.redis(DAY)),
        set(["A0001-20160101000030", "A0001-20160101000100"])
    );
    let readings = done.redis("XRANGE overspeed - +");
    assert_eq!(readings.iter().filter(|text| *text == "15").count(), 2);
    assert_eq!(done.rows("Drives").len(), 30);
}

/// There, an error of Redis was swallowed and the record acknowledged.
#[test]
fn fault_5_a_detection_that_cannot_be_written_is_kept_and_told() {
    // The key of the day is made a string by another write, so that it takes no member.
    let day = "key = \"format_time(windowEnd, 'yyyyMMdd')\"";
    let add = format!("[[bolts.speeding.write]]\ncommand = \"sadd\"\n{day}");
    let spoil =
        format!("[[bolts.speeding.write]]\ncommand = \"set\"\n{day}\nvalue = \"'x'\"\n\n{add}");
    let job = Job::over(&drive(0, 60, "A0001", 100)).with(&add, &spoil);
    let mut done = job.run();
    let kept = job.ledger("unwritten-speeding.jsonl");
    assert_eq!(kept.len(), 2, "a line for each detection: {kept:?}");
    assert!(
        kept[0].contains("WRONGTYPE") && kept[0].contains("A0001"),
        "{kept:?}"
    );
    let status = done.system.observer().status();
    assert_eq!(
        (&*status.unwritten[0].bolt, status.unwritten[0].count),
        ("speeding", 2)
    );
    // What could be written was.
    assert_eq!(done.redis("XLEN overspeed"), ["2"]);
}

/// There, the client deleted what it had read: one reader only, and what came between was lost.
#[test]
fn fault_6_every_reader_sees_every_detection_whenever_it_comes() {
    let log = log(&[drive(0, 60, "A0001", 100), drive(0, 60, "B0002", 90)]);
    let mut done = Job::over(&log).run();
    for group in ["alarms", "statistics"] {
        done.redis(&format!("XGROUP CREATE overspeed {group} 0"));
        let first = done.redis(&format!(
            "XREADGROUP GROUP {group} me COUNT 3 STREAMS overspeed >"
        ));
        let second = done.redis(&format!("XREADGROUP GROUP {group} me STREAMS overspeed >"));
        let cars = first
            .iter()
            .chain(&second)
            .filter(|text| *text == "carNumber");
        assert_eq!(cars.count(), 4, "{group} sees both cars in both windows");
    }
    assert_eq!(done.redis(DAY).len(), 4);
    assert_eq!(done.redis(DAY).len(), 4, "reading takes nothing away");
}

/// There, the row key had a resolution of a second, and could be scanned by neither car nor time.
#[test]
fn fault_7_readings_of_one_second_are_rows_of_their_own_and_found_by_car_and_time() {
    let log = log(&[
        reading(0, "A0001", 10),
        reading(0, "A0001", 20),
        reading(0, "A0001", 20),
        reading(0, "B0002", 30),
        reading(2, "A0001", 40),
        reading(4, "A0001", 50),
    ]);
    let done = Job::over(&log).run();
    let speeds = |query: TableQuery| -> Vec<i64> {
        let rows = done.scan(TableQuery {
            table: "Drives".into(),
            ..query
        });
        rows.iter()
            .map(|row| row.columns["speed"].as_i64().expect("a number"))
            .collect()
    };
    let of_car = TableQuery {
        prefix: Some("A0001-".into()),
        ..TableQuery::default()
    };
    assert_eq!(speeds(of_car), [10, 20, 20, 40, 50]);
    let of_range = TableQuery {
        from: Some("A0001-20160101000002".into()),
        to: Some("A0001-20160101000004".into()),
        ..TableQuery::default()
    };
    assert_eq!(speeds(of_range), [40]);
    let start = 1_451_606_400_000;
    let of_time = TableQuery {
        since: Some(start),
        until: Some(start + 1_000),
        ..TableQuery::default()
    };
    assert_eq!(speeds(of_time), [10, 20, 20, 30]);
}

/// There, the heading of each car's log was an exception in the rule bolt, and was kept nowhere.
#[test]
fn fault_8_a_malformed_line_stops_nothing_and_is_kept_with_place_and_reason() {
    let heading =
        "Driver Status Infomation,CarNum,AccStep,BrkStep,WheelStep,DirLight,Speed,AreaNum\n";
    let log = format!(
        "{heading}{}20160101000030,A0001,3,0,F,N,fast,D02\n{}",
        drive(0, 30, "A0001", 100),
        drive(30, 60, "A0001", 100)
    );
    let job = Job::over(&log);
    let mut done = job.run();
    assert_eq!(done.redis(DAY).len(), 2);
    let dead = job.ledger("dead-letter-cars-0.jsonl");
    assert_eq!(dead.len(), 2);
    assert!(
        dead[0].contains("\"position\":0,") && dead[0].contains("Infomation"),
        "{dead:?}"
    );
    assert!(
        dead[1].contains("speed") && dead[1].contains("fast"),
        "{dead:?}"
    );
}
