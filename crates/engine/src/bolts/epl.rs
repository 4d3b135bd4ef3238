//! A task of rules: a machine, fed by the merge, whose named statements are output streams.
//!
//! State: the machine, and how much each rule has posted and missed. Never: a row that the
//! machine did not post.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Plan, TypeId};
use tachograph_runtime::{Machine, Output};
use tachograph_topology::partition_clock::BEGINNING;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

use crate::counters::RuleCounters;

/// One task of an `epl` bolt.
pub struct EplBolt {
    machine: Machine,
    /// Event type of each input.
    inputs: Vec<TypeId>,
    /// Of all tasks together, by statement.
    shared: Arc<[RuleCounters]>,
    /// Of this task, by statement.
    own: Vec<Counts>,
}

/// Bytes of a statement's counts in the saved state.
const COUNT_BYTES: usize = 16;

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    posted: u64,
    late: u64,
    faults: u64,
}

impl EplBolt {
    /// A task without state; `inputs` gives the event type of each input.
    pub fn new(plan: Arc<Plan>, inputs: Vec<TypeId>, shared: Arc<[RuleCounters]>) -> EplBolt {
        EplBolt {
            own: vec![Counts::default(); plan.statements.len()],
            machine: Machine::new(plan, BEGINNING),
            inputs,
            shared,
        }
    }

    fn emit(&mut self, output: &mut Output, out: &mut Collector) {
        for posted in output.take() {
            let rows = posted.inserted.len() as u64;
            self.own[posted.statement].posted += rows;
            self.shared[posted.statement].posted.add(rows);
            out.emit(posted.statement, Arc::new(posted.inserted));
        }
    }

    /// Counts the faults of evaluations that the machine has met since the last time.
    fn count_faults(&mut self) {
        for (number, (own, shared)) in self.own.iter_mut().zip(self.shared.iter()).enumerate() {
            let log = self.machine.faults(number);
            if log.count > own.faults {
                shared.faults.add(log.count - own.faults, log.last.clone());
                own.faults = log.count;
            }
        }
    }

    /// The statements that an event of a type reaches, by itself or through other statements.
    fn reached(&self, event_type: TypeId) -> Vec<usize> {
        let mut types = vec![event_type];
        let mut reached = Vec::new();
        let statements = &self.machine.plan().statements;
        while let Some(event_type) = types.pop() {
            for (number, statement) in statements.iter().enumerate() {
                if statement.input.type_id == event_type && !reached.contains(&number) {
                    reached.push(number);
                    types.extend(statement.insert_into.as_ref().map(|insert| insert.target));
                }
            }
        }
        reached
    }

    fn load_counts(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        for (number, own) in self.own.iter_mut().enumerate() {
            (own.posted, own.late) = (from.u64()?, from.u64()?);
            own.faults = self.machine.faults(number).count;
            self.shared[number].posted.add(own.posted);
            self.shared[number].late.add(own.late);
        }
        Ok(())
    }
}

fn changed(error: CodecError) -> BoltError {
    BoltError(format!(
        "{error}; the rules have changed since the checkpoint: start with another --data folder"
    ))
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

    fn late(&mut self, input: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        for statement in self.reached(self.inputs[input]) {
            self.own[statement].late += batch.len() as u64;
            self.shared[statement].late.add(batch.len() as u64);
        }
        Ok(())
    }

    fn advance(&mut self, clock: Millis, out: &mut Collector) -> Result<(), BoltError> {
        let mut output = Output::default();
        self.machine.advance(clock, &mut output);
        self.emit(&mut output, out);
        self.count_faults();
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let mut counts = Encoder::new();
        for own in &self.own {
            counts.u64(own.posted);
            counts.u64(own.late);
        }
        let snapshot = self.machine.snapshot();
        // The counts stand behind the machine's state, which may be too large to be copied.
        Ok(Box::new(move || {
            let mut state = snapshot.encode();
            state.extend(counts.into_bytes());
            Ok(state)
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let length = state.len().saturating_sub(self.own.len() * COUNT_BYTES);
        let (machine, counts) = state.split_at(length);
        let plan = Arc::clone(self.machine.plan());
        self.machine = Machine::load(plan, machine).map_err(changed)?;
        self.load_counts(&mut Decoder::new(counts)).map_err(changed)
    }
}
