//! A running topology: its threads, its checkpoints, its end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded, unbounded};
use tachograph_event::Millis;
use tachograph_time::Clock;

use super::coordinator::Coordinator;
use super::launch::{Launch, spawn};
use super::{Control, Part};
use crate::keeper::Keeper;
use crate::metrics::Metrics;
use crate::topology::Topology;

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
        let restored = options.keeper.load(&names)?;
        let (newest, bytes) = (restored.id, restored.bytes());
        let (parts, received) = unbounded::<Part>();
        let launched = Launch::new(&self, &options, restored, parts).start(self)?;
        let (control, metrics) = (launched.control, launched.metrics);
        metrics.newest.set(newest);
        metrics.newest_bytes.set(bytes);
        let (stop, stopping) = bounded(1);
        let coordinator = Coordinator {
            keeper: Arc::clone(&options.keeper),
            names,
            control: Arc::clone(&control),
            metrics: Arc::clone(&metrics),
            parts: received,
            stop: stopping,
            last: options.clock.now(),
            clock: Arc::clone(&options.clock),
            every: options.checkpoint_every,
            newest,
        };
        let coordinator = spawn("checkpoints", &control, move || coordinator.run())?;
        Ok(Running {
            control,
            metrics,
            threads: launched.threads,
            coordinator: Some(coordinator),
            stop,
        })
    }
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
