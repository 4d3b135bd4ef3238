//! Starts the threads of a topology, each with what a checkpoint has kept for it.
//!
//! State: what the threads share, and the number of the next one among the checkpoint's parts.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tachograph_event::Millis;

use super::companions::Companions;
use super::running::Options;
use super::spout::{Silence, SpoutState, SpoutThread};
use super::task_thread::{Channel, TaskThread};
use super::wiring::Wiring;
use super::{Control, Parts};
use crate::checkpoint::Restored;
use crate::merge::Merge;
use crate::metrics::{Metrics, SpoutMetrics, TaskMetrics};
use crate::topology::{BoltSpec, SpoutSpec, Topology};

pub(super) struct Launch<'a> {
    options: &'a Options,
    wiring: Wiring,
    restored: Restored,
    parts: Parts,
    pub control: Arc<Control>,
    pub metrics: Arc<Metrics>,
    pub threads: Vec<JoinHandle<()>>,
}

impl Launch<'_> {
    pub fn new<'a>(
        topology: &Topology,
        options: &'a Options,
        restored: Restored,
        parts: Parts,
    ) -> Launch<'a> {
        let control = Control::default();
        control.requested.store(restored.id, Ordering::SeqCst);
        Launch {
            options,
            wiring: Wiring::new(topology, options.queue),
            restored,
            parts,
            control: Arc::new(control),
            metrics: Arc::new(metrics(topology)),
            threads: Vec::new(),
        }
    }

    /// Starts all threads.
    pub fn start(mut self, topology: Topology) -> Result<Self, String> {
        let companions = Companions::of(&topology);
        let states = self.states(&topology.spouts)?;
        let ends = ends(&states, &companions);
        let mut beginnings = states.into_iter().zip(ends).zip(companions);
        for (s, spout) in topology.spouts.into_iter().enumerate() {
            let partitions = spout.partitions.into_iter().enumerate();
            for ((p, reader), ((state, end), companions)) in partitions.zip(beginnings.by_ref()) {
                let thread = SpoutThread {
                    name: spout.name.clone(),
                    partition: spout.first_partition + p as u32,
                    reader,
                    state,
                    end,
                    wall: Arc::clone(&self.options.clock),
                    silence: Silence::new(spout.time.idle, companions),
                    outlet: self.wiring.spout_outlet(s, p),
                    control: Arc::clone(&self.control),
                    metrics: Arc::clone(&self.metrics),
                    number: self.threads.len(),
                    parts: self.parts.clone(),
                    batch_rows: self.options.batch_rows,
                    data: self.options.data.clone(),
                    keeper: Arc::clone(&self.options.keeper),
                    begun: self.restored.id,
                };
                let name = format!("{}-{p}", spout.name);
                self.spawn(&name, move || thread.run())?;
            }
        }
        let spouts = self.threads.len();
        for (b, bolt) in topology.bolts.into_iter().enumerate() {
            self.bolt(b, bolt, spouts)?;
        }
        Ok(self)
    }

    /// Where each partition begins.
    fn states(&mut self, spouts: &[SpoutSpec]) -> Result<Vec<SpoutState>, String> {
        let partitions = spouts
            .iter()
            .flat_map(|s| s.partitions.iter().map(move |_| s));
        let state = |(number, spout): (usize, &SpoutSpec)| {
            let saved = self.restored.take(number);
            let fault = |e| format!("spout {}: checkpoint: {e}", spout.name);
            SpoutState::new(spout, saved.as_deref()).map_err(fault)
        };
        partitions.enumerate().map(state).collect()
    }

    /// Starts the tasks of a bolt; `spouts` is the number of partitions before them.
    fn bolt(&mut self, number: usize, bolt: BoltSpec, spouts: usize) -> Result<(), String> {
        let type_of = |c: &Channel| (c.input, Arc::clone(&bolt.inputs[c.input].event_type));
        for (t, task) in bolt.tasks.into_iter().enumerate() {
            let channels = self.wiring.channels(number, t);
            let thread = TaskThread {
                who: format!("bolt {}, task {t}", bolt.name),
                bolt: task,
                merge: Merge::new(channels.iter().map(type_of)),
                channels,
                outlet: self.wiring.task_outlet(number, t),
                control: Arc::clone(&self.control),
                metrics: Arc::clone(&self.metrics),
                task: self.threads.len() - spouts,
                number: self.threads.len(),
                parts: self.parts.clone(),
                restored: self.restored.take(self.threads.len()),
            };
            let name = format!("{}-{t}", bolt.name);
            self.spawn(&name, move || thread.run())?;
        }
        Ok(())
    }

    fn spawn(&mut self, name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), String> {
        let thread = spawn(name, &self.control, body)?;
        self.threads.push(thread);
        Ok(())
    }
}

/// Where all sources had ended: how far the rules that each of them feeds have seen its end, which
/// is as far as the fastest of its companions. What has been added since stands behind that.
fn ends(states: &[SpoutState], companions: &[Companions]) -> Vec<Option<Millis>> {
    let have_ended = states.iter().all(|state| state.has_ended);
    let clocks = states.iter().map(|state| state.clock.clock());
    for (companions, clock) in companions.iter().zip(clocks.clone()) {
        companions.clock(clock);
        companions.silent(have_ended);
    }
    let end = |(companions, clock): (&Companions, Millis)| {
        let front = companions.front().unwrap_or(clock);
        have_ended.then_some(front.max(clock))
    };
    let ends = companions.iter().zip(clocks).map(end).collect();
    companions.iter().for_each(|c| c.silent(false));
    ends
}

fn metrics(topology: &Topology) -> Metrics {
    let spouts = topology.spouts.iter().flat_map(|s| {
        let count = s.partitions.len() as u32;
        (0..count).map(|p| SpoutMetrics::new(&s.name, s.first_partition + p))
    });
    let bolts = topology.bolts.iter();
    let tasks = bolts.flat_map(|b| (0..b.tasks.len()).map(|t| TaskMetrics::new(&b.name, t)));
    Metrics {
        spouts: spouts.collect(),
        tasks: tasks.collect(),
        ..Metrics::default()
    }
}

/// Starts a thread; a panic in it stops the topology with its message.
pub(super) fn spawn(
    name: &str,
    control: &Arc<Control>,
    body: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, String> {
    let (control, who) = (Arc::clone(control), name.to_string());
    let guarded = move || {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        if let Err(panic) = caught {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()));
            control.fail(format!("{who} panicked: {}", text.unwrap_or_default()));
        }
    };
    let thread = std::thread::Builder::new().name(name.chars().take(15).collect());
    thread
        .spawn(guarded)
        .map_err(|e| format!("a thread cannot be started: {e}"))
}
