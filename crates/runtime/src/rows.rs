//! Statements that share a clock and a queue, stepped event by event.

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{
    Batch, BatchBuilder, CodecError, Decoder, Encoder, EventType, Millis, Origin, Value,
};
use tachograph_plan::{InsertInto, Plan, TypeId};

use crate::fault::{Fault, FaultLog};
use crate::machine::Mail;
use crate::output::Output;
use crate::row::Row;
use crate::statement::{Result as Step, StatementState};

/// An event on its way to the statements that read its type.
#[derive(Debug)]
struct Routed {
    type_id: TypeId,
    values: Arc<[Value]>,
    origin: Origin,
}

/// The state of a unit.
#[derive(Debug)]
pub struct RowUnit {
    statements: Vec<(usize, StatementState)>,
    clock: Millis,
    due: Option<Millis>,
    queue: VecDeque<Routed>,
    /// What leaves the unit: for each stream that one outside reads, its rows so far.
    outbox: Vec<(TypeId, Arc<EventType>, Option<BatchBuilder>)>,
    /// Streams that the unit's own statements read.
    inputs: Vec<TypeId>,
}

impl RowUnit {
    /// The empty state of the statements with these numbers.
    pub fn new(plan: &Plan, numbers: &[usize], start: Millis) -> RowUnit {
        let state = |&number: &usize| {
            let statement = &plan.statements[number];
            let width = plan.types[statement.input.type_id.0].properties.len();
            let state = StatementState::new(Arc::new(statement.clone()), width, start);
            (number, state)
        };
        let input = |&number: &usize| plan.statements[number].input.type_id;
        let mut inputs: Vec<TypeId> = numbers.iter().map(input).collect();
        inputs.sort();
        inputs.dedup();
        let mut unit = RowUnit {
            statements: numbers.iter().map(state).collect(),
            clock: start,
            due: None,
            queue: VecDeque::new(),
            outbox: outbox(plan, numbers),
            inputs,
        };
        unit.find_due();
        unit
    }

    /// When a statement of the unit wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    /// Takes the mail for the unit in, moves its clock on, and adds its own mail.
    pub fn process(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        for type_id in self.inputs.clone() {
            for batch in mail.get(&type_id).cloned().unwrap_or_default() {
                self.events(type_id, &batch, out);
            }
        }
        self.advance(to, out);
        self.post_mail(mail);
    }

    /// As `process`, with the clock moved in one jump, before what others insert at that moment.
    pub fn jump(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        self.clock = to;
        if self.due.is_some_and(|due| due <= to) {
            self.call(to, out);
        }
        self.process(mail, to, out);
    }

    fn events(&mut self, type_id: TypeId, batch: &Batch, out: &mut Output) {
        let reads = |slot| self.reads(type_id, slot);
        let wanted: Vec<bool> = (0..batch.columns().len()).map(reads).collect();
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
        let mut readers = self.statements.iter().map(|(_, s)| s);
        readers.any(|s| s.plan().input.type_id == type_id && s.reads(slot))
    }

    fn advance(&mut self, to: Millis, out: &mut Output) {
        while let Some(due) = self.due.filter(|due| *due <= to) {
            self.call(due.max(self.clock), out);
        }
        self.clock = self.clock.max(to);
    }

    fn call(&mut self, now: Millis, out: &mut Output) {
        self.clock = now;
        for place in 0..self.statements.len() {
            if self.statements[place].1.due().is_some_and(|due| due <= now) {
                let step = self.statements[place].1.time(now);
                self.dispatch(place, step, out);
            }
        }
        self.find_due();
        self.drain(out);
    }

    fn drain(&mut self, out: &mut Output) {
        while let Some(event) = self.queue.pop_front() {
            for place in 0..self.statements.len() {
                let statement = &mut self.statements[place].1;
                if statement.plan().input.type_id == event.type_id {
                    let step = statement.event(&event.values, event.origin, self.clock);
                    self.dispatch(place, step, out);
                }
            }
            self.find_due();
        }
    }

    /// Hands a statement's rows out and on to the statements that read what it inserts.
    fn dispatch(&mut self, place: usize, step: Step, out: &mut Output) {
        let (number, statement) = &self.statements[place];
        let plan = Arc::clone(statement.plan());
        if !step.posted.is_empty() {
            out.post(*number, &plan, &step.posted, self.clock);
        }
        if let Some(insert) = &plan.insert_into {
            for row in step.inserted {
                self.route(insert, row);
            }
        }
    }

    fn route(&mut self, insert: &InsertInto, row: Row) {
        let value = |column: &Option<usize>| column.map_or(Value::Null, |c| row.values[c].clone());
        let values: Arc<[Value]> = insert.columns.iter().map(value).collect();
        let outbox = self
            .outbox
            .iter_mut()
            .find(|(stream, ..)| *stream == insert.target);
        if let Some((_, event_type, builder)) = outbox {
            let builder = builder.get_or_insert_with(|| BatchBuilder::new(event_type.clone()));
            builder.push(self.clock, row.origin, values.iter().cloned());
        }
        if self.inputs.contains(&insert.target) {
            self.queue.push_back(Routed {
                type_id: insert.target,
                values,
                origin: row.origin,
            });
        }
    }

    fn post_mail(&mut self, mail: &mut Mail) {
        for (stream, _, builder) in &mut self.outbox {
            if let Some(builder) = builder.take() {
                mail.entry(*stream)
                    .or_default()
                    .push(Arc::new(builder.finish()));
            }
        }
    }

    fn find_due(&mut self) {
        self.due = self.statements.iter().filter_map(|(_, s)| s.due()).min();
    }

    /// What iterating a statement gives.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, place: usize) -> Result<Vec<Vec<Value>>, Fault> {
        let rows = self.statements[place].1.iterate(self.clock)?;
        Ok(rows.into_iter().map(|row| row.values).collect())
    }

    /// Faults of a statement so far.
    pub fn faults(&self, place: usize) -> &FaultLog {
        &self.statements[place].1.faults
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.i64(self.clock);
        self.statements.iter().for_each(|(_, s)| s.save(to));
    }

    /// Reads the state into a new unit.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this unit's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.clock = from.i64()?;
        self.statements
            .iter_mut()
            .try_for_each(|(_, s)| s.load(from))?;
        self.find_due();
        Ok(())
    }
}

/// Streams that statements outside the unit read from statements inside.
fn outbox(plan: &Plan, numbers: &[usize]) -> Vec<(TypeId, Arc<EventType>, Option<BatchBuilder>)> {
    let mut streams: Vec<(TypeId, Arc<EventType>, Option<BatchBuilder>)> = Vec::new();
    for insert in numbers
        .iter()
        .filter_map(|n| plan.statements[*n].insert_into.as_ref())
    {
        let read_outside = plan
            .statements
            .iter()
            .enumerate()
            .any(|(n, s)| s.input.type_id == insert.target && !numbers.contains(&n));
        if read_outside && !streams.iter().any(|(stream, ..)| *stream == insert.target) {
            let event_type = Arc::clone(&plan.types[insert.target.0]);
            streams.push((insert.target, event_type, None));
        }
    }
    streams
}
