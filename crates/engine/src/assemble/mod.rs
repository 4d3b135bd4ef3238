//! From a checked configuration to a topology: types bound, rules compiled, files opened.
//!
//! One file for each noun of the topology file. Faults are gathered, never only the first: a
//! section with a fault is left out and the others are still looked at.

mod bolts;
mod formats;
mod hbase;
mod inputs;
#[cfg(feature = "kafka")]
mod kafka;
mod live;
mod names;
mod rules;
#[cfg(feature = "kafka")]
mod schemas;
mod sharing;
mod spouts;
mod tables;
#[cfg(not(feature = "kafka"))]
mod without_kafka;

pub use hbase::WrittenTable;
pub use sharing::{Ownership, shared_spout};
pub use spouts::LogEnd;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tachograph_archive::{Compactor, Table};
use tachograph_event::EventType;
use tachograph_live::SharedStore;
use tachograph_plan::{Plan, Registry};
use tachograph_syntax::{Diagnostic, Span};
use tachograph_time::Clock;
use tachograph_topology::{From, Topology};

use crate::bolts::SharedLive;
use crate::config::{BoltConfig, BoltKind, Config};
use crate::counters::{Faults, RuleCounters};
use crate::faults::ConfigFaults;
use crate::module;

/// A topology that is ready to start, and what it writes to.
pub struct Assembly {
    /// Spouts and bolts.
    pub topology: Topology,
    /// The live store.
    pub live: Arc<SharedStore>,
    /// Compiled rules by bolt.
    pub plans: BTreeMap<String, Arc<Plan>>,
    /// Tables of the archive by name.
    pub tables: BTreeMap<String, Table>,
    /// Bolts that write into the archive.
    pub archives: Vec<String>,
    /// Bolts that write records elsewhere as they come from a spout.
    pub senders: Vec<String>,
    /// Tables of HBase that bolts write, in the order of the file.
    pub written: Vec<WrittenTable>,
    /// Where spouts listen, by name.
    pub ports: BTreeMap<String, SocketAddr>,
    /// Where the log of each partition ends, in the order of their numbers.
    pub logs: Vec<LogEnd>,
    /// What rules count, by bolt.
    pub counters: BTreeMap<String, Arc<[RuleCounters]>>,
    /// What could not be written, by `live` bolt.
    pub writers: BTreeMap<String, Arc<Faults>>,
    /// What was found that does not hinder, and that somebody should know.
    pub warnings: Vec<String>,
}

/// What a name of the file stands for.
#[derive(Clone)]
struct Stream {
    from: From,
    event_type: Arc<EventType>,
}

struct Assembler<'a> {
    config: &'a Config,
    registry: Registry,
    clock: Arc<dyn Clock>,
    data: &'a Path,
    types: Vec<Arc<EventType>>,
    schema_is_good: bool,
    streams: BTreeMap<String, Stream>,
    /// Spouts and bolts with a fault of their own.
    faulty: BTreeSet<String>,
    live: Arc<SharedLive>,
    plans: BTreeMap<String, Arc<Plan>>,
    tables: BTreeMap<String, Table>,
    compactor: Option<Arc<Compactor>>,
    written: Vec<WrittenTable>,
    ports: BTreeMap<String, SocketAddr>,
    logs: Vec<LogEnd>,
    counters: BTreeMap<String, Arc<[RuleCounters]>>,
    writers: BTreeMap<String, Arc<Faults>>,
    warnings: Vec<String>,
    /// The `live` bolt that writes each stream whose key the file says.
    entry_streams: BTreeMap<String, String>,
    /// Are files opened for writing, or is all of it only checked?
    writes: bool,
    /// The partition that all of it is for, where a group shares them.
    ownership: Option<Ownership>,
    faults: ConfigFaults,
    diagnostics: Vec<Diagnostic>,
}

/// Builds everything that a configuration names. `data` is the folder for what is written.
///
/// # Errors
/// Every fault of the topology file and of the modules that it names.
pub fn assemble(
    config: &Config,
    data: &Path,
    clock: Arc<dyn Clock>,
) -> Result<Assembly, ConfigFaults> {
    build(config, data, clock, true, None)
}

/// Builds what a configuration names for one partition, which this process has as a member of a group.
///
/// # Errors
/// As [`assemble`].
pub fn assemble_partition(
    config: &Config,
    data: &Path,
    clock: Arc<dyn Clock>,
    ownership: Ownership,
) -> Result<Assembly, ConfigFaults> {
    build(config, data, clock, true, Some(ownership))
}

