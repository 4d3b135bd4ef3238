//! `tacho inspect`: what a system says of itself, running or stopped.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tachograph_engine::DataFolder;
use tachograph_engine::query::systems;
use tachograph_engine::status::{PartitionStatus, RuleStatus, Status, TableStatus, kept};
use tachograph_serve::query::{ask_status, connect};

use crate::numbers::{bytes, grouped, pause};

/// Arguments of `inspect`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct InspectArguments {
    /// Folder that `tacho run` writes to [default: every one below data/]
    data: Option<PathBuf>,
    /// Show each file of the tables, and each task
    #[arg(long)]
    all: bool,
    /// How it is told
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// An object a system
    Json,
}

const EXAMPLES: &str = "Examples:
  tacho inspect                       every system below data/
  tacho inspect data/smartcar --all   with each task and each table file
  tacho inspect --format json | jq '.partitions[].lag'";

/// Prints a page a system.
pub fn run(arguments: &InspectArguments) -> Result<(), String> {
    let folders = match &arguments.data {
        Some(data) => vec![data.clone()],
        None => systems(Path::new("data")),
    };
    if folders.is_empty() {
        return Err(
            "error: there is no system below data/\n  = help: name the folder that `tacho run` \
             writes to"
                .into(),
        );
    }
    for data in folders {
        let status = status(&data).map_err(|e| format!("error: {e}"))?;
        match arguments.format {
            Format::Json => println!("{}", serde_json::json!(status)),
            Format::Text => print!("{}", page(&data, &status, arguments.all)),
        }
    }
    Ok(())
}

fn status(data: &Path) -> Result<Status, String> {
    match connect(data) {
        Some(stream) => ask_status(stream),
        None => kept(data),
    }
}

fn page(data: &Path, status: &Status, all: bool) -> String {
    let state = match status.running {
        true => "running".to_string(),
        false => match DataFolder::holder(data) {
            Some(holder) => format!("{holder} does not answer; as of {}", status.at),
            None => format!("stopped; as of {}", status.at),
        },
    };
    let mut text = format!("{} in {} ({state})\n", status.topology, data.display());
    let mut row = |label: &str, value: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {label:<12} {value}");
    };
    row(
        "watermark",
        status.watermark.clone().unwrap_or("none yet".into()),
    );
    for partition in &status.partitions {
        row("partition", self::partition(partition));
    }
    for rule in &status.rules {
        row("rule", self::rule(rule));
    }
    for fault in &status.unwritten {
        let last = fault
            .last
            .as_deref()
            .unwrap_or("kept in ledgers/unwritten-*");
        row(
            "unwritten",
            format!("{}: {} ({last})", fault.bolt, fault.count),
        );
    }
    for task in status.tasks.iter().filter(|_| all) {
        let clock = task.clock.as_deref().unwrap_or("none yet");
        let (rows_in, rows_out) = (grouped(task.rows_in), grouped(task.rows_out));
        row(
            "task",
            format!(
                "{}.{}: clock {clock}, {rows_in} rows in, {rows_out} out",
                task.bolt, task.task
            ),
        );
    }
    row("checkpoint", checkpoint(status));
    for table in &status.tables {
        row("table", self::table(table));
        if let Some(fault) = &table.compaction_fault {
            row("", format!("files were left unmerged: {fault}"));
        }
        for file in table.files.iter().filter(|_| all) {
            let size = format!("{} rows, {}", grouped(file.rows), bytes(file.bytes));
            row(
                "",
                format!(
                    "{:010}.parquet: {size}, {} to {}, {} to {}",
                    file.number, file.since, file.until, file.min_key, file.max_key
                ),
            );
        }
    }
    text
}

fn partition(partition: &PartitionStatus) -> String {
    let lag = match (partition.lag, partition.end) {
        (Some(lag), Some(end)) => format!("of {} (lag {})", grouped(end), grouped(lag)),
        _ => "of an open log".into(),
    };
    format!(
        "{}-{}: clock {}, position {} {lag}, {} records, {} late, {} too far ahead, {} \
         dead-lettered, back-pressure {:.0} %{}",
        partition.spout,
        partition.partition,
        partition.clock.as_deref().unwrap_or("none yet"),
        grouped(partition.position),
        grouped(partition.records),
        grouped(partition.late),
        grouped(partition.future),
        grouped(partition.dead),
        partition.back_pressure,
        if partition.ended { ", ended" } else { "" },
    )
}

fn rule(rule: &RuleStatus) -> String {
    let verb = if rule.feeds { "fed on" } else { "reported" };
    let (posted, late) = (grouped(rule.posted), grouped(rule.late));
    let mut text = format!("{}: {posted} {verb}, {late} records missed", rule.name);
    if let (1.., Some(last)) = (rule.faults, &rule.last_fault) {
        text.push_str(&format!(", {} faults ({last})", grouped(rule.faults)));
    }
    text
}

fn checkpoint(status: &Status) -> String {
    let checkpoints = &status.checkpoints;
    match checkpoints.newest {
        None => "none yet".into(),
        Some(newest) => format!(
            "{newest}, {}; {} by this process, the last held a task up for {}",
            bytes(checkpoints.bytes),
            grouped(checkpoints.completed),
            pause(checkpoints.pause_us),
        ),
    }
}

fn table(table: &TableStatus) -> String {
    let (rows, size) = (grouped(table.rows), bytes(table.bytes));
    format!(
        "{}: {rows} rows in {} files, {size}",
        table.name,
        table.files.len()
    )
}
