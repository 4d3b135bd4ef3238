//! Sections `[bolts.NAME]`.

use tachograph_syntax::Span;

use super::format;
use super::hbase::{self, HBaseTable};
use super::kafka::{self, KafkaSinkConfig};
use super::section::Section;

/// Keys of every bolt, and those of each kind.
const COMMON: [&str; 3] = ["kind", "from", "tasks"];
const EPL: [&str; 1] = ["module"];
const ARCHIVE: [&str; 8] = [
    "table", "key", "family", "columns", "bucket", "ttl", "versions", "memtable",
];
const LIVE: [&str; 1] = ["write"];
const FILE: [&str; 3] = ["path", "format", "separator"];
const STDOUT: [&str; 2] = ["format", "separator"];

/// Keys that a bolt may have.
pub(super) fn keys(bolt: &BoltConfig) -> Vec<&'static str> {
    let own = match bolt.kind {
        BoltKind::Epl { .. } => EPL.to_vec(),
        BoltKind::Archive(_) => ARCHIVE.to_vec(),
        BoltKind::HBase(_) => hbase::KEYS.to_vec(),
        BoltKind::Live { .. } => LIVE.to_vec(),
        BoltKind::File { .. } => FILE.to_vec(),
        BoltKind::Stdout { .. } => STDOUT.to_vec(),
        BoltKind::Kafka(_) => kafka::BOLT_KEYS.to_vec(),
        BoltKind::Unknown => [
            &EPL[..],
            &ARCHIVE,
            &LIVE,
            &FILE,
            &hbase::KEYS,
            &kafka::BOLT_KEYS,
        ]
        .concat(),
    };
    [COMMON.to_vec(), own].concat()
}

/// A bolt.
#[derive(Debug, Clone)]
pub struct BoltConfig {
    /// Name of the section.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// What it does.
    pub kind: BoltKind,
    /// What it reads.
    pub from: Vec<FromConfig>,
    /// How many tasks share the work.
    pub tasks: usize,
}

/// What a bolt does.
#[derive(Debug, Clone)]
pub enum BoltKind {
    /// Runs a module of rules.
    Epl {
        /// File of the module, relative to the topology file.
        module: String,
    },
    /// Writes rows into a table of the archive.
    Archive(ArchiveConfig),
    /// Writes rows into a table of HBase.
    HBase(HBaseTable),
    /// Writes into the live store.
    Live {
        /// What is written for each row.
        writes: Vec<LiveWrite>,
    },
    /// Writes rows to a file.
    File {
        /// Path within the data folder.
        path: String,
        /// Separator of delimited text; none for JSON.
        separator: Option<char>,
    },
    /// Writes rows to standard output.
    Stdout {
        /// Separator of delimited text; none for JSON.
        separator: Option<char>,
    },
    /// Writes rows into a topic of Kafka.
    Kafka(KafkaSinkConfig),
    /// Of a section with a fault.
    Unknown,
}

/// A table of the archive.
#[derive(Debug, Clone)]
pub struct ArchiveConfig {
    /// Name of the table.
    pub table: String,
    /// Row key: an EPL expression over the row.
    pub key: (String, Span),
    /// Column family.
    pub family: String,
    /// Qualifiers with the property of each; all properties under their own names without.
    pub columns: Option<Vec<(String, String)>>,
    /// Length of a time bucket in ms.
    pub bucket: i64,
    /// Time after which rows may be dropped, in ms of event time.
    pub ttl: Option<i64>,
    /// Versions kept of a row.
    pub versions: u32,
    /// Bytes that a memtable may take.
    pub memtable: usize,
}

/// One input of a bolt.
#[derive(Debug, Clone)]
pub struct FromConfig {
    /// `SPOUT`, or `BOLT.STATEMENT`.
    pub source: String,
    /// Where it stands.
    pub span: Span,
    /// How rows are shared out.
    pub grouping: GroupingConfig,
}

/// How rows are shared out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupingConfig {
    /// Evenly.
    Shuffle,
    /// By the values of these properties.
    Fields(Vec<String>),
    /// Every row to every task.
    All,
    /// Every row to one task.
    Global,
}

/// What is written into the live store for a row. Texts are EPL expressions over the row.
#[derive(Debug, Clone)]
pub struct LiveWrite {
    /// `set`, `sadd`, `srem`, `hset`, `zadd`, `xadd`, `publish`, `del`.
    pub command: String,
    /// The key, or the channel.
    pub key: (String, Span),
    /// Rows for which it is written; all without.
    pub when: Option<(String, Span)>,
    /// The member of a set, the value of a string, the payload of a message.
    pub value: Option<(String, Span)>,
    /// The score of a sorted set's member.
    pub score: Option<(String, Span)>,
    /// Fields of a hash or stream entry; all columns under their names without.
    pub fields: Option<Vec<(String, String)>>,
    /// The key's time to live, in ms.
    pub expire: Option<i64>,
    /// Most entries of a stream.
    pub maxlen: Option<u64>,
}

