//! Decisions are met again, and their file stays small.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("decisions").join("s-0");
    (folder, path)
}

fn open(path: &Path, position: u64) -> Decisions {
    Decisions::open(path, position).expect("opens")
}

/// All that a replay from a position meets.
fn met(path: &Path, position: u64) -> Vec<(u64, Millis)> {
    open(path, position).held.into()
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).expect("a file").len()
}

#[test]
fn decisions_are_met_again_from_where_the_replay_begins() {
    let (_folder, path) = place();
    let mut first = open(&path, 0);
    assert_eq!(first.horizon(0, 77).expect("written"), 77);
    first.idle(10, 1_000).expect("written");
    first.idle(20, 2_000).expect("written");
    drop(first);
    let mut again = open(&path, 11);
    assert_eq!(again.horizon(0, 99).expect("known"), 77);
    assert_eq!(again.next_position(), Some(20));
    assert_eq!(again.take(19), None);
    assert_eq!(again.take(20), Some(2_000));
    assert_eq!(again.take(20), None);
}

#[test]
fn thousands_of_steps_take_two_slots_a_silence_and_the_last_counts() {
    let (_folder, path) = place();
    for position in [0, 5, 9] {
        // A restart within a silence goes on in the same slots.
        for half in 0..2 {
            let mut decisions = open(&path, position);
            for step in 0..1_000 {
                let clock = position as Millis * 10_000 + half * 1_000 + step;
                decisions.idle(position, clock).expect("written");
            }
        }
    }
    assert_eq!(length(&path), (1 + 3 * 2) * 32);
    let all = [(0, 1_999), (5, 51_999), (9, 91_999)];
    assert_eq!(met(&path, 0), all);
    assert_eq!(met(&path, 1), all[1..]);
    assert_eq!(met(&path, 5), all[1..]);
    assert_eq!(met(&path, 9), all[2..]);
    assert_eq!(met(&path, 10), []);
}

#[test]
fn a_torn_step_leaves_the_one_before_it() {
    for steps in 2..6 {
        for torn in 0..32 {
            let (_folder, path) = place();
            let mut decisions = open(&path, 0);
            for step in 1..=steps {
                decisions.idle(3, step * 100).expect("written");
            }
            let last = decisions.last.expect("a silence").newer as usize + 1;
            drop(decisions);
            let mut bytes = fs::read(&path).expect("read");
            bytes[last * 32 + torn..(last + 1) * 32].fill(0xEE);
            fs::write(&path, bytes).expect("written");
            assert_eq!(met(&path, 0), [(3, (steps - 1) * 100)], "{steps} {torn}");
            open(&path, 0).idle(3, 9_000).expect("goes on");
            assert_eq!(met(&path, 0), [(3, 9_000)]);
            assert_eq!(length(&path), 3 * 32);
        }
    }
}

#[test]
fn the_first_record_of_a_silent_partition_ends_its_steps() {
    let (_folder, path) = place();
    let mut decisions = open(&path, 0);
    decisions.idle(0, 100).expect("written");
    decisions.idle(0, 200).expect("written");
    decisions.horizon(0, 5_000).expect("written");
    decisions.idle(7, 300).expect("written");
    drop(decisions);
    assert_eq!(met(&path, 0), [(0, 200), (7, 300)]);
    assert_eq!(open(&path, 0).horizon, Some(5_000));
}

#[test]
fn what_the_log_has_dropped_is_dropped() {
    let (_folder, path) = place();
    let mut decisions = open(&path, 0);
    decisions.horizon(0, 5).expect("written");
    for position in 0..MANY {
        decisions
            .idle(position, position as Millis)
            .expect("written");
    }
    decisions.forget_before(10).expect("nothing to do");
    assert_eq!(met(&path, 0).len() as u64, MANY);
    decisions.forget_before(MANY - 3).expect("forgotten");
    let kept: Vec<_> = (MANY - 3..MANY).map(|p| (p, p as Millis)).collect();
    assert_eq!(met(&path, 0), kept);
    decisions.idle(MANY - 1, 9_999).expect("goes on");
    decisions.idle(MANY - 1, 99_999).expect("goes on");
    assert_eq!(met(&path, MANY - 1), [(MANY - 1, 99_999)]);
    assert_eq!(open(&path, 0).horizon, Some(5));
    assert_eq!(length(&path), (1 + 1 + 3 + 1) * 32);
}
