//! The machine: dispatch of events to statements, the clock, and routing of `insert into`.
//!
//! Order of work, which no answer may depend on beyond what the language says:
//! 1. before an event of time t, the clock goes to t, stopping at each instant at which a
//!    statement wants to be called;
//! 2. every statement that reads the event's type is stepped, in the order of the text;
//! 3. what they inserted into other streams follows, first in, first out.

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, Millis, Origin, Value};
use tachograph_plan::{InsertInto, Plan, Statement, TypeId};

use crate::fault::{Fault, FaultLog};
use crate::output::Output;
use crate::row::Row;
use crate::statement::{Result as Step, StatementState};

/// Version of the saved form.
const STATE_VERSION: u32 = 1;

/// An event on its way to the statements that read its type.
#[derive(Debug)]
struct Routed {
    type_id: TypeId,
    values: Arc<[Value]>,
    origin: Origin,
}

/// The state of a plan.
#[derive(Debug)]
pub struct Machine {
    plan: Arc<Plan>,
    clock: Millis,
    statements: Vec<StatementState>,
    /// For each event type, the statements that read it.
    readers: Vec<Vec<usize>>,
    queue: VecDeque<Routed>,
    /// Earliest instant at which a statement wants to be called.
    due: Option<Millis>,
}

impl Machine {
    /// An empty machine whose clock stands at `start`, in milliseconds.
    pub fn new(plan: Arc<Plan>, start: Millis) -> Machine {
        let state = |s: &Statement| {
            let width = plan.types[s.input.type_id.0].properties.len();
            StatementState::new(Arc::new(s.clone()), width, start)
        };
        let mut readers = vec![Vec::new(); plan.types.len()];
        for (number, statement) in plan.statements.iter().enumerate() {
            readers[statement.input.type_id.0].push(number);
        }
        let mut machine = Machine {
            clock: start,
            statements: plan.statements.iter().map(state).collect(),
            readers,
            queue: VecDeque::new(),
            due: None,
            plan,
        };
        machine.find_due();
        machine
    }

    /// The plan that the machine runs.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The clock, in milliseconds.
    pub fn clock(&self) -> Millis {
        self.clock
    }

    /// Takes a batch of events in, row by row; each row's time first moves the clock.
    /// Rows of a type that the plan does not know are nobody's and pass by.
    pub fn process(&mut self, type_id: TypeId, batch: &Batch, out: &mut Output) {
        let wanted: Vec<bool> = (0..batch.columns().len())
            .map(|slot| self.reads(type_id, slot))
            .collect();
        for row in 0..batch.len() {
            self.advance(batch.times()[row], out);
            let value = |slot: usize| match wanted[slot] {
                true => batch.value(slot, row),
                false => Value::Null,
            };
            self.queue.push_back(Routed {
                type_id,
                values: (0..wanted.len()).map(value).collect(),
                origin: batch.origins()[row],
            });
            self.drain(out);
        }
    }

    fn reads(&self, type_id: TypeId, slot: usize) -> bool {
        let mut readers = self.readers[type_id.0].iter();
        readers.any(|&r| self.statements[r].reads(slot))
    }

    /// Moves the clock forward, stopping at each instant at which a statement wants to be
    /// called. A time in the past changes nothing.
    pub fn advance(&mut self, to: Millis, out: &mut Output) {
        while let Some(due) = self.due.filter(|due| *due <= to) {
            self.call(due.max(self.clock), out);
        }
        self.clock = self.clock.max(to);
    }

    /// Moves the clock in one jump: what is due meanwhile is called once, at the new time.
    pub fn jump(&mut self, to: Millis, out: &mut Output) {
        self.clock = to;
        if self.due.is_some_and(|due| due <= to) {
            self.call(to, out);
        }
    }

    /// The earliest instant at which a statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    fn call(&mut self, now: Millis, out: &mut Output) {
        self.clock = now;
        for number in 0..self.statements.len() {
            if self.statements[number].due().is_some_and(|due| due <= now) {
                let step = self.statements[number].time(now);
                self.dispatch(number, step, out);
            }
        }
        self.find_due();
        self.drain(out);
    }

    fn drain(&mut self, out: &mut Output) {
        while let Some(event) = self.queue.pop_front() {
            for i in 0..self.readers[event.type_id.0].len() {
                let number = self.readers[event.type_id.0][i];
                let step = self.statements[number].event(&event.values, event.origin, self.clock);
                self.dispatch(number, step, out);
            }
            self.find_due();
        }
    }

    /// Hands a statement's rows out and queues what it inserts.
    fn dispatch(&mut self, number: usize, step: Step, out: &mut Output) {
        let plan = self.statements[number].plan();
        if !step.posted.is_empty() {
            out.post(number, plan, &step.posted, self.clock);
        }
        if let Some(insert) = &plan.insert_into {
            let routed = step.inserted.into_iter().map(|row| route(insert, row));
            self.queue.extend(routed);
        }
    }

    fn find_due(&mut self) {
        self.due = self.statements.iter().filter_map(StatementState::due).min();
    }

    /// What iterating a statement gives: rows in the order of its columns.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, statement: usize) -> Result<Vec<Vec<Value>>, Fault> {
        let rows = self.statements[statement].iterate(self.clock)?;
        Ok(rows.into_iter().map(|row| row.values).collect())
    }

    /// Faults of a statement so far.
    pub fn faults(&self, statement: usize) -> &FaultLog {
        &self.statements[statement].faults
    }

    /// Saves the whole state as a framed, versioned record.
    pub fn save(&self) -> Vec<u8> {
        let mut to = Encoder::new();
        to.i64(self.clock);
        to.size(self.statements.len());
        for statement in &self.statements {
            to.str(&statement.plan().epl);
            statement.save(&mut to);
        }
        to.into_frame(STATE_VERSION)
    }

    /// Loads a saved state into a machine of the same plan.
    ///
    /// # Errors
    /// [`CodecError`] where the record is cut, altered, of another version or another plan.
    pub fn load(plan: Arc<Plan>, bytes: &[u8]) -> Result<Machine, CodecError> {
        let (version, mut from) = Decoder::open(bytes)?;
        if version != STATE_VERSION {
            return Err(CodecError::Version(version));
        }
        let mut machine = Machine::new(plan, from.i64()?);
        if from.size()? != machine.statements.len() {
            return Err(CodecError::Corrupt("number of statements"));
        }
        for statement in &mut machine.statements {
            if from.str()? != statement.plan().epl {
                return Err(CodecError::Corrupt("the state belongs to another statement"));
            }
            statement.load(&mut from)?;
        }
        machine.find_due();
        Ok(machine)
    }
}

fn route(insert: &InsertInto, row: Row) -> Routed {
    let value = |column: &Option<usize>| column.map_or(Value::Null, |c| row.values[c].clone());
    Routed {
        type_id: insert.target,
        values: insert.columns.iter().map(value).collect(),
        origin: row.origin,
    }
}
