//! The machine: dispatch of events to units of statements, the clock, and `insert into`.
//!
//! Before an event of time t the clock goes to t, stopping at each instant at which a statement
//! wants to be called. What a statement inserts into a stream follows when all that was due or
//! sent at that moment is done. Units work one after the other on whole batches; a unit's output
//! is the input of those behind it, with the times at which it was posted.

use std::collections::BTreeMap;
use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Millis, Value};
use tachograph_plan::{Plan, TypeId};

use crate::fault::{Fault, FaultLog};
use crate::island::units;
use crate::output::Output;
use crate::route::Routes;
use crate::snapshot::{Deferred, Snapshot};
use crate::unit::UnitState;

/// Version of the saved form.
const STATE_VERSION: u32 = 3;

/// Batches on their way to the units that read their type.
pub(crate) type Mail = BTreeMap<TypeId, Vec<Arc<Batch>>>;

/// Which of the two evaluators a machine uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Whole columns wherever a statement has that form.
    Fastest,
    /// Row by row throughout: the slow and obvious twin.
    Rows,
}

/// The state of a plan.
#[derive(Debug)]
pub struct Machine {
    plan: Arc<Plan>,
    clock: Millis,
    units: Vec<UnitState>,
    /// Where each statement stands: unit, and place within it.
    places: Vec<(usize, usize)>,
    /// Streams that a statement inserts into.
    inserted: Vec<bool>,
    routes: Routes,
    /// Room for what statements send each other; empty between calls.
    mail: Mail,
}

impl Machine {
    /// An empty machine whose clock stands at `start`, in milliseconds.
    pub fn new(plan: Arc<Plan>, start: Millis) -> Machine {
        Machine::with_path(plan, start, Path::Fastest)
    }

    /// As `new`, with the choice of path: tests hold the two against each other.
    pub fn with_path(plan: Arc<Plan>, start: Millis, path: Path) -> Machine {
        let mut places = vec![(0, 0); plan.statements.len()];
        let mut inserted = vec![false; plan.types.len()];
        for insert in plan
            .statements
            .iter()
            .filter_map(|s| s.insert_into.as_ref())
        {
            inserted[insert.target.0] = true;
        }
        let mut states = Vec::new();
        let mut members = Vec::new();
        for (number, unit) in units(&plan).into_iter().enumerate() {
            for (place, statement) in unit.statements.iter().enumerate() {
                places[*statement] = (number, place);
            }
            states.push(UnitState::new(&plan, &unit.statements, start, path));
            members.push(unit.statements);
        }
        Machine {
            clock: start,
            routes: Routes::new(&plan, &states, &members),
            units: states,
            mail: Mail::new(),
            places,
            inserted,
            plan,
        }
    }

    /// The plan that the machine runs.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The clock, in milliseconds.
    pub fn clock(&self) -> Millis {
        self.clock
    }

    /// Takes a batch of events in; each row's time first moves the clock. Times must not fall.
    pub fn process(&mut self, type_id: TypeId, batch: &Arc<Batch>, out: &mut Output) {
        if self.inserted[type_id.0] && batch.len() > 1 {
            // Rows from outside and rows from statements meet: one at a time.
            for row in 0..batch.len() as u32 {
                self.process(type_id, &Arc::new(batch.take(&[row])), out);
            }
            return;
        }
        let Some(last) = batch.times().last().copied() else {
            return;
        };
        if self.inserted[type_id.0] {
            self.advance(last, out);
        }
        for &unit in self.routes.of(type_id) {
            self.units[unit].batch((type_id, batch), &mut self.mail, last, out);
        }
        if !self.mail.is_empty() {
            self.mail.clear();
        }
        self.routes.find(type_id, batch, out);
        self.clock = self.clock.max(last);
    }

    /// Moves the clock forward, stopping at each instant at which a statement wants to be
    /// called. A time in the past changes nothing.
    pub fn advance(&mut self, to: Millis, out: &mut Output) {
        let mut mail = Mail::new();
        for &unit in self.routes.timed() {
            self.units[unit].process(&mut mail, to, out);
        }
        self.clock = self.clock.max(to);
    }

    /// Moves the clock in one jump: what is due meanwhile is called once, at the new time.
    pub fn jump(&mut self, to: Millis, out: &mut Output) {
        let mut mail = Mail::new();
        for &unit in self.routes.timed() {
            self.units[unit].jump(&mut mail, to, out);
        }
        self.clock = to;
    }

    /// The earliest instant at which a statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.units.iter().filter_map(UnitState::due).min()
    }

    /// What iterating a statement gives: rows in the order of its columns.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, statement: usize) -> Result<Vec<Vec<Value>>, Fault> {
        let (unit, place) = self.places[statement];
        self.units[unit].iterate(place, self.clock)
    }

    /// Faults of a statement so far.
    pub fn faults(&self, statement: usize) -> &FaultLog {
        let (unit, place) = self.places[statement];
        self.units[unit].faults(place)
    }

    /// Shares the whole state with a snapshot, which any thread may write. Large states are
    /// shared by page, so the machine stands still for as long as its small ones take.
    pub fn snapshot(&mut self) -> Snapshot {
        let (clock, plan) = (self.clock, Arc::clone(&self.plan));
        self.units.iter_mut().for_each(|unit| unit.settle(clock));
        let head: Deferred = Box::new(move |to| {
            to.i64(clock);
            to.list(plan.statements.iter(), |to, s| to.str(&s.epl));
        });
        let units = self.units.iter_mut().map(UnitState::snapshot);
        Snapshot::new(STATE_VERSION, std::iter::once(head).chain(units).collect())
    }

    /// Saves the whole state as a framed, versioned record.
    pub fn save(&mut self) -> Vec<u8> {
        self.snapshot().encode()
    }

    /// Loads a saved state into a machine of the same plan.
    ///
    /// # Errors
    /// [`CodecError`] where the record is cut, altered, of another version or another plan.
    pub fn load(plan: Arc<Plan>, bytes: &[u8]) -> Result<Machine, CodecError> {
        Machine::load_with_path(plan, bytes, Path::Fastest)
    }

    /// As `load`, for a machine that was made with a choice of path.
    ///
    /// # Errors
    /// As `load`.
    pub fn load_with_path(
        plan: Arc<Plan>,
        bytes: &[u8],
        path: Path,
    ) -> Result<Machine, CodecError> {
        let (version, mut from) = Decoder::open(bytes)?;
        if version != STATE_VERSION {
            return Err(CodecError::Version(version));
        }
        let mut machine = Machine::with_path(plan, from.i64()?, path);
        let saved = from.list(Decoder::str)?;
        let mine = machine.plan.statements.iter().map(|s| s.epl.as_str());
        if !mine.eq(saved) {
            return Err(CodecError::Corrupt("the state belongs to other statements"));
        }
        machine
            .units
            .iter_mut()
            .try_for_each(|unit| unit.load(&mut from))?;
        Ok(machine)
    }
}
