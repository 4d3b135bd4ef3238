//! The queues of a topology: one from each executor to each task that it feeds.
//!
//! State: both ends of every queue, until an executor takes them. Never: sends or receives.

use crossbeam_channel::{Receiver, Sender, bounded};

use super::message::Message;
use super::outlet::{Outlet, Route};
use super::task_thread::Channel;
use crate::topology::{BoltSpec, From, InputSpec, Topology};

/// All queues: from each upstream executor to each task that reads it.
pub(super) struct Wiring {
    /// By bolt and task: channels in order.
    inlets: Vec<Vec<Vec<Channel>>>,
    spouts: Vec<Vec<Outlet>>,
    bolts: Vec<Vec<Outlet>>,
}

impl Wiring {
    pub fn new(topology: &Topology, queue: usize) -> Wiring {
        let outlets = |count: usize| (0..count).map(|_| Outlet::default()).collect::<Vec<_>>();
        let (spouts, bolts) = (topology.spouts.iter(), topology.bolts.iter());
        let inlets = |bolt: &BoltSpec| bolt.tasks.iter().map(|_| Vec::new()).collect();
        let mut wiring = Wiring {
            inlets: topology.bolts.iter().map(inlets).collect(),
            spouts: spouts.map(|s| outlets(s.partitions.len())).collect(),
            bolts: bolts.map(|b| outlets(b.tasks.len())).collect(),
        };
        for (b, bolt) in topology.bolts.iter().enumerate() {
            for (i, input) in bolt.inputs.iter().enumerate() {
                wiring.input(b, i, input, queue);
            }
        }
        wiring
    }

    /// Queues from every executor that feeds an input of a bolt to every task of the bolt.
    fn input(&mut self, bolt: usize, input: usize, spec: &InputSpec, queue: usize) {
        let (upstream, stream) = match spec.from {
            From::Spout(s) => (&mut self.spouts[s], 0),
            From::Bolt(u, stream) => (&mut self.bolts[u], stream),
        };
        for outlet in upstream {
            let mut tasks = Vec::new();
            for inlet in &mut self.inlets[bolt] {
                let (sender, receiver): (Sender<Message>, Receiver<Message>) = bounded(queue);
                tasks.push(sender);
                inlet.push(Channel {
                    input,
                    receiver,
                    ended: false,
                    barrier: None,
                });
            }
            outlet.routes.push(Route {
                stream,
                grouping: spec.grouping.clone(),
                needed: spec.needed.clone(),
                tasks,
            });
        }
    }

    pub fn spout_outlet(&mut self, spout: usize, partition: usize) -> Outlet {
        std::mem::take(&mut self.spouts[spout][partition])
    }

    pub fn task_outlet(&mut self, bolt: usize, task: usize) -> Outlet {
        std::mem::take(&mut self.bolts[bolt][task])
    }

    pub fn channels(&mut self, bolt: usize, task: usize) -> Vec<Channel> {
        std::mem::take(&mut self.inlets[bolt][task])
    }
}
