//! The live screen on a terminal, plain progress lines otherwise.
//!
//! State: what was counted the last time, for rates. Never: a number of its own making.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tachograph_engine::status::Observer;
use tachograph_time::format_instant;

use crate::numbers::{grouped, pause, span, spark};

/// Time between two progress lines where there is no terminal.
const PLAIN_EVERY: Duration = Duration::from_secs(5);
/// Time between two measurements of rates.
const SAMPLE_EVERY: Duration = Duration::from_millis(500);
/// Rates that the small curve shows.
const SAMPLES: usize = 32;

/// Shows what a system counts.
pub struct Screen {
    observer: Arc<Observer>,
    /// Is standard output taken by a bolt?
    rows_go_out: bool,
    terminal: bool,
    began: Instant,
    sample: Sample,
    /// Records a second, oldest first.
    rates: Vec<f64>,
    /// When records came the last time, as far as samples tell.
    grown: Instant,
    /// Share of the spouts' time spent waiting, in percent.
    pressure: f64,
    /// Lines on the terminal that the next drawing replaces.
    drawn: usize,
    last_plain: Option<Instant>,
    note: Option<String>,
}

/// What was counted at a moment.
struct Sample {
    at: Instant,
    records: u64,
    blocked_ns: u64,
}

impl Screen {
    /// A screen for a system; prints its head. Where standard output is for rows, it is plain
    /// lines on standard error.
    pub fn new(observer: Arc<Observer>, live: Option<SocketAddr>, rows_go_out: bool) -> Screen {
        let store = live.map_or(String::new(), |a| format!(", live store on {a}"));
        let head = format!(
            "{}: data in {}{store}",
            observer.name,
            observer.data.display()
        );
        let screen = Screen {
            rows_go_out,
            terminal: !rows_go_out && std::io::stdout().is_terminal(),
            began: Instant::now(),
            sample: Sample::of(&observer),
            rates: Vec::new(),
            grown: Instant::now(),
            pressure: 0.0,
            drawn: 0,
            last_plain: None,
            note: None,
            observer,
        };
        screen.say(&head);
        screen
    }

    fn say(&self, line: &str) {
        match self.rows_go_out {
            true => eprintln!("{line}"),
            false => println!("{line}"),
        }
    }

    /// Shows the present numbers.
    pub fn show(&mut self) {
        if self.sample.at.elapsed() >= SAMPLE_EVERY {
            self.measure();
        }
        if self.terminal {
            self.draw();
        } else if self.last_plain.is_none_or(|t| t.elapsed() >= PLAIN_EVERY) {
            self.last_plain = Some(Instant::now());
            self.say(&self.line());
            for waits in self.observer.waits() {
                self.say(&format!("waits: {waits}"));
            }
        }
    }

    /// Sets the sentence below the numbers.
    pub fn note(&mut self, text: &str) {
        if !self.terminal {
            self.say(text);
        }
        self.note = Some(text.to_string());
    }

    /// The closing line.
    pub fn finish(&self) {
        let seconds = self.began.elapsed().as_secs_f64();
        let counts = self.observer.counts();
        self.say(&format!(
            "{}: {} records in {seconds:.1} s, {}{} late, {} dead-lettered, {} checkpoints",
            self.observer.name,
            grouped(counts.records),
            self.became(),
            grouped(counts.late),
            grouped(counts.dead),
            counts.checkpoints,
        ));
    }

    /// What became of the records, as far as the topology has a place for it.
    fn became(&self) -> String {
        let observer = &self.observer;
        let mut text = String::new();
        if observer.archives() {
            text += &format!("{} rows archived, ", grouped(observer.archived()));
        }
        if observer.has_rules() {
            text += &format!("{} detections, ", grouped(observer.detections()));
        }
        for (bolt, rows) in observer.sent_on() {
            text += &format!("{} sent on by {bolt}, ", grouped(rows));
        }
        text
    }

    fn measure(&mut self) {
        let now = Sample::of(&self.observer);
        let seconds = (now.at - self.sample.at).as_secs_f64();
        let spouts = self.observer.partitions().max(1) as f64;
        let blocked = (now.blocked_ns - self.sample.blocked_ns) as f64;
        if now.records > self.sample.records {
            self.grown = now.at;
        }
        self.rates
            .push((now.records - self.sample.records) as f64 / seconds);
        if self.rates.len() > SAMPLES {
            self.rates.remove(0);
        }
        self.pressure = (blocked / seconds / spouts / 1e7).min(100.0);
        self.sample = now;
    }

