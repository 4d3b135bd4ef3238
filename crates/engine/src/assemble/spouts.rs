//! Spouts: sections `[spouts.NAME]` become readers of partitions.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tachograph_connect::file::FileReader;
use tachograph_connect::formats::{LineDecoder, TimeField};
use tachograph_connect::generate::{FleetOptions, GenerateReader};
use tachograph_connect::http::{HttpOptions, HttpServer, JournalReader};
use tachograph_event::EventType;
use tachograph_topology::{Fsync, Journal, JournalOptions, PartitionReader, SpoutSpec, TimeConfig};

use super::Assembler;
use crate::config::{SpoutConfig, SpoutKind};

/// A spout on its way: what its partitions need to be made.
pub(super) struct Source<'a> {
    pub config: &'a SpoutConfig,
    pub event_type: Arc<EventType>,
    pub time: TimeField,
    pub first_partition: u32,
}

/// Where the log of a partition ends, to tell how far behind its reader is.
#[derive(Debug, Clone)]
pub enum LogEnd {
    /// At the end of a file, whose first byte has a position.
    File {
        /// The newest file of the log.
        path: PathBuf,
        /// Position of the first byte of the file that is read at present.
        base: Arc<AtomicU64>,
    },
    /// At the newest entry of a journal.
    Journal(Journal),
    /// Where the reader was told last; below 0 before that.
    Told(Arc<AtomicI64>),
    /// Nowhere: records are made when they are asked for.
    Open,
}

impl LogEnd {
    /// The position after the last record; none where there is no such.
    pub fn position(&self) -> Option<u64> {
        match self {
            LogEnd::File { path, base } => {
                Some(base.load(Ordering::Relaxed) + std::fs::metadata(path).ok()?.len())
            }
            LogEnd::Journal(journal) => Some(journal.end()),
            LogEnd::Told(end) => u64::try_from(end.load(Ordering::Relaxed)).ok(),
            LogEnd::Open => None,
        }
    }
}

pub(super) type Partitions = Vec<Box<dyn PartitionReader>>;

impl Assembler<'_> {
    pub(super) fn spout(&mut self, spout: &SpoutConfig, first_partition: u32) -> Option<SpoutSpec> {
        let event_type = self.event_type(&spout.event_type, spout.span)?;
        let time = self.time_field(spout, &event_type)?;
        let source = Source {
            config: spout,
            event_type,
            time,
            first_partition,
        };
        let partitions = self.partitions(&source)?;
        Some(SpoutSpec {
            name: spout.name.clone(),
            partitions,
            // A partition keeps its number, whoever has it.
            first_partition: first_partition + self.ownership.as_ref().map_or(0, |o| o.partition),
            event_type: source.event_type,
            time: TimeConfig {
                lateness: spout.time.lateness,
                idle: spout.time.idle,
                future: spout.time.future,
            },
        })
    }

    fn partitions(&mut self, source: &Source<'_>) -> Option<Partitions> {
        match &source.config.kind {
            SpoutKind::Unknown => None,
            SpoutKind::File { paths, follow } => self.files(source, paths, *follow),
            SpoutKind::Generate { .. } => self.generators(source),
            SpoutKind::Http { .. } => self.http(source),
            SpoutKind::Kafka(kafka) => self.topic(source, kafka),
        }
    }

    fn source_decoder(&mut self, source: &Source<'_>) -> Option<Box<dyn LineDecoder>> {
        let time = Some(source.time.clone());
        self.decoder(source.config, &source.event_type, time, &[])
    }

    /// A partition for each file.
    fn files(&mut self, source: &Source<'_>, paths: &[String], follow: bool) -> Option<Partitions> {
        let mut partitions: Partitions = Vec::new();
        for (number, path) in (source.first_partition..).zip(paths) {
            let decoder = self.source_decoder(source)?;
            let path = self.config.relative(path);
            let opened = FileReader::open(&path, number, decoder).and_then(|reader| {
                // A check writes nothing, and reads nothing that could be rotated.
                match follow && self.writes {
                    true => reader.followed(&self.book(&source.config.name, number)),
                    false => Ok(reader),
                }
            });
            match opened {
                Ok(reader) => {
                    let base = reader.base();
                    self.logs.push(LogEnd::File { path, base });
                    partitions.push(Box::new(reader));
                }
                Err(fault) => self.fault(fault, source.config.span),
            }
        }
        Some(partitions)
    }

    /// Where the files of a followed log are written down.
    fn book(&self, spout: &str, number: u32) -> PathBuf {
        let name = format!("{spout}-{number}.files");
        self.data.join("decisions").join(name)
    }

    /// Partitions of a fleet of cars.
    fn generators(&mut self, source: &Source<'_>) -> Option<Partitions> {
        let SpoutKind::Generate {
            cars,
            seed,
            start,
            ticks,
            partitions: parts,
            pace,
        } = source.config.kind
        else {
            return None;
        };
        let mut partitions: Partitions = Vec::new();
        for part in 0..parts {
            let usual = FleetOptions::default();
            let options = FleetOptions {
                cars,
                seed,
                start: start.unwrap_or(usual.start),
                ..usual
            };
            let decoder = self.source_decoder(source)?;
            let number = source.first_partition + part;
            self.logs.push(LogEnd::Open);
            let reader = GenerateReader::new(options, ticks, (part, parts), number, decoder);
            partitions.push(Box::new(match pace {
                Some(pace) => reader.with_pace(pace as f64, Arc::clone(&self.clock)),
                None => reader,
            }));
        }
        Some(partitions)
    }

    /// One partition: the journal of what is sent. A check binds no port and opens no journal.
    fn http(&mut self, source: &Source<'_>) -> Option<Partitions> {
        let SpoutKind::Http {
            port,
            path,
            fsync,
            body,
            backlog,
        } = &source.config.kind
        else {
            return None;
        };
        let decoder = self.source_decoder(source)?;
        if !self.writes {
            return Some(Vec::new());
        }
        let options = HttpOptions {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, *port)),
            path: path.clone(),
            body_bytes: *body,
            backlog: *backlog,
        };
        let (name, number) = (&source.config.name, source.first_partition);
        match self.journal_reader(name, *fsync, options, number, decoder) {
            Ok(reader) => Some(vec![Box::new(reader)]),
            Err(fault) => {
                self.fault(fault, source.config.span);
                None
            }
        }
    }

    /// A server, its journal, and the reader of it.
    fn journal_reader(
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
        self.warnings.extend(journal.set_aside().map(|lost| {
            let (bytes, path) = (lost.bytes, lost.path.display());
            format!(
                "spout {name}: the disk has lost records that `fsync` did not wait for; {bytes} bytes \
                 that follow them are in {path}"
            )
        }));
        self.logs.push(LogEnd::Journal(journal.clone()));
        let server = HttpServer::bind(journal.clone(), options)?;
        self.ports.insert(name.to_string(), server.local_addr());
        JournalReader::new(journal, partition, decoder, Some(server)).map_err(|e| e.to_string())
    }
}
