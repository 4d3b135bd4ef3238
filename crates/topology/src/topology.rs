//! The graph: spouts, bolts, and who reads what.

use std::sync::Arc;

use tachograph_event::EventType;

use crate::bolt::Bolt;
use crate::grouping::Grouping;
use crate::spout::{PartitionReader, TimeConfig};

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// A spout, by number.
    Spout(usize),
    /// An output stream of a bolt, by numbers.
    Bolt(usize, usize),
}

/// One input of a bolt.
#[derive(Debug, Clone)]
pub struct InputSpec {
    /// Where it comes from.
    pub from: From,
    /// How rows are shared out over the bolt's tasks.
    pub grouping: Grouping,
    /// Type of its rows.
    pub event_type: Arc<EventType>,
    /// Slots that the bolt reads; none where it reads all. Others may arrive absent.
    pub needed: Option<Vec<usize>>,
}

/// A spout and its partitions.
pub struct SpoutSpec {
    /// Name, unique in the topology.
    pub name: String,
    /// A reader a partition.
    pub partitions: Vec<Box<dyn PartitionReader>>,
    /// Number of the first partition within the whole topology.
    pub first_partition: u32,
    /// Type of its records.
    pub event_type: Arc<EventType>,
    /// How its clocks follow the records.
    pub time: TimeConfig,
}

/// A bolt and its tasks.
pub struct BoltSpec {
    /// Name, unique in the topology.
    pub name: String,
    /// The tasks.
    pub tasks: Vec<Box<dyn Bolt>>,
    /// What it reads; bolts come after those that feed them.
    pub inputs: Vec<InputSpec>,
}

/// A whole graph.
#[derive(Default)]
pub struct Topology {
    /// Spouts by number.
    pub spouts: Vec<SpoutSpec>,
    /// Bolts by number.
    pub bolts: Vec<BoltSpec>,
}

impl Topology {
    /// Names of the parts of a checkpoint: a partition or a task each.
    pub fn parts(&self) -> Vec<String> {
        let spouts = self
            .spouts
            .iter()
            .flat_map(|s| (0..s.partitions.len()).map(|p| format!("spout.{}.{p}", s.name)));
        let bolts = self
            .bolts
            .iter()
            .flat_map(|b| (0..b.tasks.len()).map(|t| format!("bolt.{}.{t}", b.name)));
        spouts.chain(bolts).collect()
    }
}
