//! The table: a line a workload, for people or as JSON.

use std::time::Duration;

use serde_json::json;

use super::peer::FLAGS;
use super::workload::Workload;
use crate::Format;

/// What was measured of one workload, in units a second (events, or rules).
#[derive(Debug, Clone)]
pub struct Line {
    workload: Workload,
    evaluator: String,
    /// Ours, in batches.
    pub ours: Vec<f64>,
    /// Ours, one event at a time.
    pub single: Vec<f64>,
    /// The peer.
    pub peer: Vec<f64>,
    /// Bytes that ours allocates a unit.
    pub allocated: f64,
    /// Bytes that the peer allocates a unit.
    pub peer_allocated: f64,
    /// How long the peer took to compile and deploy, and to make its events.
    pub preparation: Option<Duration>,
}

impl Line {
    /// A line without figures yet.
    pub fn new(workload: &Workload, evaluator: String) -> Line {
        Line {
            workload: *workload,
            evaluator,
            ours: Vec::new(),
            single: Vec::new(),
            peer: Vec::new(),
            allocated: 0.0,
            peer_allocated: 0.0,
            preparation: None,
        }
    }

    /// How many times the peer's rate ours is.
    pub fn ratio(&self) -> Option<f64> {
        Some(median(&self.ours)? / median(&self.peer)?)
    }

    /// As `ratio`, of batches of one.
    fn single_ratio(&self) -> Option<f64> {
        Some(median(&self.single)? / median(&self.peer)?)
    }
}

fn median(rates: &[f64]) -> Option<f64> {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// Least and most, where there is a rate.
fn spread(rates: &[f64]) -> Option<(f64, f64)> {
    let least = rates.iter().copied().reduce(f64::min)?;
    Some((least, rates.iter().copied().fold(least, f64::max)))
}

/// Prints what stands above the lines.
pub fn head(format: Format, peer: bool) {
    if format == Format::Json {
        return;
    }
    if peer {
        println!("Esper 9.0.0, object arrays, java {}", FLAGS.join(" "));
    }
    println!(
        "{:<5} {:<46} {:>22} {:>22} {:>6} {:>22} {:>6} {:>8} {:>8}",
        "",
        "",
        "ours /s (spread)",
        "peer /s (spread)",
        "ratio",
        "ours by one",
        "ratio",
        "B ours",
        "B peer"
    );
}

/// Prints a line.
pub fn print(format: Format, line: &Line) {
    match format {
        Format::Text => text(line),
        Format::Json => println!("{}", object(line)),
    }
}

fn text(line: &Line) {
    let rate = |rates: &[f64]| match median(rates).zip(spread(rates)) {
        Some((middle, (low, high))) => {
            format!("{} ({}-{})", short(middle), short(low), short(high))
        }
        None => "-".into(),
    };
    let times = |ratio: Option<f64>| ratio.map_or("-".into(), |r| format!("{r:.1}"));
    let bytes = |bytes: f64, known: bool| {
        if known {
            format!("{bytes:.1}")
        } else {
            "-".into()
        }
    };
    println!(
        "{:<5} {:<46} {:>22} {:>22} {:>6} {:>22} {:>6} {:>8} {:>8}",
        line.workload.name,
        line.workload.title,
        rate(&line.ours),
        rate(&line.peer),
        times(line.ratio()),
        rate(&line.single),
        times(line.single_ratio()),
        bytes(line.allocated, true),
        bytes(line.peer_allocated, !line.peer.is_empty()),
    );
}

/// 12.3M, 45.6k.
fn short(rate: f64) -> String {
    match rate {
        r if r >= 1e6 => format!("{:.1}M", r / 1e6),
        r if r >= 1e3 => format!("{:.1}k", r / 1e3),
        r => format!("{r:.1}"),
    }
}

fn object(line: &Line) -> serde_json::Value {
    json!({
        "workload": line.workload.name,
        "title": line.workload.title,
        "evaluator": line.evaluator,
        "per_second": median(&line.ours),
        "spread": spread(&line.ours),
        "peer_per_second": median(&line.peer),
        "peer_spread": spread(&line.peer),
        "peer_prepared_seconds": line.preparation.map(|p| p.as_secs_f64()),
        "ratio": line.ratio(),
        "single_per_second": median(&line.single),
        "single_spread": spread(&line.single),
        "single_ratio": line.single_ratio(),
        "allocated_bytes": line.allocated,
        "peer_allocated_bytes": line.peer_allocated,
    })
}

/// Prints geometric means of the ratios, where there is a peer.
pub fn close(format: Format, lines: &[Line]) {
    if format == Format::Json {
        return;
    }
    let events = |line: &&Line| line.workload.deploys == 0;
    let usual = |line: &&Line| events(line) && line.workload.copies < MANY;
    let all = |_: &&Line| true;
    mean("all workloads", lines.iter().filter(all), Line::ratio);
    mean("those of events", lines.iter().filter(events), Line::ratio);
    let name = "those of events, without thousands of statements";
    mean(name, lines.iter().filter(usual), Line::ratio);
    mean(
        &format!("{name}, one by one"),
        lines.iter().filter(usual),
        Line::single_ratio,
    );
    for line in lines.iter().filter(|line| line.workload.copies > 1) {
        if let Some(preparation) = line.preparation {
            let (name, copies) = (line.workload.name, line.workload.copies);
            println!("{name}: the peer compiled and deployed {copies} rules in {preparation:.1?}");
        }
    }
}

/// So many statements that a peer may fall behind for that alone.
const MANY: usize = 1_000;

fn mean<'a>(
    name: &str,
    lines: impl Iterator<Item = &'a Line>,
    ratio: impl Fn(&Line) -> Option<f64>,
) {
    let logs: Vec<f64> = lines.filter_map(|line| Some(ratio(line)?.ln())).collect();
    if !logs.is_empty() {
        let mean = (logs.iter().sum::<f64>() / logs.len() as f64).exp();
        println!("geometric mean of the ratios, {name}: {mean:.1}");
    }
}
