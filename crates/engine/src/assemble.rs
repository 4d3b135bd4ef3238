//! From a checked configuration to a topology: types bound, rules compiled, files opened.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use tachograph_archive::{ColumnConfig, Table, TableConfig};
use tachograph_compile::{check_partitioning, compile_expression};
use tachograph_connect::file::FileReader;
use tachograph_connect::formats::{Delimited, Json, LineDecoder, TimeField};
use tachograph_connect::generate::{FleetOptions, GenerateReader};
use tachograph_connect::http::{HttpOptions, HttpServer, JournalReader};
use tachograph_connect::sink::{FileSink, RowFormat, StdoutSink};
use tachograph_event::EventType;
use tachograph_live::SharedStore;
use tachograph_plan::{Plan, Registry};
use tachograph_syntax::{Diagnostic, Span};
use tachograph_time::{Clock, DatePattern};
use tachograph_topology::{
    Bolt, BoltSpec, From, Fsync, Grouping, InputSpec, Journal, JournalOptions, PartitionReader,
    SpoutSpec, TimeConfig, Topology,
};

use crate::bolts::{ArchiveBolt, EplBolt, LiveBolt, RedisBolt, RowExpression, Write, WriteKind};
use crate::config::{
    ArchiveConfig, BoltConfig, BoltKind, Config, FormatConfig, FromConfig, GroupingConfig,
    LiveConfig, LiveWrite, SpoutConfig, SpoutKind,
};
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
    /// Where spouts listen, by name.
    pub ports: BTreeMap<String, SocketAddr>,
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
    streams: BTreeMap<String, Stream>,
    live: Arc<SharedStore>,
    plans: BTreeMap<String, Arc<Plan>>,
    tables: BTreeMap<String, Table>,
    ports: BTreeMap<String, SocketAddr>,
    /// Are files opened for writing, or is all of it only checked?
    writes: bool,
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
    build(config, data, clock, true)
}

/// Checks everything that a configuration names, and opens nothing for writing.
///
/// # Errors
/// As [`assemble`].
pub fn check(config: &Config, clock: Arc<dyn Clock>) -> Result<Assembly, ConfigFaults> {
    build(config, Path::new(""), clock, false)
}

fn build(
    config: &Config,
    data: &Path,
    clock: Arc<dyn Clock>,
    writes: bool,
) -> Result<Assembly, ConfigFaults> {
    let mut assembler = Assembler {
        config,
        registry: tachograph_functions::registry(),
        clock,
        data,
        types: Vec::new(),
        streams: BTreeMap::new(),
        live: Arc::new(SharedStore::default()),
        plans: BTreeMap::new(),
        tables: BTreeMap::new(),
        ports: BTreeMap::new(),
        writes,
        faults: ConfigFaults::default(),
        diagnostics: Vec::new(),
    };
    assembler.read_schema();
    let topology = assembler.build();
    let mut faults = assembler.faults;
    faults.add(&config.path, &config.source, assembler.diagnostics);
    match faults.is_empty() {
        true => Ok(Assembly {
            topology,
            live: assembler.live,
            plans: assembler.plans,
            tables: assembler.tables,
            ports: assembler.ports,
        }),
        false => Err(faults),
    }
}

