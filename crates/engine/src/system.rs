//! A running system: topology, stores, and what screens ask of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tachograph_archive::Table;
use tachograph_live::SharedStore;
use tachograph_plan::Plan;
use tachograph_time::{Clock, SystemClock};
use tachograph_topology::metrics::Metrics;
use tachograph_topology::{Options, Running};

use crate::assemble::assemble;
use crate::config::{BoltConfig, BoltKind, Config};
use crate::data_folder::DataFolder;
use crate::faults::ConfigFaults;
use crate::status::Observer;

/// How a system is run.
#[derive(Clone)]
pub struct SystemOptions {
    /// Folder for all that is written.
    pub data: PathBuf,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Most rows of a batch; no answer depends on it.
    pub batch_rows: usize,
}

impl SystemOptions {
    /// A system that writes below a folder and lives by the machine's clock.
    pub fn new(data: &Path) -> SystemOptions {
        SystemOptions {
            data: data.to_path_buf(),
            clock: Arc::new(SystemClock),
            batch_rows: 8_192,
        }
    }
}

/// A topology at work with its stores.
pub struct System {
    running: Running,
    live: Arc<SharedStore>,
    plans: BTreeMap<String, Arc<Plan>>,
    ports: BTreeMap<String, SocketAddr>,
    observer: Arc<Observer>,
    _folder: DataFolder,
}

impl System {
    /// Starts a topology.
    ///
    /// # Errors
    /// Every fault of its files, or why it cannot start: another process works on the folder, for one.
    pub fn start(config: &Config, options: &SystemOptions) -> Result<System, ConfigFaults> {
        let folder = DataFolder::own(&options.data).map_err(ConfigFaults::of_whole)?;
        let assembly = assemble(config, &options.data, Arc::clone(&options.clock))?;
        let running = assembly.topology.start(Options {
            data: options.data.clone(),
            clock: Arc::clone(&options.clock),
            checkpoint_every: config.checkpoint_ms,
            queue: 16,
            batch_rows: options.batch_rows,
        });
        let running = running.map_err(|e| ConfigFaults::of_file(&options.data, e))?;
        let is_archive = |b: &&BoltConfig| matches!(b.kind, BoltKind::Archive(_));
        let archives = config.bolts.iter().filter(is_archive);
        Ok(System {
            live: assembly.live,
            plans: assembly.plans,
            ports: assembly.ports,
            observer: Arc::new(Observer {
                name: config.name.clone(),
                data: options.data.clone(),
                clock: Arc::clone(&options.clock),
                started: options.clock.now(),
                metrics: Arc::clone(running.metrics()),
                archives: archives.map(|b| b.name.clone()).collect(),
                tables: assembly.tables,
                logs: assembly.logs,
                counters: assembly.counters,
                writers: assembly.writers,
            }),
            running,
            _folder: folder,
        })
    }

    /// What can be seen of it from outside, for as long as anyone looks.
    pub fn observer(&self) -> &Arc<Observer> {
        &self.observer
    }

    /// What the topology counts.
    pub fn metrics(&self) -> &Arc<Metrics> {
        self.running.metrics()
    }

    /// The live store.
    pub fn live(&self) -> &Arc<SharedStore> {
        &self.live
    }

    /// Compiled rules by bolt.
    pub fn plans(&self) -> &BTreeMap<String, Arc<Plan>> {
        &self.plans
    }

    /// Tables of the archive by name.
    pub fn tables(&self) -> &BTreeMap<String, Table> {
        &self.observer.tables
    }

    /// Where spouts listen for records, by name.
    pub fn ports(&self) -> &BTreeMap<String, SocketAddr> {
        &self.ports
    }

    /// Has every source ended and every effect been written?
    pub fn is_finished(&self) -> bool {
        self.running.is_finished()
    }

    /// Has something failed? [`System::wait`] and [`System::stop`] give the fault.
    pub fn has_failed(&self) -> bool {
        self.running.has_failed()
    }

    /// Makes a last checkpoint and stops.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn stop(self) -> Result<(), String> {
        self.running.stop()
    }

    /// Waits until every source has ended and every effect is written.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn wait(self) -> Result<(), String> {
        self.running.wait()
    }

    /// Stops without a checkpoint, as a crash would.
    pub fn kill(self) {
        self.running.kill();
    }
}
