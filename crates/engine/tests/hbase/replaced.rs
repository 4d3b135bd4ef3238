//! Records of one key: which of them is seen is the same in HBase as in the archive, whatever they
//! lack, however they come, and after a replay.

use std::sync::Arc;

use serde_json::json;
use tachograph_engine::assemble::check;
use tachograph_time::SystemClock;

use crate::alike::table;
use crate::harness::Verdict;
use crate::support::{Written, configuration, rows, topology, write};

/// Chance from a seed.
fn dice() -> impl FnMut(u64) -> u64 {
    let mut state = 7_u64;
    move |end| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % end
    }
}

/// A record of one of three cars, with those of its columns that `has` keeps.
fn record(i: u64, car: u64, second: u64, mut has: impl FnMut() -> bool) -> String {
    let mut record = json!({
        "car": format!("A{}", car + 1),
        "at": format!("201601010000{second:02}"),
    });
    let columns = [
        ("speed", json!(i)),
        ("ratio", json!(i as f64 / 4.0)),
        ("area", json!(format!("area {i}"))),
        ("note", json!(format!("note {i}"))),
        ("ok", json!(i.is_multiple_of(2))),
    ];
    for (name, value) in columns {
        if has() {
            record[name] = value;
        }
    }
    format!("{record}\n")
}

/// Records in two logs that are read side by side, a few in every second. Each lacks some columns,
/// and many have the key and the time of another, in their own log or in the other one.
fn logs() -> Vec<String> {
    let mut dice = dice();
    let mut logs = vec![String::new(), String::new()];
    for i in 0..600 {
        let (car, log) = (dice(3), dice(2));
        logs[log as usize] += &record(i, car, i / 12, || dice(3) > 0);
    }
    logs
}

/// Records in no order of time: most come late.
fn late() -> Vec<String> {
    let mut dice = dice();
    let lines = (0..300).map(|i| record(i, dice(3), dice(20), || true));
    vec![lines.collect()]
}

fn must_be_alike(written: &Written) {
    let query = written.query();
    let of_archive = rows(&written.archive.view(), &query);
    assert!(!of_archive.is_empty());
    assert_eq!(rows(&table(written), &query), of_archive);
}

fn compare(test: &str, logs: &[String], key: &str, tasks: usize) -> Verdict {
    let written = write(test, logs, key, tasks)?;
    must_be_alike(&written);
    written.again();
    must_be_alike(&written);
    written.drop();
    Ok(())
}

pub fn the_last_record_of_a_key_replaces_all_before_it() -> Verdict {
    compare("replaced", &logs(), "car", 1)
}

pub fn of_records_with_one_key_and_time_the_last_one_counts() -> Verdict {
    compare("ties", &logs(), "car || '-' || at", 1)
}

pub fn late_records_take_their_place() -> Verdict {
    compare("late", &late(), "car || '-' || at", 1)?;
    compare("late_one", &late(), "car", 1)
}

pub fn the_number_of_tasks_changes_nothing() -> Verdict {
    compare("tasks", &logs(), "car || '-' || at", 3)
}

pub fn tasks_that_would_share_a_key_are_refused() -> Verdict {
    let servers = ["127.0.0.1:1".to_string()];
    let folder = tempfile::tempdir().expect("a folder");
    let fault = |key: &str, tasks: usize| {
        let text = topology("t", &servers, key, 1, tasks);
        let config = configuration(folder.path(), &[String::new()], &text);
        let checked = check(&config, Arc::new(SystemClock));
        checked.err().map(|faults| faults.to_string())
    };
    let refused = fault("at", 2).expect("cars share a second");
    assert!(refused.contains("record_id()"), "{refused}");
    for (key, tasks) in [
        ("at", 1),
        ("at || '-' || car", 2),
        ("at || '-' || record_id()", 2),
        ("record_id()", 2),
    ] {
        assert_eq!(fault(key, tasks), None, "{key}");
    }
    let altered = fault("reverse(record_id())", 2).expect("what was done to an id is not known");
    assert!(altered.contains("several tasks"), "{altered}");
    Ok(())
}