impl Assembler<'_> {
    fn fault(&mut self, message: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::semantic(message, span));
    }

    fn unknown(&mut self, what: &str, name: &str, span: Span, known: &[&str]) {
        let fault = Diagnostic::semantic(format!("{what} `{name}` is not known"), span);
        let help = match tachograph_syntax::suggest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.diagnostics.push(fault.with_help(help));
    }

    fn read_schema(&mut self) {
        match &self.config.schema {
            None => self.fault(
                "`schema` of [topology] is missing: the file of event types",
                Span::default(),
            ),
            Some((path, _)) => match module::schema(path, &self.registry) {
                Ok(types) => self.types = types,
                Err(faults) => self.faults.extend(faults),
            },
        }
    }

    fn build(&mut self) -> Topology {
        let mut topology = Topology::default();
        let mut first_partition = 0;
        for spout in &self.config.spouts {
            if let Some(spec) = self.spout(spout, first_partition) {
                first_partition += spec.partitions.len() as u32;
                let event_type = Arc::clone(&spec.event_type);
                let from = From::Spout(topology.spouts.len());
                self.streams
                    .insert(spout.name.clone(), Stream { from, event_type });
                topology.spouts.push(spec);
            }
        }
        for bolt in &self.config.bolts {
            if let Some(spec) = self.bolt(bolt, topology.bolts.len()) {
                topology.bolts.push(spec);
            }
        }
        topology
    }

    fn spout(&mut self, spout: &SpoutConfig, first_partition: u32) -> Option<SpoutSpec> {
        let known = self.types.clone();
        let Some(event_type) = known.iter().find(|t| t.name == spout.event_type).cloned() else {
            if self.faults.is_empty() {
                let names: Vec<&str> = known.iter().map(|t| t.name.as_str()).collect();
                self.unknown("event type", &spout.event_type, spout.span, &names);
            }
            return None;
        };
        let time = self.time_field(spout, &event_type)?;
        let mut partitions: Vec<Box<dyn PartitionReader>> = Vec::new();
        match &spout.kind {
            SpoutKind::Unknown => return None,
            SpoutKind::File { paths, follow } => {
                for path in paths {
                    let partition = first_partition + partitions.len() as u32;
                    let decoder = self.decoder(spout, &event_type, time.clone())?;
                    let path = self.config.relative(path);
                    match FileReader::open(&path, partition, *follow, decoder) {
                        Ok(reader) => partitions.push(Box::new(reader)),
                        Err(fault) => self.fault(fault, spout.span),
                    }
                }
            }
            SpoutKind::Http {
                port,
                path,
                fsync,
                body,
                backlog,
            } => {
                let decoder = self.decoder(spout, &event_type, time.clone())?;
                if self.writes {
                    let options = HttpOptions {
                        address: SocketAddr::from((Ipv4Addr::LOCALHOST, *port)),
                        path: path.clone(),
                        body_bytes: *body,
                        backlog: *backlog,
                    };
                    match self.http(&spout.name, *fsync, options, first_partition, decoder) {
                        Ok(reader) => partitions.push(Box::new(reader)),
                        Err(fault) => self.fault(fault, spout.span),
                    }
                }
            }
            SpoutKind::Generate {
                cars,
                seed,
                ticks,
                partitions: parts,
                pace,
            } => {
                for part in 0..*parts {
                    let options = FleetOptions {
                        cars: *cars,
                        seed: *seed,
                        ..FleetOptions::default()
                    };
                    let decoder = self.decoder(spout, &event_type, time.clone())?;
                    let partition = first_partition + part;
                    let reader =
                        GenerateReader::new(options, *ticks, (part, *parts), partition, decoder);
                    partitions.push(Box::new(match pace {
                        Some(pace) => reader.with_pace(*pace as f64, Arc::clone(&self.clock)),
                        None => reader,
                    }));
                }
            }
        }
        Some(SpoutSpec {
            name: spout.name.clone(),
            partitions,
            first_partition,
            event_type,
            time: TimeConfig {
                lateness: spout.time.lateness,
                idle: spout.time.idle,
                future: spout.time.future,
            },
        })
    }

    /// A server, its journal, and the reader of it.
    fn http(
        &mut self,
        name: &str,
        fsync: Fsync,
        options: HttpOptions,
        partition: u32,
        decoder: Box<dyn LineDecoder>,
    ) -> Result<JournalReader, String> {
        let folder = self.data.join("journal").join(name);
        let journal = JournalOptions {
            fsync,
            ..JournalOptions::default()
        };
        let journal = Journal::open(&folder, journal).map_err(|e| e.to_string())?;
        let server = HttpServer::bind(journal.clone(), options)?;
        self.ports.insert(name.to_string(), server.local_addr());
        JournalReader::new(journal, partition, decoder, Some(server)).map_err(|e| e.to_string())
    }

    /// The time field; none after a fault, `Some(None)` where records carry no time.
    fn time_field(
        &mut self,
        spout: &SpoutConfig,
        event_type: &EventType,
    ) -> Option<Option<TimeField>> {
        let Some((field, span)) = &spout.time.field else {
            self.fault(
                format!(
                    "[spouts.{}] needs `time = {{ field = …, format = … }}`",
                    spout.name
                ),
                spout.span,
            );
            return None;
        };
        let Some(slot) = event_type.slot(field) else {
            let names: Vec<&str> = event_type
                .properties
                .iter()
                .map(|p| p.name.as_str())
                .collect();
            self.unknown(
                &format!("property of `{}`", event_type.name),
                field,
                *span,
                &names,
            );
            return None;
        };
        match DatePattern::parse_pattern(&spout.time.format) {
            Ok(pattern) => Some(Some(TimeField { slot, pattern })),
            Err(error) => {
                self.fault(format!("time format: {error}"), *span);
                None
            }
        }
    }

    fn decoder(
        &mut self,
        spout: &SpoutConfig,
        event_type: &Arc<EventType>,
        time: Option<TimeField>,
    ) -> Option<Box<dyn LineDecoder>> {
        match &spout.format {
            FormatConfig::Json => Some(Box::new(Json::new(Arc::clone(event_type), time))),
            FormatConfig::Delimited { separator, fields } => {
                let all = || {
                    event_type
                        .properties
                        .iter()
                        .map(|p| p.name.clone())
                        .collect()
                };
                let fields = fields.clone().unwrap_or_else(all);
                match Delimited::new(Arc::clone(event_type), *separator, &fields, time) {
                    Ok(decoder) => Some(Box::new(decoder)),
                    Err(fault) => {
                        self.fault(fault, spout.span);
                        None
                    }
                }
            }
        }
    }

    fn bolt(&mut self, bolt: &BoltConfig, number: usize) -> Option<BoltSpec> {
        let inputs = self.inputs(bolt)?;
        let tasks: Option<Vec<Box<dyn Bolt>>> = match &bolt.kind {
            BoltKind::Unknown => None,
            BoltKind::Epl { module } => self.rules(bolt, module, &inputs, number),
            BoltKind::Live { writes } => self.live(bolt, writes, &inputs),
            BoltKind::Archive(archive) => self.archive(bolt, archive, &inputs),
            BoltKind::File { path, separator } => {
                self.one_task(bolt)?;
                if !self.writes {
                    return Some(BoltSpec {
                        name: bolt.name.clone(),
                        tasks: Vec::new(),
                        inputs,
                    });
                }
                match FileSink::open(&self.data.join(path), row_format(*separator)) {
                    Ok(sink) => Some(vec![Box::new(sink)]),
                    Err(fault) => {
                        self.fault(fault, bolt.span);
                        None
                    }
                }
            }
            BoltKind::Stdout { separator } => {
                self.one_task(bolt)?;
                Some(vec![Box::new(StdoutSink::new(row_format(*separator)))])
            }
        };
        Some(BoltSpec {
            name: bolt.name.clone(),
            tasks: tasks?,
            inputs,
        })
    }

    /// What writes in an order must be one task.
    fn one_task(&mut self, bolt: &BoltConfig) -> Option<()> {
        if bolt.tasks > 1 {
            let message = format!(
                "[bolts.{}] writes in order: it must have tasks = 1",
                bolt.name
            );
            self.fault(message, bolt.span);
            return None;
        }
        Some(())
    }

    fn inputs(&mut self, bolt: &BoltConfig) -> Option<Vec<InputSpec>> {
        let inputs: Vec<Option<InputSpec>> = bolt.from.iter().map(|f| self.input(f)).collect();
        inputs.into_iter().collect()
    }

    fn input(&mut self, from: &FromConfig) -> Option<InputSpec> {
        let Some(stream) = self.streams.get(&from.source).cloned() else {
            let known: Vec<String> = self.streams.keys().cloned().collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown("stream", &from.source, from.span, &known);
            return None;
        };
        let grouping = match &from.grouping {
            GroupingConfig::Shuffle => Grouping::Shuffle,
            GroupingConfig::All => Grouping::All,
            GroupingConfig::Global => Grouping::Global,
            GroupingConfig::Fields(fields) => {
                let mut slots = Vec::new();
                for field in fields {
                    match stream.event_type.slot(field) {
                        Some(slot) => slots.push(slot),
                        None => {
                            let ty = Arc::clone(&stream.event_type);
                            let names: Vec<&str> =
                                ty.properties.iter().map(|p| p.name.as_str()).collect();
                            self.unknown(
                                &format!("property of `{}`", ty.name),
                                field,
                                from.span,
                                &names,
                            );
                            return None;
                        }
                    }
                }
                Grouping::Fields(slots)
            }
        };
        Some(InputSpec {
            from: stream.from,
            grouping,
            event_type: stream.event_type,
        })
    }

    fn rules(
        &mut self,
        bolt: &BoltConfig,
        module: &str,
        inputs: &[InputSpec],
        number: usize,
    ) -> Option<Vec<Box<dyn Bolt>>> {
        let path = self.config.relative(module);
        let plan = match module::rules(&path, &self.types, &self.registry) {
            Ok(plan) => Arc::new(plan),
            Err(faults) => {
                self.faults.extend(faults);
                return None;
            }
        };
        let mut types = Vec::new();
        for input in inputs {
            match plan.type_id(&input.event_type.name) {
                Some(id) => types.push(id),
                None => {
                    let message =
                        format!("module {module} does not know `{}`", input.event_type.name);
                    self.fault(message, bolt.span);
                    return None;
                }
            }
        }
        self.check_tasks(bolt, &plan, inputs)?;
        for (stream, statement) in plan.statements.iter().enumerate() {
            let name = format!("{}.{}", bolt.name, statement.name);
            let event_type = Arc::clone(&statement.output_type);
            self.streams.insert(
                name,
                Stream {
                    from: From::Bolt(number, stream),
                    event_type,
                },
            );
        }
        self.plans.insert(bolt.name.clone(), Arc::clone(&plan));
        let task =
            |_| -> Box<dyn Bolt> { Box::new(EplBolt::new(Arc::clone(&plan), types.clone())) };
        Some((0..bolt.tasks).map(task).collect())
    }

    fn check_tasks(&mut self, bolt: &BoltConfig, plan: &Plan, inputs: &[InputSpec]) -> Option<()> {
        for (input, from) in inputs.iter().zip(&bolt.from) {
            let fields = match &from.grouping {
                GroupingConfig::Fields(fields) => fields.clone(),
                _ => Vec::new(),
            };
            let faults = check_partitioning(plan, &input.event_type.name, &fields, bolt.tasks);
            if !faults.is_empty() {
                let at = |mut fault: Diagnostic| {
                    fault.span = bolt.span;
                    fault
                };
                self.diagnostics.extend(faults.into_iter().map(at));
                return None;
            }
        }
        Some(())
    }

    fn archive(
        &mut self,
        bolt: &BoltConfig,
        archive: &ArchiveConfig,
        inputs: &[InputSpec],
    ) -> Option<Vec<Box<dyn Bolt>>> {
        let event_type = Arc::clone(&inputs.first()?.event_type);
        if inputs.iter().any(|i| i.event_type != event_type) {
            self.fault(
                "a table takes rows of one type; give each type its own bolt",
                bolt.span,
            );
            return None;
        }
        let key = self.expression(&archive.key.0, archive.key.1, &event_type);
        let all = || {
            event_type
                .properties
                .iter()
                .map(|p| (p.name.clone(), p.name.clone()))
                .collect()
        };
        let named = archive.columns.clone().unwrap_or_else(all);
        let (mut columns, mut slots) = (Vec::new(), Vec::new());
        for (qualifier, property) in &named {
            let Some(slot) = event_type.slot(property) else {
                let names: Vec<&str> = event_type
                    .properties
                    .iter()
                    .map(|p| p.name.as_str())
                    .collect();
                self.unknown(
                    &format!("property of `{}`", event_type.name),
                    property,
                    bolt.span,
                    &names,
                );
                return None;
            };
            slots.push(slot);
            columns.push(ColumnConfig {
                family: archive.family.clone(),
                qualifier: qualifier.clone(),
                ty: event_type.properties[slot].ty.clone(),
            });
        }
        let key = key?;
        if !self.writes {
            return Some(Vec::new());
        }
        let config = TableConfig {
            name: archive.table.clone(),
            columns,
            bucket_ms: archive.bucket,
            ttl_ms: archive.ttl,
            versions: archive.versions,
            memtable_bytes: archive.memtable,
        };
        match Table::open(&self.data.join("tables").join(&archive.table), config) {
            Ok(table) => {
                self.tables.insert(archive.table.clone(), table.clone());
                let slots: Arc<[usize]> = Arc::from(slots);
                let task = |_| -> Box<dyn Bolt> {
                    Box::new(ArchiveBolt::new(
                        table.clone(),
                        key.clone(),
                        Arc::clone(&slots),
                    ))
                };
                Some((0..bolt.tasks).map(task).collect())
            }
            Err(error) => {
                self.fault(error.to_string(), bolt.span);
                None
            }
        }
    }

    fn live(
        &mut self,
        bolt: &BoltConfig,
        writes: &[LiveWrite],
        inputs: &[InputSpec],
    ) -> Option<Vec<Box<dyn Bolt>>> {
        self.one_task(bolt)?;
        if inputs.len() != 1 {
            let message = format!(
                "[bolts.{}] reads several streams; give each its own bolt",
                bolt.name
            );
            self.fault(message, bolt.span);
            return None;
        }
        let event_type = Arc::clone(&inputs[0].event_type);
        let writes: Vec<Option<Write>> =
            writes.iter().map(|w| self.write(w, &event_type)).collect();
        let writes = writes.into_iter().collect::<Option<Vec<Write>>>()?;
        let (clock, types) = (Arc::clone(&self.clock), vec![event_type]);
        Some(vec![match &self.config.live {
            Some(LiveConfig::Redis(redis)) => {
                Box::new(RedisBolt::new(redis.clone(), clock, writes, types))
            }
            _ => Box::new(LiveBolt::new(Arc::clone(&self.live), clock, writes, types)),
        }])
    }

    fn write(&mut self, write: &LiveWrite, event_type: &EventType) -> Option<Write> {
        let kind = match write.command.as_str() {
            "set" => WriteKind::Set,
            "sadd" => WriteKind::SAdd,
            "srem" => WriteKind::SRem,
            "hset" => WriteKind::HSet,
            "zadd" => WriteKind::ZAdd,
            "xadd" => WriteKind::XAdd,
            "publish" => WriteKind::Publish,
            _ => WriteKind::Del,
        };
        let key = self.expression(&write.key.0, write.key.1, event_type);
        let optional = |this: &mut Self, e: &Option<(String, Span)>| match e {
            None => Some(None),
            Some((text, span)) => this.expression(text, *span, event_type).map(Some),
        };
        let value = optional(self, &write.value);
        let score = optional(self, &write.score);
        let fields = match &write.fields {
            None => Some(None),
            Some(fields) => {
                let field = |(name, text): &(String, String)| {
                    Some((
                        name.clone(),
                        self.expression(text, write.key.1, event_type)?,
                    ))
                };
                fields
                    .iter()
                    .map(field)
                    .collect::<Option<Vec<_>>>()
                    .map(Some)
            }
        };
        Some(Write {
            kind,
            key: key?,
            value: value?,
            score: score?,
            fields: fields?,
            expire: write.expire,
            maxlen: write.maxlen,
        })
    }

    /// Compiles an expression of the file; its faults point into the file.
    fn expression(
        &mut self,
        text: &str,
        span: Span,
        event_type: &EventType,
    ) -> Option<RowExpression> {
        match compile_expression(text, event_type, &self.registry) {
            Ok(expr) => Some(RowExpression::new(expr)),
            Err(faults) => {
                // The text stands between quotes: one byte in.
                let start = span.start + 1;
                for mut fault in faults {
                    fault.span = Span::new(start + fault.span.start, start + fault.span.end);
                    self.diagnostics.push(fault);
                }
                None
            }
        }
    }
}

fn row_format(separator: Option<char>) -> RowFormat {
    separator.map_or(RowFormat::Json, RowFormat::Delimited)
}
