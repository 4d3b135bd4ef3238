//! Sections `[bolts.NAME]` of kind `hbase`: a table of a real HBase.

use std::time::Duration;

use tachograph_connect::hbase::{HBaseConfig, WriterOptions};
use tachograph_syntax::Span;

use super::section::Section;

/// Keys of such a bolt.
pub(super) const KEYS: [&str; 12] = [
    "table",
    "key",
    "family",
    "columns",
    "servers",
    "zookeeper",
    "splits",
    "versions",
    "ttl",
    "batch_bytes",
    "calls_per_server",
    "buffer_bytes",
];
/// Most bytes of a batch: a larger one would go in several calls.
const BATCH_BYTES: i64 = 16 << 20;
/// Most calls under way to a server.
const CALLS: i64 = 100;
/// Most bytes that a task keeps.
const BUFFER_BYTES: i64 = 64 << 30;

/// A table of HBase, and what is written to it.
#[derive(Debug, Clone)]
pub struct HBaseTable {
    /// Where the table is.
    pub place: HBaseConfig,
    /// Row key: an EPL expression over the row.
    pub key: (String, Span),
    /// Qualifiers with the property of each; all properties under their own names without.
    pub columns: Option<Vec<(String, String)>>,
}

/// Reads a section.
pub(super) fn read(section: &Section<'_>) -> HBaseTable {
    let key = section.required_text("key");
    let place = HBaseConfig {
        servers: section.texts("servers").unwrap_or_default(),
        zookeeper: section.texts("zookeeper").unwrap_or_default(),
        table: section.required_text("table"),
        family: section.text("family").map_or("d".into(), |(f, _)| f),
        splits: section.texts("splits").unwrap_or_default(),
        versions: section.integer("versions", 1, 1_000).unwrap_or(1) as u32,
        ttl: section
            .duration("ttl")
            .map(|ttl| Duration::from_millis(ttl.unsigned_abs())),
        writer: writer(section),
    };
    if place.servers.is_empty() == place.zookeeper.is_empty() {
        let message = "a table of HBase needs `servers`, or `zookeeper`: a list of \"host:port\"";
        section.fault(message, section.span);
    }
    let span = section.text("key").map_or(section.span, |(_, span)| span);
    HBaseTable {
        place,
        key: (key, span),
        columns: section.pairs("columns"),
    }
}

/// How much a task gathers and has under way.
fn writer(section: &Section<'_>) -> WriterOptions {
    let number = |key: &str, most: i64| section.integer(key, 1, most).map(|n| n as usize);
    let usual = WriterOptions::default();
    let options = WriterOptions {
        batch_bytes: number("batch_bytes", BATCH_BYTES).unwrap_or(usual.batch_bytes),
        calls_per_server: number("calls_per_server", CALLS).unwrap_or(usual.calls_per_server),
        buffer_bytes: number("buffer_bytes", BUFFER_BYTES).unwrap_or(usual.buffer_bytes),
        ..usual
    };
    let least = 2 * options.batch_bytes;
    if options.buffer_bytes < least {
        let message = format!(
            "`buffer_bytes` of {} must hold two batches: give it {least} or more, or a smaller `batch_bytes`",
            section.name
        );
        section.fault(&message, section.place_of("buffer_bytes"));
    }
    options
}
