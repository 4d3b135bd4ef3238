//! Scenes: one kind of silence each.

use std::path::Path;

use tachograph_event::Millis;

use crate::world::{IDLE, Run, Seen, Shape, World, folder_of, ledgers, wait_until};

fn times(seen: &Seen) -> Vec<Millis> {
    seen.rows.iter().map(|(time, ..)| *time).collect()
}

/// Ends the logs; what was seen must be what a replay sees from the beginning.
fn end(world: &World, run: Run, data: &Path) -> Vec<Seen> {
    world.logs.iter().for_each(|log| log.end());
    let live = run.wait();
    let again = folder_of(&[(data, "decisions")]);
    assert_eq!(live, world.replay(again.path(), 3));
    assert_eq!(ledgers(data), ledgers(again.path()));
    live
}

/// Partition 0 was silent while partition 1 went on to an instant.
fn with_a_silent_one(world: &World, data: &Path) -> Run {
    let run = world.start(data, 1_000_000, 8);
    run.write(0, &[0]);
    run.write(1, &[0]);
    run.silence();
    run.write(1, &[100_000, 100_001]);
    wait_until("the silent one follows", || run.clock_of(0) == 100_001);
    run
}

#[test]
fn what_comes_back_behind_is_late_live_as_in_a_replay() {
    let world = World::new(2, Shape::One);
    let folder = tempfile::tempdir().expect("a folder");
    let run = with_a_silent_one(&world, folder.path());
    run.sees(0, 3);
    run.write(0, &[40_000, 100_003]);
    run.write(1, &[100_002]);
    let seen = end(&world, run, folder.path());
    assert_eq!(times(&seen[0]), [0, 0, 100_000, 100_001, 100_002, 100_003]);
    assert_eq!(seen[0].late.len(), 1);
}

#[test]
fn a_step_that_was_acted_on_counts_after_a_kill() {
    let world = World::new(2, Shape::One);
    let folder = tempfile::tempdir().expect("a folder");
    let run = with_a_silent_one(&world, folder.path());
    run.sees(0, 3);
    let published = run.kill();
    let run = world.start(folder.path(), 9_000_000, 1);
    run.write(0, &[40_000, 100_003]);
    let seen = end(&world, run, folder.path());
    assert!(seen[0].rows.starts_with(&published[0].rows));
    assert_eq!(times(&seen[0]), [0, 0, 100_000, 100_001, 100_003]);
    assert_eq!(seen[0].late.len(), 1);
}

#[test]
fn a_partition_restored_in_its_silence_is_given_time_to_speak() {
    let world = World::new(2, Shape::One);
    let folder = tempfile::tempdir().expect("a folder");
    let run = with_a_silent_one(&world, folder.path());
    run.pass(100);
    run.kill();
    let run = world.start(folder.path(), 9_000_000, 8);
    run.read_all();
    assert_eq!(run.clock_of(0), 100_001);
    run.write(1, &[300_000]);
    run.read_all();
    assert_eq!(
        run.clock_of(0),
        100_001,
        "silent for less than `idle` since the start"
    );
    run.write(0, &[200_000]);
    run.silence();
    run.sees(0, 5);
    let seen = end(&world, run, folder.path());
    assert_eq!(times(&seen[0]), [0, 0, 100_000, 100_001, 200_000, 300_000]);
}

#[test]
fn where_all_are_silent_the_fastest_counts() {
    let world = World::new(3, Shape::Row);
    let folder = tempfile::tempdir().expect("a folder");
    let run = world.start(folder.path(), 1_000_000, 8);
    run.write(0, &[10]);
    run.write(1, &[500_000]);
    run.write(2, &[70_000]);
    run.silence();
    assert_eq!(run.clock_of(0), 500_000 + IDLE + 1);
    run.sees(2, 6);
    run.write(0, &[400_000]);
    let seen = end(&world, run, folder.path());
    assert_eq!(seen[2].late.len(), 1);
}

