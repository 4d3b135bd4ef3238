//! A unit at work: by column where its statement has that form, else by row.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::explain::Evaluator;
use tachograph_plan::{Plan, Statement, TypeId};

use crate::column::form::{Form, form};
use crate::column::statement::ColumnStatement;
use crate::fault::{Fault, FaultLog};
use crate::island::units;
use crate::machine::{Mail, Path};
use crate::output::Output;
use crate::rows::RowUnit;
use crate::snapshot::Deferred;

/// The state of a unit.
#[derive(Debug)]
pub enum UnitState {
    /// One statement, by column.
    Column(Box<ColumnStatement>),
    /// One or several, by row.
    Rows(RowUnit),
}

/// How a machine evaluates each statement of a plan.
pub fn evaluators(plan: &Plan) -> Vec<Evaluator> {
    let mut evaluators = vec![None; plan.statements.len()];
    for unit in units(plan) {
        for number in &unit.statements {
            evaluators[*number] = Some(match unit.statements.as_slice() {
                [_] => alone(&plan.statements[*number]),
                all => together(plan, all.iter().filter(|s| *s != number)),
            });
        }
    }
    let each = evaluators.into_iter();
    each.map(|e| e.expect("every statement is in a unit"))
        .collect()
}

fn alone(statement: &Statement) -> Evaluator {
    let form = form(statement);
    let words = match form {
        Some(Form::Project) => "by column, whole batches: filter and projection",
        Some(Form::Running) => "by column, whole batches: running aggregates of groups",
        Some(Form::Sliding) => "by column, whole batches: aggregates over a window that slides",
        Some(Form::Kept) => "by column, whole batches: a slot an event",
        Some(Form::Last) => "by column, whole batches: groups, shown when the interval ends",
        Some(Form::TimeBatch) => "by column, whole batches: aggregates of groups, an interval each",
        None => "row by row, whole batches",
    };
    Evaluator {
        words: words.into(),
        holds_events: form.is_none(),
    }
}

fn together<'a>(plan: &Plan, others: impl Iterator<Item = &'a usize>) -> Evaluator {
    let names: Vec<&str> = others.map(|s| plan.statements[*s].name.as_str()).collect();
    Evaluator {
        words: format!(
            "row by row, event by event together with {}",
            names.join(", ")
        ),
        holds_events: true,
    }
}

impl UnitState {
    /// The empty state of the statements with these numbers.
    pub fn new(plan: &Plan, numbers: &[usize], start: Millis, path: Path) -> UnitState {
        if let (Path::Fastest, [number]) = (path, numbers)
            && let Some(form) = form(&plan.statements[*number])
        {
            let statement = ColumnStatement::new(plan, *number, form, start);
            return UnitState::Column(Box::new(statement));
        }
        UnitState::Rows(RowUnit::new(plan, numbers, start))
    }

    /// May a statement of the unit ever want to be called by the clock?
    pub fn is_timed(&self) -> bool {
        match self {
            UnitState::Column(statement) => statement.is_timed(),
            UnitState::Rows(_) => true,
        }
    }

    /// The clock stands at `now`, and nothing was due since the unit was called last.
    pub fn settle(&mut self, now: Millis) {
        if let UnitState::Column(statement) = self {
            statement.settle(now);
        }
    }

    /// Takes a batch of a stream in that the unit may read, then does as `process`.
    pub fn batch(
        &mut self,
        (type_id, batch): (TypeId, &Arc<Batch>),
        mail: &mut Mail,
        to: Millis,
        out: &mut Output,
    ) {
        match self {
            UnitState::Column(statement) if statement.reads(type_id) => {
                statement.batch(batch, mail, out);
                statement.advance(to, mail, out);
            }
            _ => {
                let sent = mail.entry(type_id).or_default();
                if sent.is_empty() {
                    sent.push(Arc::clone(batch));
                }
                self.process(mail, to, out);
            }
        }
    }

    /// When a statement of the unit wants to be called.
    pub fn due(&self) -> Option<Millis> {
        match self {
            UnitState::Column(statement) => statement.due(),
            UnitState::Rows(unit) => unit.due(),
        }
    }

    /// Takes the mail for the unit in, moves its clock on, and adds its own mail.
    pub fn process(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        match self {
            UnitState::Column(statement) => statement.process(mail, to, out),
            UnitState::Rows(unit) => unit.process(mail, to, out),
        }
    }

    /// As `process`, with the clock moved in one jump, before what others insert at that moment.
    pub fn jump(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        match self {
            UnitState::Column(statement) => statement.jump(mail, to, out),
            UnitState::Rows(unit) => unit.jump(mail, to, out),
        }
    }

    /// What iterating a statement gives.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, place: usize, now: Millis) -> Result<Vec<Vec<Value>>, Fault> {
        match self {
            UnitState::Column(statement) => statement.iterate(now),
            UnitState::Rows(unit) => unit.iterate(place),
        }
    }

    /// Faults of a statement so far.
    pub fn faults(&self, place: usize) -> &FaultLog {
        match self {
            UnitState::Column(statement) => statement.faults(),
            UnitState::Rows(unit) => unit.faults(place),
        }
    }

    /// Shares the state with a snapshot.
    pub fn snapshot(&mut self) -> Deferred {
        match self {
            UnitState::Column(statement) => statement.snapshot(),
            UnitState::Rows(unit) => {
                let mut bytes = Encoder::new();
                unit.save(&mut bytes);
                let bytes = bytes.into_bytes();
                Box::new(move |to| to.raw(&bytes))
            }
        }
    }

    /// Reads the state into a new unit.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this unit's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        match self {
            UnitState::Column(statement) => statement.load(from),
            UnitState::Rows(unit) => unit.load(from),
        }
    }
}
