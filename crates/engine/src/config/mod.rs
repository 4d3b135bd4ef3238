//! The topology file: TOML, strict. An unknown key is an error with a suggestion, and every fault
//! is found in one go.
//!
//! ```toml
//! [topology]
//! name = "smartcar"
//! schema = "schema.epl"
//!
//! [spouts.cars]
//! kind = "file"
//! paths = ["data/cars.csv"]
//! event_type = "Reading"
//! time = { field = "date", format = "yyyyMMddHHmmss", lateness = "4 sec" }
//!
//! [bolts.rules]
//! kind = "epl"
//! module = "overspeed.epl"
//! from = [{ source = "cars", grouping = "fields", fields = ["carNumber"] }]
//! ```

mod bolt;
mod format;
mod hbase;
mod kafka;
mod live;
mod section;
mod spout;

pub use bolt::{ArchiveConfig, BoltConfig, BoltKind, FromConfig, GroupingConfig, LiveWrite};
pub use format::{FormatConfig, SchemaConfig};
pub use hbase::HBaseTable;
pub use kafka::{KafkaSinkConfig, KafkaSpout, SinkFormat, SinkSchema};
pub use live::LiveConfig;
pub use spout::{SpoutConfig, SpoutKind, TimeSettings};

use std::path::{Path, PathBuf};

use tachograph_syntax::{Diagnostic, Span};
use toml::de::DeTable;

use crate::faults::ConfigFaults;
use section::Section;

/// A topology file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file.
    pub path: PathBuf,
    /// Its text, for messages.
    pub source: String,
    /// Name of the topology.
    pub name: String,
    /// File of event types, beside the topology file.
    pub schema: Option<(PathBuf, Span)>,
    /// Time between checkpoints, in ms.
    pub checkpoint_ms: i64,
    /// The live store; none without the section.
    pub live: Option<LiveConfig>,
    /// Spouts in the order of the file.
    pub spouts: Vec<SpoutConfig>,
    /// Bolts in the order of the file.
    pub bolts: Vec<BoltConfig>,
    /// What is wrong with the file by itself. A system is not assembled from a faulty one, but
    /// what else is wrong is found and told together with these.
    pub faults: Vec<Diagnostic>,
}

impl Config {
    /// Reads a topology: a folder with `topology.toml`, or the file.
    ///
    /// # Errors
    /// Where it cannot be read, or is not TOML. All other faults stand in the result.
    pub fn read(path: &Path) -> Result<Config, ConfigFaults> {
        let file = if path.is_dir() {
            path.join("topology.toml")
        } else {
            path.to_path_buf()
        };
        let source = std::fs::read_to_string(&file)
            .map_err(|e| ConfigFaults::of_file(&file, format!("cannot be read: {e}")))?;
        Config::parse(&file, &source)
    }

    /// Reads the text of a topology file; paths in it are relative to its folder.
    ///
    /// # Errors
    /// Where it is not TOML. All other faults stand in the result.
    pub fn parse(path: &Path, source: &str) -> Result<Config, ConfigFaults> {
        let table = DeTable::parse(source).map_err(|e| {
            let span = e
                .span()
                .map_or_else(Span::default, |s| Span::new(s.start, s.end));
            let fault = Diagnostic::syntax(e.message().to_string(), span);
            ConfigFaults::of(path, source, vec![fault])
        })?;
        let whole = Span::new(0, 0);
        let root = Section::new("the topology file", whole, table.get_ref());
        let mut config = read(path, source, &root);
        config.faults = root.finish(&["topology", "live", "spouts", "bolts"]);
        Ok(config)
    }

    /// Port of the embedded live store; none without one.
    pub fn live_port(&self) -> Option<u16> {
        match &self.live {
            Some(LiveConfig::Embedded(port)) => Some(*port),
            _ => None,
        }
    }

    /// A path of the file, relative to its folder.
    pub fn relative(&self, path: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        folder.join(path)
    }
}

fn read(path: &Path, source: &str, root: &Section<'_>) -> Config {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut config = Config {
        path: path.to_path_buf(),
        source: source.to_string(),
        name: String::new(),
        schema: None,
        checkpoint_ms: 10_000,
        live: None,
        spouts: Vec::new(),
        bolts: Vec::new(),
        faults: Vec::new(),
    };
    match root.table("topology") {
        None => root.fault("the section [topology] is missing", root.span),
        Some(topology) => {
            config.name = topology.required_text("name");
            config.schema = topology
                .text("schema")
                .map(|(s, span)| (folder.join(s), span));
            config.checkpoint_ms = topology.duration("checkpoint").unwrap_or(10_000);
            root.absorb(topology, &["name", "schema", "checkpoint"]);
        }
    }
    if let Some(live) = root.table("live") {
        config.live = Some(live::read(&live));
        root.absorb(live, &live::KEYS);
    }
    for section in root.tables("spouts") {
        let spout = spout::read(&section);
        root.absorb(section, &spout::keys(&spout));
        config.spouts.push(spout);
    }
    for section in root.tables("bolts") {
        let bolt = bolt::read(&section);
        root.absorb(section, &bolt::keys(&bolt));
        config.bolts.push(bolt);
    }
    check_names(&config, root);
    config
}

/// Sources must be known, and names used once.
fn check_names(config: &Config, root: &Section<'_>) {
    let mut names: Vec<&str> = config.spouts.iter().map(|s| s.name.as_str()).collect();
    for bolt in &config.bolts {
        for from in &bolt.from {
            let source = from.source.split('.').next().unwrap_or_default();
            let known = names.contains(&source);
            let all = config.bolts.iter().map(|b| b.name.as_str());
            if !known && all.clone().any(|b| b == source) {
                let message = format!("`{source}` must be declared before `{}`", bolt.name);
                root.fault(&message, from.span);
            } else if !known {
                root.unknown("spout or bolt", source, from.span, names.iter().copied());
            }
        }
        if names.contains(&bolt.name.as_str()) {
            root.fault(
                &format!("the name `{}` is used twice", bolt.name),
                bolt.span,
            );
        }
        names.push(&bolt.name);
    }
    if config.spouts.is_empty() {
        root.fault(
            "a topology needs a spout: a section [spouts.NAME]",
            root.span,
        );
    }
}
