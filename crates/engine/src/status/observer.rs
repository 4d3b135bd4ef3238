//! What can be seen of a system: of one topology, or of those of the partitions that this process has.
//!
//! State: the topologies at work, and what those have done that were given up. Never: a number that
//! no part has counted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tachograph_archive::Table;
use tachograph_time::{Clock, Millis, format_instant};
use tachograph_topology::metrics::Metrics;

use super::{CheckpointStatus, Counts, FaultStatus, RuleStatus, Status, TableStatus};
use crate::assemble::{Assembly, LogEnd};
use crate::counters::{Faults, RuleCounters};

/// One topology at work, seen from outside.
pub struct Observed {
    /// Folder for all that it writes.
    pub data: PathBuf,
    /// What it counts.
    pub metrics: Arc<Metrics>,
    /// Tables of the archive by name.
    pub tables: BTreeMap<String, Table>,
    /// Bolts that write into the archive.
    pub archives: Vec<String>,
    /// Bolts that write records elsewhere as they come from a spout.
    pub senders: Vec<String>,
    /// Where the log of each partition ends.
    pub logs: Vec<LogEnd>,
    /// What each rule counts, by bolt.
    pub counters: BTreeMap<String, Arc<[RuleCounters]>>,
    /// What could not be written, by bolt.
    pub writers: BTreeMap<String, Arc<Faults>>,
}

impl Observed {
    /// A topology that was assembled, and now counts.
    pub fn new(data: PathBuf, assembly: &Assembly, metrics: Arc<Metrics>) -> Observed {
        Observed {
            data,
            metrics,
            tables: assembly.tables.clone(),
            archives: assembly.archives.clone(),
            senders: assembly.senders.clone(),
            logs: assembly.logs.clone(),
            counters: assembly.counters.clone(),
            writers: assembly.writers.clone(),
        }
    }

    /// The position after the last record of a partition, where that is known.
    pub(super) fn end(&self, number: usize) -> Option<u64> {
        self.logs.get(number).and_then(LogEnd::position)
    }

    /// Records that lie unread, as far as is known.
    fn lag(&self) -> Option<u64> {
        let spouts = self.metrics.spouts.iter().enumerate();
        let lag = |(n, spout): (usize, &tachograph_topology::metrics::SpoutMetrics)| {
            Some(self.end(n)?.saturating_sub(spout.position.get()))
        };
        spouts.filter_map(lag).reduce(|a, b| a + b)
    }

    fn archived(&self) -> u64 {
        self.archives.iter().map(|bolt| self.taken_by(bolt)).sum()
    }

    /// Rows that all tasks of a bolt have taken.
    fn taken_by(&self, bolt: &str) -> u64 {
        let tasks = self.metrics.tasks.iter().filter(|task| task.name == bolt);
        tasks.map(|task| task.rows_in.get()).sum()
    }

    fn faults(&self) -> u64 {
        let rules = self.counters.values().flat_map(|bolt| bolt.iter());
        let rules: u64 = rules.map(|rule| rule.faults.count()).sum();
        let writers: u64 = self.writers.values().map(|faults| faults.count()).sum();
        rules + writers
    }
}

/// What can be seen of a system from outside, also while it stops.
pub struct Observer {
    /// Name of the topology.
    pub name: String,
    /// Folder for all that is written.
    pub data: PathBuf,
    clock: Arc<dyn Clock>,
    /// Wall time of the start.
    started: Millis,
    running: RwLock<Vec<Arc<Observed>>>,
    /// What those have done that run no more.
    gone: Mutex<Counts>,
    /// What is waited for outside of all topologies, by who waits.
    waits: Mutex<BTreeMap<String, String>>,
}

impl Observer {
    /// Nothing runs yet.
    pub fn new(name: &str, data: PathBuf, clock: Arc<dyn Clock>) -> Observer {
        Observer {
            name: name.to_string(),
            data,
            started: clock.now(),
            clock,
            running: RwLock::default(),
            gone: Mutex::default(),
            waits: Mutex::default(),
        }
    }

    /// A topology is at work from now on.
    pub fn add(&self, observed: Arc<Observed>) {
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        running.push(observed);
        let first = |o: &Arc<Observed>| o.metrics.spouts.first().map(|s| s.partition);
        running.sort_by_key(first);
    }

    /// A topology was given up: what it has done stays counted.
    pub fn remove(&self, observed: &Arc<Observed>) {
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        running.retain(|other| !Arc::ptr_eq(other, observed));
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        *gone += Counts::of(&observed.metrics);
    }