/// Checks everything that a configuration names, and opens nothing for writing.
///
/// # Errors
/// As [`assemble`].
pub fn check(config: &Config, clock: Arc<dyn Clock>) -> Result<Assembly, ConfigFaults> {
    build(config, Path::new(""), clock, false, None)
}

/// Does a bolt write records of a spout elsewhere, as they are?
fn sends_on(bolt: &BoltConfig) -> bool {
    let is_elsewhere = !matches!(
        bolt.kind,
        BoltKind::Archive(_) | BoltKind::Epl { .. } | BoltKind::Unknown
    );
    // What comes of a rule is named `BOLT.STATEMENT`.
    is_elsewhere && bolt.from.iter().any(|from| !from.source.contains('.'))
}

fn build(
    config: &Config,
    data: &Path,
    clock: Arc<dyn Clock>,
    writes: bool,
    ownership: Option<Ownership>,
) -> Result<Assembly, ConfigFaults> {
    let is_archive = |b: &&BoltConfig| matches!(b.kind, BoltKind::Archive(_));
    let archives = config.bolts.iter().filter(is_archive);
    let senders = config.bolts.iter().filter(|bolt| sends_on(bolt));
    let is_live = |b: &&BoltConfig| matches!(b.kind, BoltKind::Live { .. });
    let live = config.bolts.iter().filter(is_live).count();
    let mut assembler = Assembler {
        config,
        registry: tachograph_functions::registry(),
        clock,
        data,
        types: Vec::new(),
        schema_is_good: false,
        streams: BTreeMap::new(),
        faulty: BTreeSet::new(),
        live: Arc::new(SharedLive::new(live)),
        plans: BTreeMap::new(),
        tables: BTreeMap::new(),
        compactor: None,
        written: Vec::new(),
        ports: BTreeMap::new(),
        logs: Vec::new(),
        counters: BTreeMap::new(),
        writers: BTreeMap::new(),
        warnings: Vec::new(),
        entry_streams: BTreeMap::new(),
        writes,
        ownership,
        faults: ConfigFaults::default(),
        diagnostics: Vec::new(),
    };
    assembler.read_schema();
    let topology = assembler.build();
    let mut faults = assembler.faults;
    let mut of_file = [config.faults.clone(), assembler.diagnostics].concat();
    of_file.sort_by_key(|fault| fault.span.start);
    faults.add(&config.path, &config.source, of_file);
    match faults.is_empty() {
        true => Ok(Assembly {
            topology,
            live: Arc::clone(assembler.live.store()),
            plans: assembler.plans,
            tables: assembler.tables,
            archives: archives.map(|b| b.name.clone()).collect(),
            senders: senders.map(|b| b.name.clone()).collect(),
            written: assembler.written,
            ports: assembler.ports,
            logs: assembler.logs,
            counters: assembler.counters,
            writers: assembler.writers,
            warnings: assembler.warnings,
        }),
        false => Err(faults),
    }
}

impl Assembler<'_> {
    fn read_schema(&mut self) {
        match &self.config.schema {
            None => self.fault(
                "`schema` of [topology] is missing: the file of event types",
                Span::default(),
            ),
            Some((path, _)) => match module::schema(path, &self.registry) {
                Ok(types) => (self.types, self.schema_is_good) = (types, true),
                Err(faults) => self.faults.extend(faults),
            },
        }
    }

    fn build(&mut self) -> Topology {
        let mut topology = Topology::default();
        let mut first_partition = 0;
        for spout in &self.config.spouts {
            match self.spout(spout, first_partition) {
                Some(spec) => {
                    first_partition += spec.partitions.len() as u32;
                    let from = From::Spout(topology.spouts.len());
                    let event_type = Arc::clone(&spec.event_type);
                    let stream = Stream { from, event_type };
                    self.streams.insert(spout.name.clone(), stream);
                    topology.spouts.push(spec);
                }
                None => {
                    self.faulty.insert(spout.name.clone());
                }
            }
        }
        for bolt in &self.config.bolts {
            match self.bolt(bolt, topology.bolts.len()) {
                Some(spec) => topology.bolts.push(spec),
                None => {
                    self.faulty.insert(bolt.name.clone());
                }
            }
        }
        self.check_sharing();
        topology
    }
}
