//! What a task may know of the topology around it, and tell it: for bolts that write elsewhere.
//!
//! A bolt that waits for a server asks here whether waiting still has a purpose, and says here what
//! it waits for, so that screens can show it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::executor::Control;
use crate::metrics::Metrics;

/// How often a rest looks whether the topology stops.
const LOOK: Duration = Duration::from_millis(50);

/// One task's view of the topology.
#[derive(Clone)]
pub struct TaskContext {
    control: Arc<Control>,
    metrics: Arc<Metrics>,
    /// Place in the metrics.
    task: usize,
}

impl TaskContext {
    pub(crate) fn new(control: Arc<Control>, metrics: Arc<Metrics>, task: usize) -> TaskContext {
        TaskContext {
            control,
            metrics,
            task,
        }
    }

    /// Is the topology stopping? Nothing that is written now can count any more.
    pub fn is_stopped(&self) -> bool {
        self.control.is_stopped()
    }

    /// Rests before something is tried again. False where the topology stops meanwhile.
    pub fn rest(&self, pause: Duration) -> bool {
        let mut left = pause;
        while !left.is_zero() {
            if self.is_stopped() {
                return false;
            }
            std::thread::sleep(LOOK.min(left));
            left = left.saturating_sub(LOOK);
        }
        true
    }

    /// Says what the task waits for; nothing when it works again.
    pub fn waits_for(&self, what: Option<String>) {
        let waits = &self.metrics.tasks[self.task].waits_for;
        *waits.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}
