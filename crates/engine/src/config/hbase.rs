//! Sections `[bolts.NAME]` of kind `hbase`: a table of a real HBase.

use std::time::Duration;

use tachograph_connect::hbase::HBaseConfig;
use tachograph_syntax::Span;

use super::section::Section;

/// Keys of such a bolt.
pub(super) const KEYS: [&str; 9] = [
    "table",
    "key",
    "family",
    "columns",
    "servers",
    "zookeeper",
    "splits",
    "versions",
    "ttl",
];

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
