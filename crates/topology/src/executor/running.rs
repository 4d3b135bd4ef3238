//! A running topology: its threads, its checkpoints, its end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use tachograph_event::Millis;
use tachograph_time::Clock;

use super::companions::Companions;
use super::coordinator::Coordinator;
use super::message::Message;
use super::outlet::{Outlet, Route};
use super::silence::Silence;
use super::spout_thread::SpoutThread;
use super::task_thread::{Channel, TaskThread};
use super::{Control, Part};
use crate::keeper::Keeper;
use crate::merge::Merge;
use crate::metrics::{Metrics, SpoutMetrics, TaskMetrics};
use crate::partition_clock::PartitionClock;
use crate::topology::{From, Topology};

/// How a topology is run.
#[derive(Clone)]
pub struct Options {
    /// Folder of ledgers.
    pub data: PathBuf,
    /// Where checkpoints and decisions are kept.
    pub keeper: Arc<dyn Keeper>,
    /// The wall clock, for idle sources and the interval of checkpoints.
    pub clock: Arc<dyn Clock>,
    /// Time between checkpoints, in ms.
    pub checkpoint_every: Millis,
    /// Messages that a queue holds.
    pub queue: usize,
    /// Most rows a read.
    pub batch_rows: usize,
}

/// A topology at work.
pub struct Running {
    control: Arc<Control>,
    metrics: Arc<Metrics>,
    threads: Vec<JoinHandle<()>>,
    coordinator: Option<JoinHandle<()>>,
    stop: Sender<()>,
}

impl Topology {
    /// Starts all threads, from the last checkpoint if there is one.
    ///
    /// # Errors
    /// A sentence where a checkpoint does not fit the topology or cannot be read.
    pub fn start(self, options: Options) -> Result<Running, String> {
        let names = self.parts();
        let mut restored = options.keeper.load(&names)?;
        let metrics = Arc::new(self.metrics());
        let control = Arc::new(Control::default());
        let (parts, received) = unbounded::<Part>();
        let mut wiring = Wiring::new(&self, options.queue);
        let mut companions = Companions::of(&self).into_iter();
        let mut threads = Vec::new();
        let newest = restored.id;
        control.requested.store(newest, Ordering::SeqCst);
        let mut number = 0;
        for (s, spout) in self.spouts.into_iter().enumerate() {
            let partitions = spout.partitions.into_iter().enumerate();
            for ((p, reader), companions) in partitions.zip(companions.by_ref()) {
                let thread = SpoutThread {
                    name: spout.name.clone(),
                    partition: spout.first_partition + p as u32,
                    reader,
                    clock: PartitionClock::new(spout.time, Arc::clone(&spout.event_type)),
                    wall: Arc::clone(&options.clock),
                    silence: Silence::new(spout.time.idle, companions),
                    outlet: wiring.spout_outlet(s, p),
                    control: Arc::clone(&control),
                    metrics: Arc::clone(&metrics),
                    number,
                    parts: parts.clone(),
                    batch_rows: options.batch_rows,
                    data: options.data.clone(),
                    keeper: Arc::clone(&options.keeper),
                    restored: restored.take(number),
                    begun: newest,
                };
                let name = format!("{}-{p}", spout.name);
                threads.push(spawn(&name, &control, move || thread.run())?);
                number += 1;
            }
        }
        let spouts = number;
        for (b, bolt) in self.bolts.into_iter().enumerate() {
            for (t, task) in bolt.tasks.into_iter().enumerate() {
                let channels = wiring.channels(b, t);
                let of_input =
                    |c: &Channel| (c.input, Arc::clone(&bolt.inputs[c.input].event_type));
                let thread = TaskThread {
                    who: format!("bolt {}, task {t}", bolt.name),
                    bolt: task,
                    merge: Merge::new(channels.iter().map(of_input)),
                    channels,
                    outlet: wiring.task_outlet(b, t),
                    control: Arc::clone(&control),
                    metrics: Arc::clone(&metrics),
                    task: number - spouts,
                    number,
                    parts: parts.clone(),
                    restored: restored.take(number),
                };
                let name = format!("{}-{t}", bolt.name);
                threads.push(spawn(&name, &control, move || thread.run())?);
                number += 1;
            }
        }
        drop(parts);
        let (stop, stopping) = bounded(1);
        let coordinator = Coordinator {
            keeper: options.keeper,
            names,
            control: Arc::clone(&control),
            metrics: Arc::clone(&metrics),
            parts: received,
            stop: stopping,
            last: options.clock.now(),
            clock: options.clock,
            every: options.checkpoint_every,
            newest,
        };
        let coordinator = spawn("checkpoints", &control, move || coordinator.run())?;
        Ok(Running {
            control,
            metrics,
            threads,
            coordinator: Some(coordinator),
            stop,
        })
    }

