//! A task of rules: a machine, fed by the merge, whose named statements are output streams.

use std::sync::Arc;

use tachograph_event::{Batch, Millis};
use tachograph_plan::{Plan, TypeId};
use tachograph_runtime::{Machine, Output};
use tachograph_topology::partition_clock::BEGINNING;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

/// One task of an `epl` bolt.
pub struct EplBolt {
    machine: Machine,
    /// Event type of each input.
    inputs: Vec<TypeId>,
}

impl EplBolt {
    /// A task without state; `inputs` gives the event type of each input.
    pub fn new(plan: Arc<Plan>, inputs: Vec<TypeId>) -> EplBolt {
        EplBolt {
            machine: Machine::new(plan, BEGINNING),
            inputs,
        }
    }

    fn emit(&self, output: &mut Output, out: &mut Collector) {
        for posted in output.take() {
            out.emit(posted.statement, Arc::new(posted.inserted));
        }
    }
}

impl Bolt for EplBolt {
    fn process(
        &mut self,
        input: usize,
        batch: Arc<Batch>,
        out: &mut Collector,
    ) -> Result<(), BoltError> {
        let mut output = Output::default();
        self.machine
            .process(self.inputs[input], &batch, &mut output);
        self.emit(&mut output, out);
        Ok(())
    }

    fn advance(&mut self, clock: Millis, out: &mut Collector) -> Result<(), BoltError> {
        let mut output = Output::default();
        self.machine.advance(clock, &mut output);
        self.emit(&mut output, out);
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let snapshot = self.machine.snapshot();
        Ok(Box::new(move || Ok(snapshot.encode())))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let plan = Arc::clone(self.machine.plan());
        self.machine = Machine::load(plan, state).map_err(|e| {
            BoltError(format!(
                "{e}; the rules have changed since the checkpoint: start with another --data folder"
            ))
        })?;
        Ok(())
    }
}
