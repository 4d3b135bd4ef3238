//! Sections `[spouts.NAME]`.

use tachograph_syntax::Span;
use tachograph_topology::Fsync;

use super::format::{self, FormatConfig};
use super::kafka::{self, KafkaSpout};
use super::section::Section;

/// Keys of every spout, and those of each kind.
const COMMON: [&str; 4] = ["kind", "event_type", "format", "time"];
const FILE: [&str; 2] = ["paths", "follow"];
const GENERATE: [&str; 6] = ["cars", "seed", "start", "ticks", "partitions", "pace"];
const HTTP: [&str; 5] = ["port", "path", "fsync", "body", "backlog"];

/// Keys that a spout may have.
pub(super) fn keys(spout: &SpoutConfig) -> Vec<&'static str> {
    let own = match spout.kind {
        SpoutKind::File { .. } => FILE.to_vec(),
        SpoutKind::Generate { .. } => GENERATE.to_vec(),
        SpoutKind::Http { .. } => HTTP.to_vec(),
        SpoutKind::Kafka(_) => kafka::SPOUT_KEYS.to_vec(),
        SpoutKind::Unknown => [&FILE[..], &GENERATE, &HTTP, &kafka::SPOUT_KEYS].concat(),
    };
    [COMMON.to_vec(), format::keys(&spout.format), own].concat()
}

/// A spout.
#[derive(Debug, Clone)]
pub struct SpoutConfig {
    /// Name of the section.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// Where records come from.
    pub kind: SpoutKind,
    /// Type of the records.
    pub event_type: String,
    /// How they are written.
    pub format: FormatConfig,
    /// How the clock follows them.
    pub time: TimeSettings,
}

/// Where records come from.
#[derive(Debug, Clone)]
pub enum SpoutKind {
    /// Files, a partition each.
    File {
        /// Paths relative to the topology file.
        paths: Vec<String>,
        /// Wait for more at the end?
        follow: bool,
    },
    /// Cars that drive.
    Generate {
        /// Number of cars.
        cars: u32,
        /// Seed of all chance.
        seed: u64,
        /// First reading, in ms; the fleet's own without.
        start: Option<i64>,
        /// Readings a car; none for no end.
        ticks: Option<u64>,
        /// Number of partitions.
        partitions: u32,
        /// Driving time per wall time; none for as fast as it goes.
        pace: Option<i64>,
    },
    /// Records that are sent by HTTP, into a journal.
    Http {
        /// Port on the loopback interface; 0 takes a free one.
        port: u16,
        /// The path that takes records.
        path: String,
        /// When a record counts as durable.
        fsync: Fsync,
        /// Largest body, in bytes.
        body: usize,
        /// Records that may wait unread.
        backlog: u64,
    },
    /// A topic of Kafka, with its partitions.
    Kafka(KafkaSpout),
    /// Of a section with a fault.
    Unknown,
}

/// How the clock follows records.
#[derive(Debug, Clone)]
pub struct TimeSettings {
    /// Property that holds the time; none for records without one.
    pub field: Option<(String, Span)>,
    /// How it is written.
    pub format: String,
    /// Lateness in ms.
    pub lateness: i64,
    /// Silence in ms until the clock moves on alone.
    pub idle: i64,
    /// Longest credible leap ahead in ms.
    pub future: i64,
}

/// Reads a section.
pub(super) fn read(section: &Section<'_>) -> SpoutConfig {
    let name = section
        .name
        .trim_start_matches("[spouts.")
        .trim_end_matches(']');
    SpoutConfig {
        name: name.to_string(),
        span: section.span,
        kind: kind(section),
        event_type: section.required_text("event_type"),
        format: format::read(section),
        time: time(section),
    }
}

fn kind(section: &Section<'_>) -> SpoutKind {
    let (kind, span) = match section.text("kind") {
        Some(kind) => kind,
        None => {
            section.fault(
                &format!("`kind` of {} is missing", section.name),
                section.span,
            );
            return SpoutKind::Unknown;
        }
    };
    match kind.as_str() {
        "file" => {
            let paths = section.texts("paths").unwrap_or_default();
            if paths.is_empty() {
                section.fault(
                    &format!("`paths` of {} names no file", section.name),
                    section.span,
                );
            }
            SpoutKind::File {
                paths,
                follow: section.boolean("follow").unwrap_or(false),
            }
        }
        "generate" => SpoutKind::Generate {
            cars: section.integer("cars", 1, 100_000_000).unwrap_or(100) as u32,
            seed: section.integer("seed", 0, i64::MAX).unwrap_or(1) as u64,
            start: start(section),
            ticks: section.integer("ticks", 1, i64::MAX).map(|n| n as u64),
            partitions: section.integer("partitions", 1, 1_024).unwrap_or(1) as u32,
            pace: section.integer("pace", 1, 1_000_000),
        },
        "http" => http(section),
        "kafka" => SpoutKind::Kafka(kafka::spout(section)),
        other => {
            section.unknown(
                "kind of spout",
                other,
                span,
                ["file", "generate", "http", "kafka"].into_iter(),
            );
            SpoutKind::Unknown
        }
    }
}

fn start(section: &Section<'_>) -> Option<i64> {
    let (text, span) = section.text("start")?;
    let start = tachograph_time::parse_instant(&text);
    if start.is_none() {
        let message = "`start` must be an instant such as \"2016-01-01T00:00:00Z\"";
        section.fault(message, span);
    }
    start
}

fn http(section: &Section<'_>) -> SpoutKind {
    if section.get("port").is_none() {
        section.fault(
            &format!("`port` of {} is missing", section.name),
            section.span,
        );
    }
    let (path, span) = section.text("path").unwrap_or(("/".into(), section.span));
    if !path.starts_with('/') {
        section.fault("`path` must begin with /", span);
    }
    SpoutKind::Http {
        port: section.integer("port", 0, 65_535).unwrap_or(0) as u16,
        path,
        fsync: fsync(section),
        body: section.integer("body", 1, 1 << 30).unwrap_or(16 << 20) as usize,
        backlog: section
            .integer("backlog", 1, i64::MAX)
            .unwrap_or(10_000_000) as u64,
    }
}

/// `always`, `never`, or the time after which the disk has it.
fn fsync(section: &Section<'_>) -> Fsync {
    let Some((text, span)) = section.text("fsync") else {
        return Fsync::Always;
    };
    match (text.as_str(), tachograph_time::parse_duration(&text)) {
        ("always", _) => Fsync::Always,
        ("never", _) => Fsync::Never,
        (_, Some(ms)) if ms > 0 => Fsync::Every(ms as u64),
        _ => {
            let message = "`fsync` is \"always\", \"never\", or a time such as \"50 msec\"";
            section.fault(message, span);
            Fsync::Always
        }
    }
}

fn time(section: &Section<'_>) -> TimeSettings {
    let mut settings = TimeSettings {
        field: None,
        format: "iso".into(),
        lateness: 0,
        idle: 30_000,
        future: 86_400_000,
    };
    let Some(time) = section.table("time") else {
        return settings;
    };
    settings.field = time.text("field");
    if settings.field.is_none() {
        time.fault(
            "`time` needs a `field`: the property that holds the time",
            time.span,
        );
    }
    settings.format = time.text("format").map_or("iso".into(), |(f, _)| f);
    settings.lateness = time.duration("lateness").unwrap_or(settings.lateness);
    settings.idle = time.duration("idle").unwrap_or(settings.idle);
    settings.future = time.duration("future").unwrap_or(settings.future);
    section.absorb(time, &["field", "format", "lateness", "idle", "future"]);
    settings
}