    fn metrics(&self) -> Metrics {
        let spouts = self.spouts.iter().flat_map(|s| {
            let count = s.partitions.len() as u32;
            (0..count).map(|p| SpoutMetrics::new(&s.name, s.first_partition + p))
        });
        let tasks = self
            .bolts
            .iter()
            .flat_map(|b| (0..b.tasks.len()).map(|t| TaskMetrics::new(&b.name, t)));
        Metrics {
            spouts: spouts.collect(),
            tasks: tasks.collect(),
            ..Metrics::default()
        }
    }
}

/// Starts a thread; a panic in it stops the topology with its message.
fn spawn(
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

impl Running {
    /// What the topology counts.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Has every thread ended?
    pub fn is_finished(&self) -> bool {
        self.coordinator
            .as_ref()
            .is_none_or(JoinHandle::is_finished)
    }

    /// Has an executor failed? [`Running::wait`] gives the fault.
    pub fn has_failed(&self) -> bool {
        let fault = self.control.fault.lock();
        fault.unwrap_or_else(|e| e.into_inner()).is_some()
    }

    /// Asks for a last checkpoint, after which all ends.
    pub fn ask_to_stop(&self) {
        // The coordinator may have ended by itself.
        let _ = self.stop.try_send(());
    }

    /// Makes a last checkpoint and stops.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn stop(self) -> Result<(), String> {
        self.ask_to_stop();
        self.wait()
    }

    /// Stops without a checkpoint, as a crash would.
    pub fn kill(mut self) {
        self.control.stop.store(true, Ordering::SeqCst);
        self.join();
    }

    /// Waits until every source has ended and every effect is written.
    ///
    /// # Errors
    /// The first fault of an executor.
    pub fn wait(mut self) -> Result<(), String> {
        self.join();
        let fault = self
            .control
            .fault
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .take();
        fault.map_or(Ok(()), Err)
    }

    fn join(&mut self) {
        if let Some(coordinator) = self.coordinator.take() {
            // A panic was caught and noted inside the thread.
            let _ = coordinator.join();
        }
        self.control.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// All queues: from each upstream executor to each task that reads it.
struct Wiring {
    /// By bolt and task: channels in order.
    inlets: Vec<Vec<Vec<Channel>>>,
    spouts: Vec<Vec<Outlet>>,
    bolts: Vec<Vec<Outlet>>,
}

impl Wiring {
    fn new(topology: &Topology, queue: usize) -> Wiring {
        let outlets = |count: usize| (0..count).map(|_| Outlet::default()).collect::<Vec<_>>();
        let mut wiring = Wiring {
            inlets: topology
                .bolts
                .iter()
                .map(|b| b.tasks.iter().map(|_| Vec::new()).collect())
                .collect(),
            spouts: topology
                .spouts
                .iter()
                .map(|s| outlets(s.partitions.len()))
                .collect(),
            bolts: topology
                .bolts
                .iter()
                .map(|b| outlets(b.tasks.len()))
                .collect(),
        };
        for (b, bolt) in topology.bolts.iter().enumerate() {
            for (i, input) in bolt.inputs.iter().enumerate() {
                let (upstream, stream) = match input.from {
                    From::Spout(s) => (&mut wiring.spouts[s], 0),
                    From::Bolt(u, stream) => (&mut wiring.bolts[u], stream),
                };
                for outlet in upstream {
                    let mut tasks = Vec::new();
                    for inlet in &mut wiring.inlets[b] {
                        let (sender, receiver): (Sender<Message>, Receiver<Message>) =
                            bounded(queue);
                        tasks.push(sender);
                        inlet.push(Channel {
                            input: i,
                            receiver,
                            ended: false,
                            barrier: None,
                        });
                    }
                    let grouping = input.grouping.clone();
                    outlet.routes.push(Route {
                        stream,
                        grouping,
                        needed: input.needed.clone(),
                        tasks,
                    });
                }
            }
        }
        wiring
    }

    fn spout_outlet(&mut self, spout: usize, partition: usize) -> Outlet {
        std::mem::take(&mut self.spouts[spout][partition])
    }

    fn task_outlet(&mut self, bolt: usize, task: usize) -> Outlet {
        std::mem::take(&mut self.bolts[bolt][task])
    }

    fn channels(&mut self, bolt: usize, task: usize) -> Vec<Channel> {
        std::mem::take(&mut self.inlets[bolt][task])
    }
}
