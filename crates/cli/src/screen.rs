//! The live screen on a terminal, plain progress lines otherwise.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use tachograph_engine::System;
use tachograph_time::format_instant;
use tachograph_topology::metrics::Metrics;

/// Shows what a topology counts.
pub struct Screen {
    terminal: bool,
    name: String,
    head: String,
    began: Instant,
    last: (Instant, u64),
    rate: f64,
    lines: usize,
    last_plain: Option<Instant>,
}

/// Seconds between two progress lines where there is no terminal.
const PLAIN_EVERY: u64 = 5;

impl Screen {
    /// A screen for a topology.
    pub fn new(name: &str, data: &Path, live: Option<SocketAddr>) -> Screen {
        let store = live.map_or(String::new(), |a| format!(", live store on {a}"));
        let screen = Screen {
            terminal: std::io::stdout().is_terminal(),
            name: name.to_string(),
            head: format!("{name}: data in {}{store}", data.display()),
            began: Instant::now(),
            last: (Instant::now(), 0),
            rate: 0.0,
            lines: 0,
            last_plain: None,
        };
        println!("{}", screen.head);
        screen
    }

    /// Shows the present numbers.
    pub fn show(&mut self, metrics: &Metrics, system: &System) {
        let (records, now) = (metrics.records(), Instant::now());
        let passed = now.duration_since(self.last.0).as_secs_f64();
        if passed > 0.1 {
            self.rate = (records - self.last.1) as f64 / passed;
            self.last = (now, records);
        }
        if self.terminal {
            return self.draw(metrics, system);
        }
        if self
            .last_plain
            .is_none_or(|t| t.elapsed().as_secs() >= PLAIN_EVERY)
        {
            self.last_plain = Some(now);
            println!("{}", line(metrics, system, self.rate));
            for waits in metrics.waits() {
                println!("waits: {waits}");
            }
        }
    }

    fn draw(&mut self, metrics: &Metrics, system: &System) {
        let rows = table(
            metrics,
            system,
            self.rate,
            self.began.elapsed().as_secs_f64(),
        );
        let mut out = std::io::stdout().lock();
        let mut text = String::new();
        if self.lines > 0 {
            text.push_str(&format!("\x1b[{}A", self.lines));
        }
        for (label, value) in &rows {
            text.push_str(&format!("\x1b[2K  \x1b[2m{label:<16}\x1b[0m {value}\n"));
        }
        self.lines = rows.len();
        // A screen that cannot be written to is nobody's loss.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// A sentence below the numbers.
    pub fn note(&mut self, text: &str) {
        println!("{text}");
        self.lines = 0;
    }

    /// The closing line.
    pub fn finish(&self, metrics: &Metrics) {
        let seconds = self.began.elapsed().as_secs_f64();
        println!(
            "{}: {} records in {seconds:.1} s, {} late, {} dead-lettered, {} checkpoints",
            self.name,
            grouped(metrics.records()),
            late(metrics),
            dead(metrics),
            metrics.checkpoints.get(),
        );
    }
}

fn late(metrics: &Metrics) -> u64 {
    metrics.spouts.iter().map(|s| s.late.get()).sum()
}

fn dead(metrics: &Metrics) -> u64 {
    metrics.spouts.iter().map(|s| s.dead.get()).sum()
}

fn detections(metrics: &Metrics, system: &System) -> u64 {
    let rules = metrics
        .tasks
        .iter()
        .filter(|t| system.plans().contains_key(&t.name));
    rules.map(|t| t.rows_out.get()).sum()
}

fn archived(metrics: &Metrics, system: &System) -> u64 {
    let tables = metrics.tasks.iter().filter(|t| system.is_archive(&t.name));
    tables.map(|t| t.rows_in.get()).sum()
}

fn pressure(metrics: &Metrics, seconds: f64) -> f64 {
    let blocked: u64 = metrics.spouts.iter().map(|s| s.blocked_ns.get()).sum();
    let total = seconds * metrics.spouts.len().max(1) as f64 * 1e9;
    100.0 * blocked as f64 / total.max(1.0)
}

fn watermark(metrics: &Metrics) -> String {
    metrics
        .watermark()
        .map_or("none yet".into(), format_instant)
}

fn table(
    metrics: &Metrics,
    system: &System,
    rate: f64,
    seconds: f64,
) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (
            "records",
            format!(
                "{} ({} a second)",
                grouped(metrics.records()),
                grouped(rate as u64)
            ),
        ),
        ("watermark", watermark(metrics)),
        ("rows archived", grouped(archived(metrics, system))),
        ("detections", grouped(detections(metrics, system))),
        ("late", grouped(late(metrics))),
        ("dead-lettered", grouped(dead(metrics))),
        (
            "back-pressure",
            format!("{:.0} % of the spouts' time", pressure(metrics, seconds)),
        ),
        (
            "checkpoints",
            format!(
                "{} (last pause {} µs)",
                metrics.checkpoints.get(),
                metrics.pause_us.get()
            ),
        ),
        ("lag", grouped(metrics.lag())),
        ("refused", refused(metrics)),
    ];
    let waits = metrics.waits().join("; ");
    rows.push(("waits", if waits.is_empty() { "-".into() } else { waits }));
    rows
}

/// Writes that the live store refused, with the first reason.
fn refused(metrics: &Metrics) -> String {
    let count: u64 = metrics.tasks.iter().map(|t| t.refused.get()).sum();
    match metrics.first_refusal() {
        None => grouped(count),
        Some(reason) => format!("{} ({reason})", grouped(count)),
    }
}

fn line(metrics: &Metrics, system: &System, rate: f64) -> String {
    format!(
        "records={} rate={:.0}/s watermark={} archived={} detections={} late={} dead={} lag={} refused={} checkpoints={}",
        metrics.records(),
        rate,
        watermark(metrics),
        archived(metrics, system),
        detections(metrics, system),
        late(metrics),
        dead(metrics),
        metrics.lag(),
        metrics.tasks.iter().map(|t| t.refused.get()).sum::<u64>(),
        metrics.checkpoints.get(),
    )
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
