//! Topologies whose partitions a group shares: what may move with a partition, and what is refused.

#![cfg(feature = "kafka")]

use std::fs;
use std::sync::Arc;

use tachograph_engine::Config;
use tachograph_engine::assemble::check;
use tachograph_time::SystemClock;

const SCHEMA: &str = "create schema Reading(car string, area int, speed int, at long);\n\
                      create schema R(car string, pace double);";
const BY_CAR: &str =
    "@name('R') select car, avg(speed) as pace from Reading#time_batch(30 sec, 0L) group by car;";
const SPOUT: &str = "[spouts.cars]\nkind = \"kafka\"\nbrokers = \"127.0.0.1:1\"\ntopic = \"T\"\nformat = \"json\"\n\
                     event_type = \"Reading\"\ntime = { field = \"at\", format = \"millis\" }\n";
const RULES: &str =
    "[bolts.rules]\nkind = \"epl\"\nmodule = \"rules.epl\"\nfrom = [{ source = \"cars\" }]\n";
const GROUP: &str = "group = \"g\"\npartitioned_by = [\"car\"]\n";

/// What a check says of a rule and a topology; nothing where all is good.
fn told(rule: &str, spout: &str, bolts: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("schema.epl", SCHEMA);
    write("rules.epl", rule);
    write(
        "more.epl",
        "@name('M') select car, count(*) as n from R#time(1 min) group by car;",
    );
    let topology =
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\n[live]\nredis = [\"127.0.0.1:1\"]\n";
    write(
        "topology.toml",
        &format!("{topology}{SPOUT}{spout}{RULES}{bolts}"),
    );
    let config = Config::read(folder.path()).unwrap_or_else(|f| panic!("{f}"));
    let checked = check(&config, Arc::new(SystemClock));
    checked
        .err()
        .map_or(String::new(), |faults| faults.to_string())
}

/// The faults that a check tells.
fn refused(rule: &str, spout: &str, bolts: &str) -> Vec<String> {
    let told = told(rule, spout, bolts);
    let lines = told.lines().filter(|line| line.contains("error"));
    lines.map(String::from).collect()
}

#[test]
fn a_rule_keyed_by_what_the_topic_is_keyed_by_may_move() {
    assert_eq!(refused(BY_CAR, GROUP, ""), [""; 0]);
    let two = "group = \"g\"\npartitioned_by = [\"car\", \"area\"]\n";
    let by_both = BY_CAR.replace("group by car", "group by car, area");
    assert_eq!(refused(&by_both, two, ""), [""; 0]);
    // A rule without a state needs no key.
    let stateless = "@name('R') select car, speed from Reading(speed > 80);";
    assert_eq!(refused(stateless, "group = \"g\"\n", ""), [""; 0]);
}

#[test]
fn a_rule_that_knows_several_keys_is_refused() {
    let cases = [
        (
            BY_CAR.replace("group by car", "group by area"),
            GROUP,
            "shared out by car",
        ),
        (
            BY_CAR.replace(" group by car", ""),
            GROUP,
            "aggregates over all events",
        ),
        (BY_CAR.to_string(), "group = \"g\"\n", "it groups by car"),
        (
            BY_CAR.replace("(30 sec, 0L)", "(30 sec)"),
            GROUP,
            "reference point",
        ),
    ];
    for (rule, spout, wanted) in cases {
        let told = told(&rule, spout, "");
        let is_told = told.contains(wanted) && told.contains("statement `R` cannot be shared out");
        assert!(is_told, "{rule}: {told}");
        assert!(told.contains("`partitioned_by`"), "{told}");
    }
}

#[test]
fn a_rule_behind_another_is_followed_back() {
    let more =
        "[bolts.more]\nkind = \"epl\"\nmodule = \"more.epl\"\nfrom = [{ source = \"rules.R\" }]\n";
    assert_eq!(refused(BY_CAR, GROUP, more), [""; 0]);
    // What is called `car` behind this rule is something else.
    let renamed = BY_CAR.replace("select car,", "select 'x' || car as car,");
    let told = told(&renamed, GROUP, more);
    assert!(
        told.contains("statement `M` cannot be shared out"),
        "{told}"
    );
}

#[test]
fn places_that_one_process_has_are_refused() {
    let from = "from = [{ source = \"cars\" }]\n";
    for bolt in [
        "kind = \"archive\"\ntable = \"T\"\nkey = \"car\"\n",
        "kind = \"file\"\npath = \"out\"\n",
        "kind = \"stdout\"\n",
    ] {
        let told = told(BY_CAR, GROUP, &format!("[bolts.place]\n{bolt}{from}"));
        assert!(
            told.contains("[bolts.place]") && told.contains("lies in one process"),
            "{told}"
        );
    }
    let other = "[spouts.other]\nkind = \"generate\"\nevent_type = \"Reading\"\ntime = { field = \"at\", format = \"millis\" }\n";
    let told = told(BY_CAR, GROUP, other);
    assert!(
        told.contains("no other spout may stand beside it"),
        "{told}"
    );
}

#[test]
fn what_records_are_keyed_by_goes_with_a_group() {
    let told = told(BY_CAR, "partitioned_by = [\"car\"]\n", "");
    assert!(
        told.contains("`partitioned_by` goes with `group`"),
        "{told}"
    );
    let unknown = self::told(BY_CAR, "group = \"g\"\npartitioned_by = [\"cra\"]\n", "");
    assert!(unknown.contains("cra"), "{unknown}");
}

#[test]
fn rules_behind_a_spout_with_a_fault_are_not_judged() {
    let faults = refused(BY_CAR, "group = \"g\"\nmetadata = { no = \"key\" }\n", "");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("`no`"), "{faults:?}");
}
