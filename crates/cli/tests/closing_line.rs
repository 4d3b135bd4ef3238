//! The closing line of `tacho run`: it tells what became of the records, and of nothing else.

mod program;

use std::fs;

use program::Example;

/// Two records.
const LOG: &str = "20160101000000,A0001,0,0,F,N,60,D02\n20160101000002,A0001,0,0,F,N,60,D02\n";

fn closing(example: &Example, arguments: &[&str]) -> String {
    let run = example.run_with(arguments);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run.out.lines().last().unwrap_or_default().to_string()
}

#[test]
fn a_job_with_rules_and_tables_tells_of_both() {
    let line = closing(&Example::over(LOG.as_bytes()), &["--port", "0"]);
    assert!(line.contains(": 2 records in "), "{line}");
    // The example has two tables, each of which takes every record.
    let told = "4 rows archived, 0 detections, 0 late, 0 dead-lettered";
    assert!(line.contains(told), "{line}");
}

#[test]
fn a_job_that_only_sends_records_on_tells_how_many() {
    let example = Example::over(LOG.as_bytes());
    let path = example.folder().join("topology.toml");
    let text = fs::read_to_string(&path).expect("the topology");
    let (spouts, _) = text.split_once("[bolts.").expect("bolts");
    let bolt = "[bolts.copy]\nkind = \"file\"\npath = \"copy.jsonl\"\nformat = \"json\"\n\
                from = [{ source = \"cars\", grouping = \"global\" }]\n";
    fs::write(&path, format!("{spouts}{bolt}")).expect("written");
    let line = closing(&example, &["--port", "0"]);
    assert!(line.contains("2 sent on by copy, 0 late"), "{line}");
    assert!(
        !line.contains("archived") && !line.contains("detections"),
        "{line}"
    );
    let copy = fs::read_to_string(example.data().join("copy.jsonl")).expect("a copy");
    assert_eq!(copy.lines().count(), 2);
}
