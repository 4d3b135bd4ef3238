//! What rules and writers count: plain numbers, shared by their tasks, read at any time.
//!
//! A task's own counts are part of its checkpoint, so that after a recovery each record is
//! counted once. Never here: a screen.

use std::sync::{Arc, Mutex};

use tachograph_plan::Plan;
use tachograph_topology::metrics::Counter;

/// Of one rule: a statement of an `epl` bolt, over all its tasks.
#[derive(Debug)]
pub struct RuleCounters {
    /// `BOLT.STATEMENT`.
    pub name: String,
    /// Does it feed other statements rather than report?
    pub feeds: bool,
    /// Rows posted.
    pub posted: Counter,
    /// Records that came too late for it, or leapt too far ahead.
    pub late: Counter,
    /// Evaluations without a result, with the newest one's reason.
    pub faults: Faults,
}

impl RuleCounters {
    /// Counters of each statement of a bolt's plan.
    pub fn of(bolt: &str, plan: &Plan) -> Arc<[RuleCounters]> {
        let statements = plan.statements.iter();
        statements
            .map(|statement| RuleCounters {
                name: format!("{bolt}.{}", statement.name),
                feeds: statement.insert_into.is_some(),
                posted: Counter::default(),
                late: Counter::default(),
                faults: Faults::default(),
            })
            .collect()
    }
}

/// What went wrong without stopping anything: how often, and why the last time.
#[derive(Debug, Default)]
pub struct Faults {
    count: Counter,
    last: Mutex<Option<String>>,
}

impl Faults {
    /// Counts some, of which the last one had this reason.
    pub fn add(&self, count: u64, reason: Option<String>) {
        self.count.add(count);
        if reason.is_some() {
            *self.last.lock().unwrap_or_else(|e| e.into_inner()) = reason;
        }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.count.get()
    }

    /// Why the last time.
    pub fn last(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }
}