    /// Records a second: of the last sample, or of all the work where every source has ended.
    fn rate(&self) -> f64 {
        let worked = (self.grown - self.began).as_secs_f64().max(0.001);
        match self.rates.last() {
            Some(rate) if !self.observer.has_ended() => *rate,
            _ => self.sample.records as f64 / worked,
        }
    }

    fn draw(&mut self) {
        let mut text = String::new();
        if self.drawn > 0 {
            text.push_str(&format!("\x1b[{}A", self.drawn));
        }
        let rows = self.rows();
        for (label, value, more) in &rows {
            text.push_str(&format!(
                "\x1b[2K  \x1b[2m{label:<14}\x1b[0m \x1b[1m{value:>24}\x1b[0m   {more}\n"
            ));
        }
        let note = self
            .note
            .as_deref()
            .unwrap_or("Ctrl-C makes a checkpoint and stops");
        text.push_str(&format!("\x1b[2K\n\x1b[2K  \x1b[2m{note}\x1b[0m\n"));
        self.drawn = rows.len() + 2;
        let mut out = std::io::stdout().lock();
        // A screen that cannot be written to is nobody's loss.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// A label, a number, and what explains it.
    fn rows(&self) -> Vec<(&'static str, String, String)> {
        let (observer, counts) = (&self.observer, self.observer.counts());
        let rate = format!(
            "{} a second {}",
            grouped(self.rate() as u64),
            spark(&self.rates)
        );
        let mut rows = vec![
            ("records", grouped(counts.records), rate),
            ("watermark", watermark(observer), String::new()),
            (
                "lag",
                lag(observer),
                match observer.partitions() {
                    1 => "in 1 partition".into(),
                    several => format!("in {several} partitions"),
                },
            ),
            (
                "rows archived",
                grouped(observer.archived()),
                tables(observer),
            ),
            (
                "detections",
                grouped(observer.detections()),
                rules(observer),
            ),
            (
                "late",
                grouped(counts.late),
                ledger(observer, "late", counts.late),
            ),
            (
                "dead-lettered",
                grouped(counts.dead),
                ledger(observer, "dead-letter", counts.dead),
            ),
            (
                "back-pressure",
                format!("{:.0} %", self.pressure),
                "of the spouts' time spent waiting".into(),
            ),
            (
                "checkpoints",
                grouped(counts.checkpoints),
                format!("the last held a task up for {}", pause(observer.pause_us())),
            ),
            ("running", span(self.began.elapsed()), String::new()),
        ];
        if observer.faults() > 0 {
            let more = "evaluations or writes; see `tacho inspect`".to_string();
            rows.push(("faults", grouped(observer.faults()), more));
        }
        let waits = observer.waits();
        if !waits.is_empty() {
            rows.push(("waits", waits.len().to_string(), waits.join("; ")));
        }
        rows
    }

    fn line(&self) -> String {
        let (observer, counts) = (&self.observer, self.observer.counts());
        format!(
            "records={} rate={:.0}/s watermark={} partitions={} lag={} archived={} detections={} late={} dead={} \
             back-pressure={:.0}% checkpoints={} faults={}",
            counts.records,
            self.rate(),
            watermark(observer),
            observer.partitions(),
            observer
                .lag()
                .map_or("unknown".into(), |lag| lag.to_string()),
            observer.archived(),
            observer.detections(),
            counts.late,
            counts.dead,
            self.pressure,
            counts.checkpoints,
            observer.faults(),
        )
    }
}

impl Sample {
    fn of(observer: &Observer) -> Sample {
        let counts = observer.counts();
        Sample {
            at: Instant::now(),
            records: counts.records,
            blocked_ns: counts.blocked_ns,
        }
    }
}

fn watermark(observer: &Observer) -> String {
    observer
        .watermark()
        .map_or("none yet".into(), format_instant)
}

/// Where the records of a ledger can be read.
fn ledger(observer: &Observer, kind: &str, count: u64) -> String {
    match count {
        0 => String::new(),
        _ => format!("{}/ledgers/{kind}-*", observer.data.display()),
    }
}

fn tables(observer: &Observer) -> String {
    observer.table_names().join(", ")
}

/// What lies unread, where the log says where it ends.
fn lag(observer: &Observer) -> String {
    observer.lag().map_or("unknown".into(), grouped)
}

/// What each rule has reported.
fn rules(observer: &Observer) -> String {
    let report = |(name, posted): &(String, u64)| {
        let name = name.split('.').next_back().unwrap_or_default();
        format!("{name} {}", grouped(*posted))
    };
    let reports = observer.reports();
    reports.iter().map(report).collect::<Vec<_>>().join(", ")
}