#[test]
fn a_partition_without_a_record_waits_for_its_silence_and_then_follows() {
    let world = World::new(2, Shape::One);
    let folder = tempfile::tempdir().expect("a folder");
    let run = world.start(folder.path(), 1_000_000, 8);
    run.write(1, &[1_000, 2_000]);
    run.read_all();
    assert!(times(&run.so_far()[0]).is_empty(), "it may still speak");
    run.silence();
    run.write(1, &[200_000]);
    wait_until("it follows", || run.clock_of(0) == 200_000);
    run.write(0, &[150_000, 250_000]);
    let seen = end(&world, run, folder.path());
    assert_eq!(times(&seen[0]), [1_000, 2_000, 200_000, 250_000]);
    assert_eq!(seen[0].late.len(), 1);
}

#[test]
fn one_that_has_ended_holds_up_neither_the_silent_nor_the_others() {
    let world = World::new(3, Shape::Row);
    let folder = tempfile::tempdir().expect("a folder");
    let run = world.start(folder.path(), 1_000_000, 8);
    run.write(0, &[10]);
    run.write(1, &[20, 900_000]);
    run.write(2, &[30]);
    world.logs[1].end();
    run.silence();
    run.sees(2, 8);
    assert_eq!(run.clock_of(0), 900_000 + IDLE + 1);
    run.write(0, &[5, 2_000_000]);
    wait_until("the silent one follows", || run.clock_of(2) == 2_000_000);
    let seen = end(&world, run, folder.path());
    assert_eq!(seen[2].late.len(), 1);
}

#[test]
fn partitions_that_no_bolt_merges_do_not_see_each_others_clocks() {
    let world = World::new(2, Shape::Apart);
    let folder = tempfile::tempdir().expect("a folder");
    let run = world.start(folder.path(), 1_000_000, 8);
    run.write(0, &[0]);
    run.write(1, &[500_000]);
    run.pass(IDLE);
    wait_until("windows close", || run.clock_of(0) == IDLE + 1);
    run.read_all();
    assert_eq!(run.clock_of(0), IDLE + 1);
    run.write(0, &[40_000]);
    let seen = end(&world, run, folder.path());
    assert_eq!(times(&seen[0]), [0, 40_000]);
}

#[test]
fn one_that_follows_for_longer_than_future_comes_back_without_a_leap() {
    let mut world = World::new(2, Shape::One);
    world.time.future = 1_000_000;
    let folder = tempfile::tempdir().expect("a folder");
    let run = with_a_silent_one(&world, folder.path());
    for step in 1..=5 {
        run.write(1, &[step * 900_000]);
    }
    wait_until("the silent one follows", || run.clock_of(0) == 4_500_000);
    run.write(0, &[4_600_000]);
    let seen = end(&world, run, folder.path());
    assert!(seen[0].late.is_empty(), "{:?}", seen[0].late);
    assert_eq!(times(&seen[0]).last(), Some(&4_600_000));
}

#[test]
fn what_is_added_to_logs_that_have_ended_is_read_behind_their_end() {
    let world = World::new(2, Shape::Row);
    let folder = tempfile::tempdir().expect("a folder");
    world.logs[0].go_on(&[0, 10]);
    world.logs[1].go_on(&[0, 200_000]);
    world.start(folder.path(), 1_000_000, 8).wait();
    let end = 200_000 + IDLE;
    // Nothing was added: nothing changes.
    let seen = world.start(folder.path(), 1_000_000, 8).wait();
    assert_eq!(times(&seen[2]).len(), 8);
    world.logs[0].go_on(&[100_000, end + 1, end + 2, end + 3]);
    world.start(folder.path(), 2_000_000, 8).wait();
    world.logs[1].go_on(&[end + IDLE, end + 2 * IDLE]);
    let live = world.start(folder.path(), 2_000_000, 8).wait();
    let of_first = times(&live[2]).iter().filter(|time| **time > end).count();
    assert_eq!(of_first, 2 * 3, "{live:?}");
    assert_eq!(live[2].late.len(), 3, "{live:?}");
    let again = folder_of(&[(folder.path(), "decisions")]);
    assert_eq!(live, world.replay(again.path(), 3));
    assert_eq!(ledgers(folder.path()), ledgers(again.path()));
}