    /// Says what is waited for outside of all topologies, and by whom; nothing when he works again.
    pub fn waits_for(&self, who: &str, what: Option<String>) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        match what {
            Some(what) => drop(waits.insert(who.to_string(), what)),
            None => drop(waits.remove(who)),
        }
    }

    /// The topologies at work, by their first partitions.
    pub fn running(&self) -> Vec<Arc<Observed>> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running.clone()
    }

    /// What this process has done.
    pub fn counts(&self) -> Counts {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let mut counts = *self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        for observed in running.iter() {
            counts += Counts::of(&observed.metrics);
        }
        counts
    }

    /// Rows that rules have reported, by rule.
    pub fn reports(&self) -> Vec<(String, u64)> {
        let reports = self.rules().into_iter().filter(|rule| !rule.feeds);
        reports.map(|rule| (rule.name, rule.posted)).collect()
    }

    /// Rows that rules have reported.
    pub fn detections(&self) -> u64 {
        self.reports().iter().map(|(_, posted)| posted).sum()
    }

    /// Rows that this process has given to the archive.
    pub fn archived(&self) -> u64 {
        self.running().iter().map(|o| o.archived()).sum()
    }

    /// Bolts that write records elsewhere as they come from a spout, and how many this process has
    /// given to each.
    pub fn sent_on(&self) -> BTreeMap<String, u64> {
        let mut sent = BTreeMap::new();
        for observed in self.running() {
            for bolt in &observed.senders {
                *sent.entry(bolt.clone()).or_default() += observed.taken_by(bolt);
            }
        }
        sent
    }

    /// Are there tables of the archive?
    pub fn archives(&self) -> bool {
        self.running().iter().any(|o| !o.archives.is_empty())
    }

    /// Are there rules?
    pub fn has_rules(&self) -> bool {
        self.running().iter().any(|o| !o.counters.is_empty())
    }

    /// Evaluations and writes without a result, since the process started.
    pub fn faults(&self) -> u64 {
        self.running().iter().map(|o| o.faults()).sum()
    }

    /// Partitions that are read.
    pub fn partitions(&self) -> usize {
        self.running().iter().map(|o| o.metrics.spouts.len()).sum()
    }

    /// Records, or bytes, that lie unread in the logs, as far as is known.
    pub fn lag(&self) -> Option<u64> {
        let running = self.running();
        running.iter().filter_map(|o| o.lag()).reduce(|a, b| a + b)
    }

    /// The slowest clock of the partitions that have seen a record.
    pub fn watermark(&self) -> Option<Millis> {
        let running = self.running();
        running.iter().filter_map(|o| o.metrics.watermark()).min()
    }

    /// Has every source ended?
    pub fn has_ended(&self) -> bool {
        let running = self.running();
        let mut spouts = running.iter().flat_map(|o| &o.metrics.spouts);
        !running.is_empty() && spouts.all(|s| s.ended.load(Ordering::Relaxed))
    }

    /// Longest time that a task stood still for the last checkpoint, in microseconds.
    pub fn pause_us(&self) -> u64 {
        let running = self.running();
        let pauses = running.iter().map(|o| o.metrics.pause_us.get());
        pauses.max().unwrap_or(0)
    }

    /// What is waited for at the moment, each with the name of who waits.
    pub fn waits(&self) -> Vec<String> {
        let own = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let running = self.running();
        let parts = running.iter().flat_map(|o| o.metrics.waits());
        let own = own.iter().map(|(who, what)| format!("{who}: {what}"));
        own.chain(parts).collect()
    }

    /// A table of the archive.
    pub fn table(&self, name: &str) -> Option<Table> {
        let running = self.running();
        running.iter().find_map(|o| o.tables.get(name).cloned())
    }

    /// Names of the tables of the archive.
    pub fn table_names(&self) -> Vec<String> {
        let running = self.running();
        let names = running.iter().flat_map(|o| o.tables.keys().cloned());
        names.collect()
    }

    /// What the system says of itself at this moment.
    pub fn status(&self) -> Status {
        let running = self.running();
        let ran = self.clock.now().saturating_sub(self.started);
        Status {
            topology: self.name.clone(),
            at: format_instant(self.clock.now()),
            running: true,
            watermark: self.watermark().map(format_instant),
            partitions: running.iter().flat_map(|o| o.partitions(ran)).collect(),
            rules: self.rules(),
            unwritten: unwritten(&running),
            tasks: running.iter().flat_map(|o| o.tasks()).collect(),
            checkpoints: self.checkpoints(&running),
            tables: tables(&running),
        }
    }

    /// Rules; what the topologies of several partitions have counted for one is added up.
    fn rules(&self) -> Vec<RuleStatus> {
        let mut rules: Vec<RuleStatus> = Vec::new();
        for rule in self.running().iter().flat_map(|o| o.rules()) {
            match rules.iter_mut().find(|known| known.name == rule.name) {
                None => rules.push(rule),
                Some(known) => {
                    known.posted += rule.posted;
                    known.late += rule.late;
                    known.faults += rule.faults;
                    known.last_fault = rule.last_fault.or(known.last_fault.take());
                }
            }
        }
        rules
    }

    fn checkpoints(&self, running: &[Arc<Observed>]) -> CheckpointStatus {
        let each: Vec<CheckpointStatus> = running.iter().map(|o| o.checkpoints()).collect();
        CheckpointStatus {
            newest: each.iter().filter_map(|c| c.newest).max(),
            completed: self.counts().checkpoints,
            pause_us: self.pause_us(),
            bytes: each.iter().map(|c| c.bytes).sum(),
        }
    }
}

/// What bolts could not write; that of several partitions is added up.
fn unwritten(running: &[Arc<Observed>]) -> Vec<FaultStatus> {
    let mut faults: Vec<FaultStatus> = Vec::new();
    for fault in running.iter().flat_map(|o| o.unwritten()) {
        match faults.iter_mut().find(|known| known.bolt == fault.bolt) {
            None => faults.push(fault),
            Some(known) => {
                known.count += fault.count;
                known.last = fault.last.or(known.last.take());
            }
        }
    }
    faults
}

fn tables(running: &[Arc<Observed>]) -> Vec<TableStatus> {
    running.iter().flat_map(|o| o.tables()).collect()
}
