//! What a process has done since it started: numbers that only grow.

use std::ops::AddAssign;

use tachograph_topology::metrics::Metrics;

/// What topologies have done, those that another process has taken over since included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records decoded.
    pub records: u64,
    /// Records that came too late for the rules, or leapt too far ahead.
    pub late: u64,
    /// Records that could not be decoded.
    pub dead: u64,
    /// Nanoseconds that spouts waited for full queues.
    pub blocked_ns: u64,
    /// Checkpoints completed.
    pub checkpoints: u64,
}

impl Counts {
    /// What one topology has counted.
    pub fn of(metrics: &Metrics) -> Counts {
        let spouts = || metrics.spouts.iter();
        Counts {
            records: metrics.records(),
            late: spouts().map(|s| s.late.get()).sum(),
            dead: spouts().map(|s| s.dead.get()).sum(),
            blocked_ns: spouts().map(|s| s.blocked_ns.get()).sum(),
            checkpoints: metrics.checkpoints.get(),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.records += other.records;
        self.late += other.late;
        self.dead += other.dead;
        self.blocked_ns += other.blocked_ns;
        self.checkpoints += other.checkpoints;
    }
}
