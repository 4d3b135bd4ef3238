//! The reference job: records are generated beforehand, then read from two files, decoded,
//! judged by the rule, and published to the live store.

pub mod latency;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use tachograph_archive::{FileInfo, Table};
use tachograph_connect::generate::{FleetOptions, Format as LineFormat, LineOptions, write_lines};
use tachograph_engine::{Config, System, SystemOptions};

use crate::Format;
use crate::peer;
use crate::process::{cpu_seconds, peak_mib};

/// Arguments of the scenario.
#[derive(Args)]
pub struct SmartcarArguments {
    /// Records in all
    #[arg(long, default_value_t = 5_000_000)]
    records: u64,
    /// Cars
    #[arg(long, default_value_t = 1_000)]
    cars: u32,
    /// Partitions, a file each
    #[arg(long, default_value_t = 2)]
    partitions: u32,
    /// Tasks of the rule
    #[arg(long, default_value_t = 2)]
    tasks: u32,
    /// Rounds; the first one is a warm-up and not reported
    #[arg(long, default_value_t = 4)]
    rounds: u32,
    /// A program that does the same job with the files in the folder that `RECORDS` names, and
    /// prints a JSON object with `records`, `seconds`, `cpu_us_per_record` and `detections` as its
    /// last line; it alternates with the rounds
    #[arg(long)]
    peer: Option<String>,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Folder of the records.
const RECORDS: &str = "records";

/// The reading of a car.
pub const SCHEMA: &str = "create schema Reading(date string, carNumber string, speedPedal int,
    breakPedal int, steerAngle string, directLight string, speed int, areaNumber string);";
/// Cars that are too fast over 30 seconds.
pub const RULES: &str =
    "@name('Overspeed') select carNumber, avg(speed) as average, count(*) as readings,
    current_timestamp as windowEnd from Reading#time_batch(30 sec, 0L)
    group by carNumber having avg(speed) > 80;";

/// Runs the rounds and prints a line each.
pub fn run(arguments: &SmartcarArguments) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    prepare(arguments, folder.path()).map_err(|e| format!("{}: {e}", folder.path().display()))?;
    let mut peak: f64 = 0.0;
    for round in 0..arguments.rounds {
        let figures = one_round(arguments, folder.path(), round)?;
        peak = peak.max(figures.records as f64 / figures.seconds);
        if round > 0 || arguments.rounds == 1 {
            print(&figures, arguments.format);
            if let Some(command) = &arguments.peer {
                let said = peer::run(command, Some(&folder.path().join(RECORDS)))?;
                peer::print(round, &said, arguments.format);
                if said["detections"].as_u64() != Some(figures.detections) {
                    return Err(format!("{command}: {} detections", said["detections"]));
                }
            }
        }
    }
    let latency = latency::measure(arguments, folder.path(), peak / 10.0)?;
    print_latency(&latency, arguments.format);
    Ok(())
}

/// Prints a line.
pub fn print_latency(latency: &latency::Latency, format: Format) {
    match format {
        Format::Text => println!(
            "at {:.2} million records/s: {} detections readable after {:.1} ms (half of them), \
             {:.1} ms (99 of 100)",
            latency.records_per_second / 1e6,
            latency.detections,
            latency.p50_ms,
            latency.p99_ms
        ),
        Format::Json => println!(
            "{}",
            json!({
                "records_per_second": latency.records_per_second,
                "detections": latency.detections,
                "p50_ms": latency.p50_ms,
                "p99_ms": latency.p99_ms,
            })
        ),
    }
}

fn prepare(arguments: &SmartcarArguments, folder: &Path) -> std::io::Result<()> {
    let mut paths = Vec::new();
    fs::create_dir(folder.join(RECORDS))?;
    for part in 0..arguments.partitions {
        let name = format!("{RECORDS}/cars-{part}.csv");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join(&name))?);
        let options = line_options(arguments, part, arguments.records);
        write_lines(&mut out, &options)?;
        out.flush()?;
        paths.push(name);
    }
    fs::write(folder.join("schema.epl"), SCHEMA)?;
    fs::write(folder.join("rules.epl"), RULES)?;
    fs::write(
        folder.join("topology.toml"),
        topology(&paths, arguments.tasks, false),
    )
}

fn line_options(arguments: &SmartcarArguments, part: u32, records: u64) -> LineOptions {
    LineOptions {
        fleet: FleetOptions {
            cars: arguments.cars,
            ..FleetOptions::default()
        },
        records,
        format: LineFormat::Delimited,
        headers: false,
        malformed_per_mille: 0,
        part: (part, arguments.partitions),
    }
}

