//! The reference job against a computation of its own: cars, windows, averages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tachograph_connect::generate::{FleetOptions, Format, LineOptions, write_lines};
use tachograph_engine::{Config, System, SystemOptions};

const SCHEMA: &str = "create schema Reading(date string, carNumber string, speedPedal int,
    breakPedal int, steerAngle string, directLight string, speed int, areaNumber string);";
const RULES: &str =
    "@name('Overspeed') select carNumber, avg(speed) as average, count(*) as readings,
    current_timestamp as windowEnd from Reading#time_batch(30 sec, 0L)
    group by carNumber having avg(speed) > 80;";

/// A topology over files, with so many tasks of the rule.
fn topology(paths: &[&str], tasks: usize) -> String {
    format!(
        "[topology]\nname = \"t\"\nschema = \"schema.epl\"\ncheckpoint = \"50 ms\"\n[live]\nport = 0\n\
         [spouts.cars]\nkind = \"file\"\npaths = {paths:?}\nevent_type = \"Reading\"\n\
         time = {{ field = \"date\", format = \"yyyyMMddHHmmss\", lateness = \"4 sec\" }}\n\
         [bolts.rules]\nkind = \"epl\"\nmodule = \"rules.epl\"\ntasks = {tasks}\n\
         from = [{{ source = \"cars\", grouping = \"fields\", fields = [\"carNumber\"] }}]\n\
         [bolts.out]\nkind = \"file\"\npath = \"out.jsonl\"\n\
         from = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n\
         [bolts.live]\nkind = \"live\"\nfrom = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n\
         [[bolts.live.write]]\ncommand = \"xadd\"\nkey = \"'overspeed'\"\n"
    )
}

fn lines(cars: u32, records: u64, part: (u32, u32)) -> Vec<u8> {
    let mut out = Vec::new();
    let options = LineOptions {
        fleet: FleetOptions {
            cars,
            seed: 5,
            ..FleetOptions::default()
        },
        records,
        format: Format::Delimited,
        headers: true,
        malformed_per_mille: 5,
        part,
    };
    write_lines(&mut out, &options).expect("a vector takes all bytes");
    out
}

/// Sums and counts by (end of window, car), computed line by line.
fn brute_force(logs: &[&[u8]]) -> Vec<String> {
    let mut sums: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
    let pattern = tachograph_time::DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
    for line in logs.iter().flat_map(|log| log.split(|b| *b == b'\n')) {
        let fields: Vec<&[u8]> = line.split(|b| *b == b',').collect();
        let text = |i: usize| std::str::from_utf8(fields[i]).ok();
        if fields.len() != 8 {
            continue;
        }
        let time = pattern.parse(fields[0]);
        let speed = text(6).and_then(|s| s.parse::<i64>().ok());
        if let (Some(time), Some(speed), Some(car)) = (time, speed, text(1)) {
            let end = time.div_euclid(30_000) * 30_000 + 30_000;
            let sum = sums.entry((end, car.to_string())).or_default();
            *sum = (sum.0 + speed, sum.1 + 1);
        }
    }
    let above = |((end, car), (sum, count)): (&(i64, String), &(i64, i64))| {
        let average = *sum as f64 / *count as f64;
        (average > 80.0).then(|| format!("{end} {car} {average} {count}"))
    };
    let mut found: Vec<String> = sums.iter().filter_map(above).collect();
    found.sort();
    found
}

fn detections(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("data/out.jsonl")).expect("the sink's file");
    let field = |line: &str, name: &str| {
        let start = line.find(&format!("\"{name}\":")).expect("the field") + name.len() + 3;
        let rest = &line[start..];
        let end = rest.find([',', '}']).expect("an end");
        rest[..end].trim_matches('"').to_string()
    };
    let line = |line: &str| {
        let average: f64 = field(line, "average").parse().expect("a number");
        let (end, car) = (field(line, "windowEnd"), field(line, "carNumber"));
        format!("{end} {car} {average} {}", field(line, "readings"))
    };
    let mut found: Vec<String> = text.lines().map(line).collect();
    found.sort();
    found
}

fn write(folder: &Path, logs: &[&[u8]], tasks: usize) -> Config {
    let names: Vec<String> = (0..logs.len()).map(|i| format!("cars-{i}.csv")).collect();
    for (name, log) in names.iter().zip(logs) {
        fs::write(folder.join(name), log).expect("a log");
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    fs::write(folder.join("schema.epl"), SCHEMA).expect("a schema");
    fs::write(folder.join("rules.epl"), RULES).expect("rules");
    let source = topology(&names, tasks);
    Config::parse(&folder.join("topology.toml"), &source).unwrap_or_else(|f| panic!("{f}"))
}

fn start(config: &Config, folder: &Path) -> System {
    System::start(config, &SystemOptions::new(&folder.join("data")))
        .unwrap_or_else(|f| panic!("{f}"))
}

#[test]
fn detections_equal_a_brute_force_at_any_number_of_tasks_and_partitions() {
    let one = lines(60, 20_000, (0, 1));
    let two = [lines(60, 20_000, (0, 2)), lines(60, 20_000, (1, 2))];
    let wanted = brute_force(&[&one]);
    assert!(wanted.len() > 10, "the log has speeding cars");
    for tasks in [1, 2, 4] {
        for logs in [vec![&one[..]], vec![&two[0][..], &two[1][..]]] {
            let folder = tempfile::tempdir().expect("a folder");
            let config = write(folder.path(), &logs, tasks);
            start(&config, folder.path()).wait().expect("the job ends");
            assert_eq!(
                detections(folder.path()),
                wanted,
                "{tasks} tasks, {} files",
                logs.len()
            );
        }
    }
}

#[test]
fn a_killed_job_ends_with_the_same_detections() {
    let log = lines(60, 60_000, (0, 1));
    let wanted = brute_force(&[&log]);
    let folder = tempfile::tempdir().expect("a folder");
    let config = write(folder.path(), &[&log], 2);
    for round in 0..6 {
        let system = start(&config, folder.path());
        // A later and later moment of the same work, by its own progress rather than by a clock.
        while system.metrics().records() < 8_000 * (round + 1) && !system.is_finished() {
            std::thread::yield_now();
        }
        system.kill();
    }
    start(&config, folder.path()).wait().expect("the job ends");
    assert_eq!(detections(folder.path()), wanted);
}

#[test]
fn ledgers_hold_every_malformed_line_once() {
    let log = lines(20, 4_000, (0, 1));
    let folder = tempfile::tempdir().expect("a folder");
    let config = write(folder.path(), &[&log], 1);
    let system = start(&config, folder.path());
    while system.metrics().records() < 2_000 && !system.is_finished() {
        std::thread::yield_now();
    }
    system.kill();
    start(&config, folder.path()).wait().expect("the job ends");
    let all = log.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count();
    let ledger = folder.path().join("data/ledgers/dead-letter-cars-0.jsonl");
    let dead = fs::read_to_string(ledger)
        .expect("the ledger")
        .lines()
        .count();
    assert_eq!(dead, all - 4_000);
}
