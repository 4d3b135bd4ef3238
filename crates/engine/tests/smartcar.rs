//! The reference job against a computation of its own: cars, windows, averages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

fn detections(data: &Path) -> Vec<String> {
    let text = fs::read_to_string(data.join("out.jsonl")).expect("the sink's file");
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
    start_with(config, &folder.join("data"), 8_192)
}

fn start_with(config: &Config, data: &Path, batch_rows: usize) -> System {
    let options = SystemOptions {
        batch_rows,
        ..SystemOptions::new(data)
    };
    System::start(config, &options).unwrap_or_else(|f| panic!("{f}"))
}

/// An hour of driving of a thousand cars: a reading each two seconds.
const HOUR: (u32, u64) = (1_000, 1_000 * 1_800);

#[test]
fn an_hour_of_a_thousand_cars_equals_a_brute_force_at_any_number_of_tasks_and_from_checkpoints() {
    let logs = [lines(HOUR.0, HOUR.1, (0, 2)), lines(HOUR.0, HOUR.1, (1, 2))];
    let logs = [&logs[0][..], &logs[1][..]];
    let wanted = brute_force(&logs);
    assert!(wanted.len() > 1_000, "the log has speeding cars");
    for (tasks, batch_rows) in [(1, 8_192), (2, 1_000), (4, 65_536)] {
        let folder = tempfile::tempdir().expect("a folder");
        let config = write(folder.path(), &logs, tasks);
        let system = start_with(&config, &folder.path().join("data"), batch_rows);
        let kept = match tasks {
            2 => keep_checkpoints(&system, folder.path()),
            _ => Vec::new(),
        };
        system.wait().expect("the job ends");
        let what = format!("{tasks} tasks, batches of {batch_rows}");
        assert_same(&detections(&folder.path().join("data")), &wanted, &what);
        for data in kept {
            let again = start_with(&config, &data, 20_000);
            assert!(again.metrics().spouts[0].position.get() < logs[0].len() as u64);
            again.wait().expect("the job ends");
            assert_same(
                &detections(&data),
                &wanted,
                &format!("from {}", data.display()),
            );
        }
    }
}

/// Long lists are compared by what is in one alone.
fn assert_same(found: &[String], wanted: &[String], what: &str) {
    let only = |these: &[String], others: &[String]| -> Vec<String> {
        let others: BTreeSet<&String> = others.iter().collect();
        these
            .iter()
            .filter(|d| !others.contains(d))
            .take(5)
            .cloned()
            .collect()
    };
    let (extra, missing) = (only(found, wanted), only(wanted, found));
    let counts = (found.len(), wanted.len());
    assert!(
        found == wanted,
        "{what}: {counts:?} detections; not wanted {extra:?}, missing {missing:?}"
    );
}

/// Copies what a running system has written, at a few moments of its work after a checkpoint.
fn keep_checkpoints(system: &System, folder: &Path) -> Vec<PathBuf> {
    let (data, mut kept) = (folder.join("data"), Vec::new());
    for moment in 1..=3 {
        let records = HOUR.1 * moment / 4;
        let before = |system: &System| {
            system.metrics().records() < records || system.metrics().checkpoints.get() < moment
        };
        while before(system) && !system.is_finished() {
            std::thread::yield_now();
        }
        let copy = folder.join(format!("copy-{moment}"));
        let current = fs::read_to_string(data.join("checkpoints/CURRENT")).expect("a checkpoint");
        let newest = current.split_whitespace().next().expect("a number");
        // The checkpoint first: what is written after it is cut back to it.
        for part in [&format!("checkpoints/{newest}"), "decisions", "ledgers"] {
            copy_folder(&data.join(part), &copy.join(part));
        }
        fs::write(copy.join("checkpoints/CURRENT"), newest).expect("written");
        fs::copy(data.join("out.jsonl"), copy.join("out.jsonl")).expect("the sink's file");
        kept.push(copy);
    }
    kept
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).expect("a copy")),
        }
    }
}

#[test]
fn neither_tasks_nor_files_nor_the_size_of_a_batch_change_a_detection() {
    let one = lines(60, 20_000, (0, 1));
    let two = [lines(60, 20_000, (0, 2)), lines(60, 20_000, (1, 2))];
    let two = [&two[0][..], &two[1][..]];
    let wanted = brute_force(&[&one]);
    assert!(wanted.len() > 10, "the log has speeding cars");
    for tasks in [1, 2, 4] {
        for logs in [&[&one[..]][..], &two] {
            for batch_rows in [1, 7, 1_024] {
                let folder = tempfile::tempdir().expect("a folder");
                let config = write(folder.path(), logs, tasks);
                let data = folder.path().join("data");
                let system = start_with(&config, &data, batch_rows);
                system.wait().expect("the job ends");
                let files = logs.len();
                let what = format!("{tasks} tasks, {files} files, batches of {batch_rows}");
                assert_eq!(detections(&data), wanted, "{what}");
            }
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
    assert_eq!(detections(&folder.path().join("data")), wanted);
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