fn topology(paths: &[String], tasks: u32, follow: bool) -> String {
    format!(
        "[topology]\nname = \"bench\"\nschema = \"schema.epl\"\n[live]\nport = 0\n\
         [spouts.cars]\nkind = \"file\"\npaths = {paths:?}\nfollow = {follow}\nevent_type = \"Reading\"\n\
         time = {{ field = \"date\", format = \"yyyyMMddHHmmss\", lateness = \"4 sec\" }}\n\
         [bolts.rules]\nkind = \"epl\"\nmodule = \"rules.epl\"\ntasks = {tasks}\n\
         from = [{{ source = \"cars\", grouping = \"fields\", fields = [\"carNumber\"] }}]\n\
         [bolts.live]\nkind = \"live\"\nfrom = [{{ source = \"rules.Overspeed\", grouping = \"global\" }}]\n\
         [[bolts.live.write]]\ncommand = \"sadd\"\nkey = \"format_time(windowEnd, 'yyyyMMdd')\"\n\
         member = \"carNumber || '-' || format_time(windowEnd, 'yyyyMMddHHmmss')\"\n\
         [[bolts.live.write]]\ncommand = \"publish\"\nkey = \"'overspeed'\"\n\
         payload = \"'end=' || cast(windowEnd, string)\"\n\
         [bolts.history]\nkind = \"archive\"\ntable = \"DriverCarInfo\"\nfamily = \"cf1\"\n\
         key = \"reverse(date) || '-' || carNumber\"\nfrom = [{{ source = \"cars\" }}]\n"
    )
}

/// Records a second between a fifth and nine tenths of the input, as its sources count them:
/// without the start, and without the last checkpoint.
fn steady_rate(system: &System, records: u64) -> f64 {
    let reached = |share: f64| {
        while (system.metrics().records() as f64) < share * records as f64 {
            std::thread::sleep(Duration::from_millis(5));
        }
        (Instant::now(), system.metrics().records())
    };
    let (from, first) = reached(0.2);
    let (to, last) = reached(0.9);
    (last - first) as f64 / (to - from).as_secs_f64()
}

struct Figures {
    round: u32,
    records: u64,
    seconds: f64,
    steady: f64,
    cpu_seconds: f64,
    peak_mib: f64,
    detections: u64,
    rows: u64,
    bytes: u64,
}

fn one_round(arguments: &SmartcarArguments, folder: &Path, round: u32) -> Result<Figures, String> {
    let config = Config::read(&folder.join("topology.toml")).map_err(|f| f.to_string())?;
    let data = folder.join(format!("data-{round}"));
    let cpu = cpu_seconds().unwrap_or(f64::NAN);
    let began = Instant::now();
    let system = System::start(&config, &SystemOptions::new(&data)).map_err(|f| f.to_string())?;
    let metrics = system.metrics().clone();
    let tables = system.tables().clone();
    let steady = steady_rate(&system, arguments.records);
    system.wait()?;
    let seconds = began.elapsed().as_secs_f64();
    let files: Vec<FileInfo> = tables.values().flat_map(Table::files).collect();
    let rules = metrics.tasks.iter().filter(|t| t.name == "rules");
    let figures = Figures {
        round,
        records: metrics.records(),
        seconds,
        steady,
        cpu_seconds: cpu_seconds().unwrap_or(f64::NAN) - cpu,
        peak_mib: peak_mib().unwrap_or(f64::NAN),
        detections: rules.map(|t| t.rows_out.get()).sum(),
        rows: files.iter().map(|f| f.rows).sum(),
        bytes: files.iter().map(|f| f.bytes).sum(),
    };
    if figures.records != arguments.records {
        return Err(format!(
            "{} of {} records were read",
            figures.records, arguments.records
        ));
    }
    if figures.rows != arguments.records {
        return Err(format!("{} rows stand in the archive", figures.rows));
    }
    Ok(figures)
}

fn print(figures: &Figures, format: Format) {
    let rate = figures.records as f64 / figures.seconds;
    let cpu = figures.cpu_seconds / (figures.records as f64 / 1e6);
    let bytes = figures.bytes as f64 / figures.records as f64;
    match format {
        Format::Text => println!(
            "round {}: {:.2} million records/s ({:.2} steady), {cpu:.3} CPU-s a million, \
             peak {:.0} MiB, {bytes:.2} bytes a record, {} detections",
            figures.round,
            rate / 1e6,
            figures.steady / 1e6,
            figures.peak_mib,
            figures.detections
        ),
        Format::Json => println!(
            "{}",
            json!({
                "round": figures.round,
                "records": figures.records,
                "seconds": figures.seconds,
                "records_per_second": rate,
                "steady_records_per_second": figures.steady,
                "cpu_seconds_per_million": cpu,
                "peak_mib": figures.peak_mib,
                "bytes_per_record": bytes,
                "detections": figures.detections,
            })
        ),
    }
}
