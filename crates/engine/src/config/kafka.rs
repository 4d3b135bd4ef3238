//! The keys of Kafka's spouts and bolts.

use std::collections::BTreeMap;

use tachograph_connect::kafka::{KafkaConfig, MetadataField, Start};
use tachograph_connect::registry::RegistryConfig;
use tachograph_syntax::Span;

use super::format;
use super::section::Section;

/// Keys of a spout of Kafka.
pub(super) const SPOUT_KEYS: [&str; 8] = [
    "brokers",
    "topic",
    "group",
    "partitioned_by",
    "start",
    "offsets",
    "metadata",
    "settings",
];

/// Keys of a bolt of Kafka.
pub(super) const BOLT_KEYS: [&str; 9] = [
    "brokers",
    "topic",
    "delivery",
    "settings",
    "key",
    "format",
    "separator",
    "registry",
    "subject",
];

/// Settings that are not the user's to choose, since positions, groups and transactions are kept by
/// them: of spouts, of bolts, and what each is for.
const OURS: [(&str, &str); 6] = [
    ("bootstrap.servers", "`brokers` names the servers"),
    ("group.id", "`group` names the group"),
    (
        "enable.auto.commit",
        "offsets are committed as far as checkpoints cover",
    ),
    (
        "enable.auto.offset.store",
        "offsets are committed as far as checkpoints cover",
    ),
    (
        "auto.offset.reset",
        "`start` says where reading begins, and a position that is gone is an error",
    ),
    ("enable.partition.eof", "silence is known by it"),
];
const OURS_OF_BOLTS: [(&str, &str); 5] = [
    ("bootstrap.servers", "`brokers` names the servers"),
    (
        "transactional.id",
        "`delivery` decides about transactions, whose id is made of the names",
    ),
    ("enable.idempotence", "order and delivery depend on it"),
    ("acks", "a record counts when all copies have it"),
    ("message.timeout.ms", "no record is given up"),
];

/// A topic that is read.
#[derive(Debug, Clone)]
pub struct KafkaSpout {
    /// The topic.
    pub kafka: KafkaConfig,
    /// The group whose members share the partitions; without, one process has them all.
    pub group: Option<String>,
    /// Properties that records of one partition are keyed by.
    pub partitioned_by: Vec<String>,
    /// Where reading begins without a checkpoint.
    pub start: Start,
    /// Offsets to begin at, by partition.
    pub offsets: BTreeMap<i32, i64>,
    /// Properties that do not stand in the value.
    pub metadata: Vec<(String, MetadataField)>,
}

/// A topic that is written to.
#[derive(Debug, Clone)]
pub struct KafkaSinkConfig {
    /// The topic.
    pub kafka: KafkaConfig,
    /// Every row once, in transactions?
    pub exactly_once: bool,
    /// The key: an EPL expression over the row.
    pub key: Option<(String, Span)>,
    /// How a row is written.
    pub format: SinkFormat,
}

/// How rows are written into a topic.
#[derive(Debug, Clone)]
pub enum SinkFormat {
    /// An object.
    Json,
    /// Fields with a separator between.
    Delimited(char),
    /// Avro, with the id of the schema.
    Avro(SinkSchema),
    /// Protocol Buffers, with the id of the schema.
    Protobuf(SinkSchema),
}

/// Where the schema of rows is registered.
#[derive(Debug, Clone)]
pub struct SinkSchema {
    /// The registry; its files are relative to the topology file.
    pub registry: RegistryConfig,
    /// The subject.
    pub subject: String,
}

/// Reads the keys of a spout.
pub(super) fn spout(section: &Section<'_>) -> KafkaSpout {
    KafkaSpout {
        kafka: kafka(section, &OURS),
        group: group(section),
        partitioned_by: partitioned_by(section),
        start: start(section),
        offsets: offsets(section),
        metadata: metadata(section),
    }
}

fn group(section: &Section<'_>) -> Option<String> {
    let (group, span) = section.text("group")?;
    if group.is_empty() {
        section.fault("`group` is the name of a consumer group", span);
    }
    Some(group)
}

fn partitioned_by(section: &Section<'_>) -> Vec<String> {
    let properties = section.texts("partitioned_by");
    if properties.is_some() && section.get("group").is_none() {
        let message = "`partitioned_by` goes with `group`: processes that share the partitions";
        section.fault(message, section.span);
    }
    properties.unwrap_or_default()
}

