//! One process works on a data folder at a time. A second one is told which and what to do, and a
//! killed process leaves nothing in the way.

mod program;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use program::{Example, reading};

/// A process that works on the example's folder until it is dropped.
struct Working(Child);

impl Working {
    fn on(example: &Example) -> Working {
        let child = Command::new(env!("CARGO_BIN_EXE_tacho"))
            .args(["run", ".", "--data", "out/data", "--port", "0"])
            .current_dir(example.folder())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let working = Working(child.expect("the program starts"));
        let socket = example.data().join("query.sock");
        wait_until("a socket", || socket.exists());
        working
    }

    fn kill(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::yield_now();
    }
}

/// The example without what stands in the way of a second process by itself: tables have locks of
/// their own.
fn example() -> Example {
    let log: Vec<u8> = (0..40)
        .flat_map(|n| [reading(n, "A0001", 100), b"\n".to_vec()].concat())
        .collect();
    let example = Example::over(&log);
    let path = example.folder().join("topology.toml");
    let text = fs::read_to_string(&path).expect("the topology");
    let from = text.find("# Every record").expect("the archive");
    let to = text.find("[bolts.overspeed]").expect("the rules");
    fs::write(path, text[..from].to_string() + &text[to..]).expect("written");
    example
}

#[test]
fn a_second_process_is_told_who_works_on_the_folder() {
    let example = example();
    let first = Working::on(&example);
    // Neither may be relied on: a process that starts or stops has no socket.
    fs::remove_file(example.data().join("query.sock")).expect("a socket");
    let second = example.run();
    assert_eq!(second.code, 1, "{}", second.err);
    let holder = format!("process {} works on out/data", first.0.id());
    assert!(second.err.contains(&holder), "{}", second.err);
    assert!(second.err.contains("--data"), "{}", second.err);
}

#[test]
fn a_killed_process_leaves_no_lock() {
    let example = example();
    let mut first = Working::on(&example);
    first.kill();
    let second = example.run();
    assert_eq!((second.code, &*second.err), (0, ""));
}

#[test]
fn two_that_start_at_once_are_one_that_works_and_one_that_is_told() {
    let example = example();
    for _ in 0..5 {
        let start = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tacho"));
            let command = command.args(["run", ".", "--until-end", "--data", "out/data"]);
            let command = command.args(["--port", "0"]).current_dir(example.folder());
            let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            child.expect("the program starts")
        };
        let outputs = [start(), start()].map(|c| c.wait_with_output().expect("it ends"));
        for output in outputs {
            let said = String::from_utf8_lossy(&output.stderr);
            let told = output.status.code() == Some(1) && said.contains("works on out/data");
            assert!(output.status.success() || told, "{said}");
        }
    }
}

#[test]
fn a_table_is_read_while_a_process_works_that_does_not_answer_and_after_it() {
    let log: Vec<u8> = (0..40)
        .flat_map(|n| [reading(n, "A0001", 100), b"\n".to_vec()].concat())
        .collect();
    let example = Example::over(&log);
    assert_eq!(example.run().code, 0);
    let scan = ["scan", "Drives", "--data", "out/data", "--format", "json"];
    let stopped = example.tacho(&scan);
    assert_eq!((stopped.code, stopped.out.lines().count()), (0, 40));
    let mut working = Working::on(&example);
    fs::remove_file(example.data().join("query.sock")).expect("a socket");
    let unanswered = example.tacho(&scan);
    assert_eq!((unanswered.code, &unanswered.out), (0, &stopped.out));
    let holder = format!("process {} works on out/data", working.0.id());
    assert!(unanswered.err.contains(&holder), "{}", unanswered.err);
    working.kill();
    let killed = example.tacho(&scan);
    assert_eq!((killed.code, &*killed.err), (0, ""));
    assert_eq!(killed.out, stopped.out);
}