/// Reads a section.
pub(super) fn read(section: &Section<'_>) -> BoltConfig {
    let name = section
        .name
        .trim_start_matches("[bolts.")
        .trim_end_matches(']');
    let from: Vec<FromConfig> = section
        .list("from")
        .into_iter()
        .map(|s| input(section, s))
        .collect();
    if from.is_empty() {
        let example = "from = [{ source = \"NAME\" }]";
        section.fault(
            &format!("{} reads nothing: write {example}", section.name),
            section.span,
        );
    }
    BoltConfig {
        name: name.to_string(),
        span: section.span,
        kind: kind(section),
        from,
        tasks: section.integer("tasks", 1, 256).unwrap_or(1) as usize,
    }
}

fn input<'a>(section: &Section<'a>, input: Section<'a>) -> FromConfig {
    let source = input.required_text("source");
    let (grouping, span) = input
        .text("grouping")
        .unwrap_or(("shuffle".into(), input.span));
    let fields = input.texts("fields");
    let grouping = match (grouping.as_str(), fields) {
        ("shuffle", None) => GroupingConfig::Shuffle,
        ("all", None) => GroupingConfig::All,
        ("global", None) => GroupingConfig::Global,
        ("fields", Some(fields)) if !fields.is_empty() => GroupingConfig::Fields(fields),
        ("fields", _) => {
            input.fault(
                "grouping by fields needs `fields`, a list of properties",
                span,
            );
            GroupingConfig::Global
        }
        ("shuffle" | "all" | "global", Some(_)) => {
            input.fault("`fields` goes with grouping = \"fields\"", span);
            GroupingConfig::Global
        }
        (other, _) => {
            let known = ["shuffle", "fields", "all", "global"];
            input.unknown("grouping", other, span, known.into_iter());
            GroupingConfig::Global
        }
    };
    let span = input.span;
    section.absorb(input, &["source", "grouping", "fields"]);
    FromConfig {
        source,
        span,
        grouping,
    }
}

fn kind(section: &Section<'_>) -> BoltKind {
    let Some((kind, span)) = section.text("kind") else {
        section.fault(
            &format!("`kind` of {} is missing", section.name),
            section.span,
        );
        return BoltKind::Unknown;
    };
    match kind.as_str() {
        "epl" => BoltKind::Epl {
            module: section.required_text("module"),
        },
        "archive" => BoltKind::Archive(archive(section)),
        "hbase" => BoltKind::HBase(hbase::read(section)),
        "live" => BoltKind::Live {
            writes: section
                .list("write")
                .into_iter()
                .map(|s| write(section, s))
                .collect(),
        },
        "file" => BoltKind::File {
            path: section.required_text("path"),
            separator: separator(section),
        },
        "stdout" => BoltKind::Stdout {
            separator: separator(section),
        },
        "kafka" => BoltKind::Kafka(kafka::bolt(section)),
        other => {
            let known = ["epl", "archive", "hbase", "live", "file", "stdout", "kafka"];
            section.unknown("kind of bolt", other, span, known.into_iter());
            BoltKind::Unknown
        }
    }
}

fn separator(section: &Section<'_>) -> Option<char> {
    let (format, span) = section
        .text("format")
        .unwrap_or(("json".into(), section.span));
    match format.as_str() {
        "json" => {
            format::only_delimited(section, &["separator"]);
            None
        }
        "delimited" => Some(char::from(format::separator(section))),
        other => {
            section.unknown("format", other, span, ["json", "delimited"].into_iter());
            None
        }
    }
}

fn archive(section: &Section<'_>) -> ArchiveConfig {
    ArchiveConfig {
        table: section.required_text("table"),
        key: required(section, "key"),
        family: section.text("family").map_or("d".into(), |(f, _)| f),
        columns: section.pairs("columns"),
        bucket: section.duration("bucket").unwrap_or(3_600_000),
        ttl: section.duration("ttl"),
        versions: section.integer("versions", 1, 1_000).unwrap_or(1) as u32,
        memtable: section
            .integer("memtable", 1 << 16, 1 << 40)
            .unwrap_or(128 << 20) as usize,
    }
}

fn required(section: &Section<'_>, key: &str) -> (String, Span) {
    let text = section.required_text(key);
    (
        text,
        section.text(key).map_or(section.span, |(_, span)| span),
    )
}

fn write<'a>(section: &Section<'a>, write: Section<'a>) -> LiveWrite {
    let (command, span) = write.text("command").unwrap_or((String::new(), write.span));
    let command = command.to_ascii_lowercase();
    let known = [
        "set", "sadd", "srem", "hset", "zadd", "xadd", "publish", "del",
    ];
    if !known.contains(&command.as_str()) {
        write.unknown("command", &command, span, known.into_iter());
    }
    let value = write
        .text("value")
        .or_else(|| write.text("member"))
        .or_else(|| write.text("payload"));
    if matches!(command.as_str(), "set" | "sadd" | "srem" | "zadd") && value.is_none() {
        write.fault(
            &format!("{command} needs a `value` (or `member`)"),
            write.span,
        );
    }
    let score = write.text("score");
    if command == "zadd" && score.is_none() {
        write.fault("zadd needs a `score`", write.span);
    }
    let result = LiveWrite {
        command,
        key: required(&write, "key"),
        when: write.text("when"),
        value,
        score,
        fields: write.pairs("fields"),
        expire: write.duration("expire"),
        maxlen: write.integer("maxlen", 1, i64::MAX).map(|n| n as u64),
    };
    let keys = [
        "command", "key", "when", "value", "member", "payload", "score", "fields", "expire",
        "maxlen",
    ];
    section.absorb(write, &keys);
    result
}
