//! A compaction holds up neither checkpoints nor the end of a job, and what goes wrong with it is
//! told and stops nothing.

mod job;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use job::{Job, drive};
use tachograph_archive::Table;
use tachograph_engine::System;
use tachograph_event::strings::StringBuilder;
use tachograph_event::{BatchBuilder, Origin, Value};

/// Longest time that a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Is it so before patience ends?
fn comes(mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > PATIENCE {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// A job without an end, whose table has files that are to be merged; the path of the oldest.
fn job_with_files_to_merge() -> (Job, PathBuf) {
    let job = Job::over(&drive(0, 60, "A0001", 60));
    drop(job.run());
    let folder = job.data().join("tables/DriverCarInfo");
    let config = Table::open_read_only(&folder)
        .expect("a table")
        .config()
        .clone();
    let table = Table::open(&folder, config).expect("a table");
    (0..4).for_each(|position| write_a_file(&table, position));
    let oldest = table.files()[1].number;
    let spout = "paths = [\"data/cars.csv\"]";
    let endless = spout.replace("cars.csv", "new.csv") + "\nfollow = true";
    let job = job
        .with(spout, &endless)
        .with("checkpoint = \"5 sec\"", "checkpoint = \"10 msec\"");
    fs::remove_dir_all(job.data().join("checkpoints")).expect("removed");
    let log = job.data().join("../data/new.csv");
    fs::write(log, drive(60, 120, "A0001", 60)).expect("a log");
    (job, folder.join(format!("{oldest:010}.parquet")))
}

/// A file of one row without values.
fn write_a_file(table: &Table, position: u64) {
    let event_type = Arc::new(table.config().event_type());
    let nulls = vec![Value::Null; event_type.properties.len()];
    let slots: Arc<[usize]> = (0..nulls.len()).collect();
    let mut batch = BatchBuilder::new(event_type);
    batch.push(
        0,
        Origin {
            partition: 9,
            position,
        },
        nulls,
    );
    let mut keys = StringBuilder::default();
    keys.push(&position.to_string());
    let written = table.write(keys.finish(), Arc::new(batch.finish()), &slots);
    written.expect("written");
    table.flush().expect("flushed");
}

fn checkpoints(system: &System) -> u64 {
    system.metrics().checkpoints.get()
}

#[test]
fn checkpoints_go_on_while_a_compaction_waits_for_its_disk() {
    let (job, file) = job_with_files_to_merge();
    // Who opens a pipe that nobody writes to waits, as for a disk that does not answer.
    fs::remove_file(&file).expect("removed");
    let made = Command::new("mkfifo").arg(&file).status();
    assert!(made.expect("mkfifo").success());
    let system = job.start();
    let before = checkpoints(&system);
    assert!(
        comes(|| checkpoints(&system) >= before + 5),
        "checkpoints wait for the compaction"
    );
    // The compaction goes on, and finds that this is no file of a table.
    drop(File::options().write(true).open(&file).expect("opened"));
    let fault = || {
        system.observer().status().tables[0]
            .compaction_fault
            .clone()
    };
    assert!(comes(|| fault().is_some()), "nobody is told");
    let name = file.file_name().expect("a name").to_string_lossy();
    assert!(fault().is_some_and(|fault| fault.contains(&*name)));
    let before = checkpoints(&system);
    assert!(comes(|| checkpoints(&system) > before));
    system.stop().expect("a job that stops in order");
}
