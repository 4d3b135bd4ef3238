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
use tachograph_topology::{FolderKeeper, Options, Running};

use crate::assemble::{Assembly, assemble};
#[cfg(feature = "kafka")]
use crate::assemble::{check, shared_spout};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::faults::ConfigFaults;
#[cfg(feature = "kafka")]
use crate::group::Group;
use crate::status::{Observed, Observer};

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

    /// How a topology is run that keeps all in its folder.
    pub(crate) fn running(&self, config: &Config) -> Options {
        Options {
            data: self.data.clone(),
            keeper: Arc::new(FolderKeeper::new(&self.data)),
            clock: Arc::clone(&self.clock),
            checkpoint_every: config.checkpoint_ms,
            queue: 16,
            batch_rows: self.batch_rows,
        }
    }
}

/// A topology at work with its stores.
pub struct System {
    work: Work,
    metrics: Arc<Metrics>,
    live: Arc<SharedStore>,
    plans: BTreeMap<String, Arc<Plan>>,
    ports: BTreeMap<String, SocketAddr>,
    warnings: Vec<String>,
    tables: BTreeMap<String, Table>,
    observer: Arc<Observer>,
    _folder: DataFolder,
}

/// What works.
enum Work {
    /// One topology, which has all partitions.
    Alone(Running),
    /// A topology for each partition that this process has.
    #[cfg(feature = "kafka")]
    Shared(Group),
}

impl System {
    /// Starts a topology.
    ///
    /// # Errors
    /// Every fault of its files, or why it cannot start: another process works on the folder, for one.
    pub fn start(config: &Config, options: &SystemOptions) -> Result<System, ConfigFaults> {
        let folder = DataFolder::own(&options.data).map_err(ConfigFaults::of_whole)?;
        let clock = Arc::clone(&options.clock);
        let observer = Arc::new(Observer::new(&config.name, options.data.clone(), clock));
        #[cfg(feature = "kafka")]
        if let Some((spout, kafka, group)) = shared_spout(&config.spouts) {
            let assembly = check(config, Arc::clone(&options.clock))?;
            let source = (spout.name.as_str(), group, &kafka.kafka);
            let group = Group::start(config, source, options, &observer);
            let group = group.map_err(|e| ConfigFaults::of_file(&options.data, e))?;
            let metrics = Arc::default();
            let work = Work::Shared(group);
            return Ok(System::of(work, metrics, assembly, observer, folder));
        }
        let mut assembly = assemble(config, &options.data, Arc::clone(&options.clock))?;
        let topology = std::mem::take(&mut assembly.topology);
        let running = topology.start(options.running(config));
        let running = running.map_err(|e| ConfigFaults::of_file(&options.data, e))?;
        let metrics = Arc::clone(running.metrics());
        let observed = Observed::new(options.data.clone(), &assembly, Arc::clone(&metrics));
        observer.add(Arc::new(observed));
        let work = Work::Alone(running);
        Ok(System::of(work, metrics, assembly, observer, folder))
    }

    fn of(
        work: Work,
        metrics: Arc<Metrics>,
        assembly: Assembly,
        observer: Arc<Observer>,
        folder: DataFolder,
    ) -> System {
        System {
            work,
            metrics,
            live: assembly.live,
            plans: assembly.plans,
            ports: assembly.ports,
            warnings: assembly.warnings,
            tables: assembly.tables,
            observer,
            _folder: folder,
        }
    }

    /// What can be seen of it from outside, for as long as anyone looks.
    pub fn observer(&self) -> &Arc<Observer> {
        &self.observer
    }

    /// What the one topology counts; of partitions that are shared, the [`Observer`] knows more.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
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
        &self.tables
    }

    /// Where spouts listen for records, by name.
    pub fn ports(&self) -> &BTreeMap<String, SocketAddr> {
        &self.ports
    }

    /// What was found at the start that does not hinder, and that somebody should know.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Has every source ended and every effect been written?
    pub fn is_finished(&self) -> bool {
        match &self.work {
            Work::Alone(running) => running.is_finished(),
            #[cfg(feature = "kafka")]
            Work::Shared(group) => group.is_finished(),
        }
    }

    /// Has something failed? [`System::wait`] and [`System::stop`] give the fault.
    pub fn has_failed(&self) -> bool {
        match &self.work {
            Work::Alone(running) => running.has_failed(),
            #[cfg(feature = "kafka")]
            Work::Shared(group) => group.has_failed(),
        }
    }

    /// Makes a last checkpoint and stops.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn stop(self) -> Result<(), String> {
        match self.work {
            Work::Alone(running) => running.stop(),
            #[cfg(feature = "kafka")]
            Work::Shared(group) => group.stop(),
        }
    }

    /// Waits until every source has ended and every effect is written.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn wait(self) -> Result<(), String> {
        match self.work {
            Work::Alone(running) => running.wait(),
            #[cfg(feature = "kafka")]
            Work::Shared(mut group) => group.wait(),
        }
    }

    /// Stops without a checkpoint, as a crash would.
    pub fn kill(self) {
        match self.work {
            Work::Alone(running) => running.kill(),
            #[cfg(feature = "kafka")]
            Work::Shared(group) => group.kill(),
        }
    }
}
