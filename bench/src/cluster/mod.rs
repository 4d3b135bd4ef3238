//! The reference job through real servers: records from Apache Kafka, every one of them into
//! Apache HBase, what the rule detects into Redis, and what each of the servers costs.
//!
//! A round makes a table, loads a topic of its own, runs the job to its last checkpoint, and then reads
//! both stores: a round whose rows or detections are not those of a computation of its own fails. The
//! servers come from `cargo xtask testbed`. Never: a figure of a run whose stores are not complete.

mod job;
mod latency;
mod servers;
mod stores;
mod topic;

use clap::Args;
use serde_json::json;
use tachograph_testkit::smartcar;

use crate::{Format, peer};
use job::Run;
use servers::Servers;
use topic::Topic;

/// Arguments of the scenario.
#[derive(Args)]
pub struct ClusterArguments {
    /// Records of a round
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// Cars
    #[arg(long, default_value_t = 1_000)]
    cars: u32,
    /// Partitions of the topic
    #[arg(long, default_value_t = 1)]
    partitions: i32,
    /// Regions of the table
    #[arg(long, default_value_t = 4)]
    regions: u32,
    /// Rounds; the first one warms the servers up and is not reported
    #[arg(long, default_value_t = 4)]
    rounds: u32,
    /// Without HBase: the rule and Redis alone
    #[arg(long)]
    no_hbase: bool,
    /// A program that does the same job and prints a JSON object with `records`, `seconds` and
    /// `cpu_us_per_record` as its last line; it alternates with the rounds
    #[arg(long)]
    peer: Option<String>,
    /// How figures are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the rounds and prints a line each.
pub fn run(arguments: &ClusterArguments) -> Result<(), String> {
    let text = smartcar::lines(arguments.cars, arguments.records, 1);
    let mut peak: f64 = 0.0;
    for round in 0..arguments.rounds {
        // Servers that begin anew each time, as the peer's do.
        let servers = Servers::up()?;
        let figures = one_round(arguments, &servers, &text, round)?;
        peak = peak.max(figures.records as f64 / figures.seconds);
        if round > 0 || arguments.rounds == 1 {
            print(round, &figures, arguments.format);
        }
        if round + 1 == arguments.rounds {
            let latency = latency::measure(arguments, &servers, peak / 10.0)?;
            crate::smartcar::print_latency(&latency, arguments.format);
        }
        drop(servers);
        if let Some(command) = &arguments.peer {
            peer::print(round, &peer::run(command, None)?, arguments.format);
        }
    }
    Ok(())
}

fn one_round(
    arguments: &ClusterArguments,
    servers: &Servers,
    text: &str,
    round: u32,
) -> Result<Run, String> {
    let topic = Topic::create(
        &servers.brokers,
        &format!("Cars-{round}"),
        arguments.partitions,
    )?;
    topic.load(text)?;
    if !arguments.no_hbase {
        stores::make_table(servers, arguments.regions)?;
    }
    let run = job::run(arguments, servers, &topic)?;
    stores::check_detections(servers, text)?;
    if !arguments.no_hbase {
        // The closing records are held in the checkpoint: others might still come before them.
        stores::check_rows(servers, arguments.records)?;
    }
    Ok(run)
}

fn print(round: u32, run: &Run, format: Format) {
    let micros = |seconds: f64| seconds / run.records as f64 * 1e6;
    let all: f64 = run.cpu.iter().map(|(_, seconds)| seconds).sum();
    let rate = run.records as f64 / run.seconds;
    match format {
        Format::Text => {
            let parts = run.cpu.iter();
            let parts: Vec<String> = parts
                .map(|(name, seconds)| format!("{name} {:.2}", micros(*seconds)))
                .collect();
            println!(
                "round {round}: {rate:.0} records/s, {:.2} CPU-us a record ({}), peak {:.0} MiB",
                micros(all),
                parts.join(", "),
                run.peak_mib
            );
        }
        Format::Json => {
            let parts = run.cpu.iter();
            let parts: serde_json::Map<_, _> = parts
                .map(|(name, seconds)| (name.to_string(), json!(micros(*seconds))))
                .collect();
            println!(
                "{}",
                json!({
                    "round": round,
                    "records": run.records,
                    "seconds": run.seconds,
                    "records_per_second": rate,
                    "cpu_us_per_record": micros(all),
                    "cpu_us_per_record_of": parts,
                    "peak_mib": run.peak_mib,
                })
            );
        }
    }
}
