//! Which partitions are merged with each other, and how far each of them is.
//!
//! Partitions are *companions* where a bolt that takes rows by time is fed by both. A partition
//! that is silent must not hold its companions up, so its clock follows theirs; each step is a
//! decision that a replay reads. Its own clock then bounds what others have let out, and a record
//! with which it comes back is late or in order, live as in a replay.
//!
//! State: for each partition its clock and whether it is silent, shared between their threads.
//! Never: is looked at by what must be the same in a replay, other than through a decision.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tachograph_event::Millis;

use crate::partition_clock::BEGINNING;
use crate::topology::{From, Topology};

/// How far a partition is.
#[derive(Debug)]
struct Pace {
    clock: AtomicI64,
    /// Is it silent, or has it ended?
    is_silent: AtomicBool,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            clock: AtomicI64::new(BEGINNING),
            is_silent: AtomicBool::new(false),
        }
    }
}

/// A partition, and those that it is merged with.
#[derive(Debug)]
pub(crate) struct Companions {
    own: Arc<Pace>,
    /// The others of each bolt that merges it with any.
    others: Vec<Vec<Arc<Pace>>>,
}

impl Companions {
    /// Those of every partition of a topology, in the order of the partitions.
    pub fn of(topology: &Topology) -> Vec<Companions> {
        let spouts = topology.spouts.iter().enumerate();
        let partitions = spouts.flat_map(|(s, spout)| spout.partitions.iter().map(move |_| s));
        let paces: Vec<(usize, Arc<Pace>)> = partitions.map(|s| (s, Arc::default())).collect();
        let merging = merging_bolts(topology);
        let of = |(spout, own): &(usize, Arc<Pace>)| {
            let feeding = merging.iter().filter(|feeding| feeding.contains(spout));
            let others = feeding.map(|feeding| {
                let others = paces
                    .iter()
                    .filter(|(s, pace)| feeding.contains(s) && !Arc::ptr_eq(own, pace));
                others.map(|(_, pace)| Arc::clone(pace)).collect()
            });
            Companions {
                own: Arc::clone(own),
                others: others.collect(),
            }
        };
        paces.iter().map(of).collect()
    }

    /// The partition's clock moves.
    pub fn clock(&self, clock: Millis) {
        self.own.clock.store(clock, Ordering::SeqCst);
    }

    /// The partition falls silent, or comes back.
    pub fn silent(&self, is_silent: bool) {
        self.own.is_silent.store(is_silent, Ordering::SeqCst);
    }

    /// Where a silent partition's clock goes: so far that no bolt waits for it rather than for
    /// another one.
    pub fn front(&self) -> Option<Millis> {
        self.others.iter().filter_map(|others| front(others)).max()
    }
}

/// The slowest clock of those that are not silent; the fastest, where all are.
fn front(others: &[Arc<Pace>]) -> Option<Millis> {
    let clock = |pace: &Arc<Pace>| pace.clock.load(Ordering::SeqCst);
    let present = others
        .iter()
        .filter(|pace| !pace.is_silent.load(Ordering::SeqCst));
    present
        .map(clock)
        .min()
        .or_else(|| others.iter().map(clock).max())
}

/// For each bolt that takes rows by time, the spouts before it.
fn merging_bolts(topology: &Topology) -> Vec<BTreeSet<usize>> {
    let mut before: Vec<BTreeSet<usize>> = Vec::new();
    // Bolts come after those that feed them.
    for bolt in &topology.bolts {
        let feeding = bolt.inputs.iter().flat_map(|input| match input.from {
            From::Spout(spout) => BTreeSet::from([spout]),
            From::Bolt(bolt, _) => before[bolt].clone(),
        });
        let feeding = feeding.collect();
        before.push(feeding);
    }
    let bolts = topology.bolts.iter().zip(before);
    let ordered = bolts.filter(|(bolt, _)| bolt.tasks.iter().any(|task| task.is_ordered()));
    ordered.map(|(_, feeding)| feeding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(clock: Millis, is_silent: bool) -> Arc<Pace> {
        Arc::new(Pace {
            clock: AtomicI64::new(clock),
            is_silent: AtomicBool::new(is_silent),
        })
    }

    fn companions(others: Vec<Vec<Arc<Pace>>>) -> Companions {
        Companions {
            own: Arc::default(),
            others,
        }
    }

    #[test]
    fn the_front_is_the_slowest_that_speaks_or_the_fastest_of_the_silent() {
        let speaking = vec![pace(30, false), pace(20, false), pace(10, true)];
        let silent = vec![pace(5, true), pace(40, true)];
        assert_eq!(companions(vec![speaking.clone()]).front(), Some(20));
        assert_eq!(companions(vec![silent.clone()]).front(), Some(40));
        assert_eq!(companions(vec![speaking, silent]).front(), Some(40));
        assert_eq!(companions(vec![Vec::new()]).front(), None);
        assert_eq!(companions(Vec::new()).front(), None);
    }
}