/// Reads the keys of a bolt.
pub(super) fn bolt(section: &Section<'_>) -> KafkaSinkConfig {
    let (delivery, span) = section
        .text("delivery")
        .unwrap_or(("exactly-once".into(), section.span));
    let known = ["exactly-once", "at-least-once"];
    if !known.contains(&delivery.as_str()) {
        section.unknown("delivery", &delivery, span, known.into_iter());
    }
    KafkaSinkConfig {
        kafka: kafka(section, &OURS_OF_BOLTS),
        exactly_once: delivery != "at-least-once",
        key: section.text("key"),
        format: sink_format(section),
    }
}

fn sink_format(section: &Section<'_>) -> SinkFormat {
    let (format, span) = section
        .text("format")
        .unwrap_or(("json".into(), section.span));
    let has_schema = ["avro", "protobuf"].contains(&format.as_str());
    if let (false, Some(_)) = (
        has_schema,
        section.get("registry").or(section.get("subject")),
    ) {
        let message = "`registry` and `subject` go with `format = \"avro\"` or \"protobuf\"";
        section.fault(message, section.span);
    }
    if format != "delimited" {
        format::only_delimited(section, &["separator"]);
    }
    match format.as_str() {
        "json" => SinkFormat::Json,
        "delimited" => SinkFormat::Delimited(char::from(format::separator(section))),
        "avro" => SinkFormat::Avro(sink_schema(section)),
        "protobuf" => SinkFormat::Protobuf(sink_schema(section)),
        other => {
            let known = ["json", "delimited", "avro", "protobuf"];
            section.unknown("format", other, span, known.into_iter());
            SinkFormat::Json
        }
    }
}

fn sink_schema(section: &Section<'_>) -> SinkSchema {
    let usual = || {
        let topic = section.text("topic").map(|(topic, _)| topic);
        format!("{}-value", topic.unwrap_or_default())
    };
    SinkSchema {
        registry: format::registry(section),
        subject: section
            .text("subject")
            .map_or_else(usual, |(subject, _)| subject),
    }
}

fn kafka(section: &Section<'_>, ours: &[(&str, &str)]) -> KafkaConfig {
    let names = section.pairs("settings").unwrap_or_default();
    let settings = section.table("settings");
    let value = |(name, _): (String, String)| {
        let value = settings.as_ref()?.secret(&name)?;
        Some((name, value))
    };
    let all = names.into_iter().filter_map(value).collect();
    if let Some(settings) = settings {
        for (name, why) in ours.iter().filter(|(name, _)| settings.get(name).is_some()) {
            let message = format!("`{name}` is not for `settings` to choose: {why}");
            settings.fault(&message, settings.place_of(name));
        }
        section.take_faults(settings);
    }
    KafkaConfig {
        brokers: section.required_text("brokers"),
        topic: topic(section),
        settings: all,
    }
}

fn topic(section: &Section<'_>) -> String {
    let topic = section.required_text("topic");
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let is_name = (1..=249).contains(&topic.len()) && topic.bytes().all(is_plain);
    if let (false, Some((_, span))) = (
        is_name && topic != "." && topic != "..",
        section.text("topic"),
    ) {
        let message = "`topic` is a name of 1 to 249 letters, digits, `.`, `_` and `-`";
        section.fault(message, span);
    }
    topic
}

/// `earliest`, `latest`, `committed`, or an instant.
fn start(section: &Section<'_>) -> Start {
    let Some((text, span)) = section.text("start") else {
        return Start::Earliest;
    };
    match (text.as_str(), tachograph_time::parse_instant(&text)) {
        ("earliest", _) => Start::Earliest,
        ("latest", _) => Start::Latest,
        ("committed", _) => Start::Committed,
        (_, Some(instant)) => Start::At(instant),
        _ => {
            let message = "`start` is \"earliest\", \"latest\", \"committed\", or an instant such as \
                           \"2016-01-01T00:00:00Z\"";
            section.fault(message, span);
            Start::Earliest
        }
    }
}

fn offsets(section: &Section<'_>) -> BTreeMap<i32, i64> {
    let mut offsets = BTreeMap::new();
    for (name, offset) in section.integers("offsets").unwrap_or_default() {
        match name.parse().ok().filter(|number| *number >= 0) {
            Some(partition) => drop(offsets.insert(partition, offset)),
            None => section.fault(
                &format!("`{name}` of `offsets` is not the number of a partition"),
                section.place_of("offsets"),
            ),
        }
    }
    offsets
}

fn metadata(section: &Section<'_>) -> Vec<(String, MetadataField)> {
    let mut fields = Vec::new();
    for (property, text) in section.pairs("metadata").unwrap_or_default() {
        match MetadataField::parse(&text) {
            Some(field) => fields.push((property, field)),
            None => section.unknown(
                "part of a record",
                &text,
                section.place_of("metadata"),
                ["key", "header:NAME", "partition", "offset", "timestamp"].into_iter(),
            ),
        }
    }
    fields
}
