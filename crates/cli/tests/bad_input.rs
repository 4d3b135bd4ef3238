//! Bad input, met by the real program: it says what is wrong and where, loses nothing, and ends
//! with the status that scripts expect.

mod program;

use std::fs;
use std::net::TcpListener;

use program::{Example, dead_letters, reading};

/// A record that can be read, for each of so many seconds.
fn readings(count: u32) -> Vec<Vec<u8>> {
    (0..count).map(|n| reading(n, "A0001", 50)).collect()
}

fn lines(lines: &[Vec<u8>]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|l| [l, &b"\n"[..]].concat())
        .collect()
}

#[test]
fn ten_percent_of_garbage_is_kept_line_by_line() {
    let garbage = |n: usize| match n % 5 {
        0 => b"Driver Status Infomation,CarNum,AccStep".to_vec(),
        1 => format!("20160101000010,A0001,3,0,F,N,{},D02", "x".repeat(n % 90)).into_bytes(),
        2 => vec![b','; n % 20],
        3 => format!("{{\"json\": \"not asked for\", \"n\": {n}}}").into_bytes(),
        _ => b"20161301000010,A0001,3,0,F,N,80,D02".to_vec(),
    };
    let mut log = readings(3_000);
    let mut bad = Vec::new();
    for n in 0..300 {
        bad.push(garbage(n + 1));
        log.insert(n * 11, garbage(n + 1));
    }
    bad.retain(|line| !line.is_empty());
    let example = Example::over(&lines(&log));
    let run = example.run();
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("3,000 records"), "{}", run.out);
    assert!(run.out.contains("300 dead-lettered"), "{}", run.out);
    assert_eq!(dead_letters(&example), bad);
    assert_eq!(example.count("Drives"), 3_000);
}

#[test]
fn bytes_that_are_no_text_are_kept_as_they_are() {
    let all: Vec<u8> = (0..=255).filter(|b| *b != b'\n').collect();
    let bad = vec![
        all,
        vec![0; 40],
        b"20160101000000,A\xff001,3,0,F,N,80,D02".to_vec(),
    ];
    let mut log = readings(10);
    log.splice(5..5, bad.clone());
    let example = Example::over(&lines(&log));
    let run = example.run();
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(dead_letters(&example), bad);
    assert_eq!(example.count("Drives"), 10);
}

#[test]
fn a_line_of_a_megabyte_is_told_and_what_follows_it_is_read() {
    let mut log = readings(10);
    log.insert(3, vec![b'7'; 1 << 20]);
    log.insert(7, vec![b'8'; 5 << 20]);
    let example = Example::over(&lines(&log));
    let run = example.run();
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("10 records"), "{}", run.out);
    assert_eq!(example.count("Drives"), 10);
    let ledger = example.ledger();
    assert!(ledger.lines().count() >= 2, "both lines are told");
    assert!(ledger.contains("7777") && ledger.contains("8888"));
}

#[test]
fn an_empty_file_is_a_log_without_records() {
    let example = Example::over(b"");
    let run = example.run();
    assert_eq!((run.code, &*run.err), (0, ""));
    assert!(run.out.contains(": 0 records"), "{}", run.out);
    assert_eq!(example.count("Drives"), 0);
}

#[test]
fn a_missing_field_is_named_with_its_place() {
    let mut log = readings(3);
    log.insert(1, b"20160101000001,A0001,3,0,F,N,80".to_vec());
    let example = Example::over(&lines(&log));
    let run = example.run();
    assert_eq!(run.code, 0, "{}", run.err);
    let ledger = example.ledger();
    let place = format!("\"position\":{},", log[0].len() + 1);
    assert!(ledger.contains(&place), "{ledger}");
    assert!(
        ledger.contains("7") && ledger.contains("8 fields"),
        "{ledger}"
    );
    assert!(run.out.contains("3 records"), "{}", run.out);
}

#[test]
fn a_disk_that_is_full_stops_the_job_which_then_goes_on() {
    let example = Example::over(&lines(&readings(20_000)));
    let run = example.run_with_files_of_at_most(8 << 10);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("error: "), "{}", run.err);
    assert!(run.err.contains("File too large"), "{}", run.err);
    assert!(
        run.err.contains("out/data/"),
        "the file is named: {}",
        run.err
    );
    let again = example.run();
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(example.count("Drives"), 20_000);
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let example = Example::over(&lines(&readings(3)));
    let run = example.run_with(&["--port", &port]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains(&port) && run.err.contains("--port"),
        "{}",
        run.err
    );
    assert!(!example.data().join("tables").exists(), "nothing was begun");
}

#[test]
fn three_mistakes_of_a_topology_are_told_at_once() {
    let example = Example::over(b"");
    let path = example.folder().join("topology.toml");
    let text = fs::read_to_string(&path).expect("the topology");
    let text = text
        .replace("checkpoint = \"5 sec\"", "chekpoint = \"5 sec\"")
        .replace("field = \"date\"", "field = \"dat\"")
        .replace(
            "module = \"overspeed.epl\"",
            "module = \"overspeed.epl\"\ntask = 2",
        );
    fs::write(&path, text).expect("written");
    let rules = example.folder().join("overspeed.epl");
    let text = fs::read_to_string(&rules).expect("the rules");
    fs::write(
        &rules,
        text.replace(
            "group by carNumber having avg(speed)",
            "group by carNumber having average(speed)",
        ),
    )
    .expect("written");
    for command in ["check", "run"] {
        let run = example.tacho(&[command, "."]);
        assert_eq!(run.code, 1);
        for told in [
            "`chekpoint` is not known",
            "did you mean `checkpoint`?",
            "`dat` is not known",
            "did you mean `date`?",
            "`task` is not known",
            "did you mean `tasks`?",
            "`average` is not known",
            "topology.toml:7:",
            "overspeed.epl:",
        ] {
            assert!(run.err.contains(told), "{command}: {told}\n{}", run.err);
        }
        let told = run.err.matches("error: ").count();
        assert_eq!(told, 4, "no mistake is told twice: {}", run.err);
    }
}

#[test]
fn a_job_that_cannot_be_found_fails_and_wrong_usage_is_2() {
    let example = Example::over(b"");
    let absent = example.tacho(&["run", "no/such/folder"]);
    assert_eq!(absent.code, 1);
    assert!(absent.err.contains("no/such/folder"), "{}", absent.err);
    for arguments in [
        &["runn"][..],
        &["run"],
        &["run", ".", "--nothing"],
        &["scan", "T", "--since", "soon"],
    ] {
        assert_eq!(example.tacho(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(example.tacho(&["--help"]).code, 0);
}

#[test]
fn a_condition_that_is_neither_true_nor_false_is_told() {
    let example = Example::over(&[reading(1, "A0001", 60), b"\n".to_vec()].concat());
    assert_eq!(example.run().code, 0);
    let scan = ["scan", "Drives", "--data", "out/data", "--where", "speed"];
    let run = example.tacho(&scan);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("true or false"), "{}", run.err);
    assert!(run.err.contains("`speed` is of type int"), "{}", run.err);
}
