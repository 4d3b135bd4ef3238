//! Statements that differ in one constant alone: an event finds those that want it by its value.
//!
//! Ten thousand rules `S(sym = 'a')`, `S(sym = 'b')`, … are one family: one look into a table of
//! the constants says which of them an event concerns, and what those select is made once for
//! all of them. State: scratch space only, for no member holds anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnBuilder, Type, Value};
use tachograph_plan::{CompareOp, Expr, ExprKind, Plan, Selector, Statement};

use super::form::{Form, form};
use super::frame::Frame;
use super::interner::{Interner, NONE};
use super::kernel;
use super::selected::Selected;
use crate::fault::FaultLog;
use crate::output::{Output, Parts};

/// Statements of one form over one stream.
#[derive(Debug)]
pub struct Family {
    slot: usize,
    /// What every member asks of an event besides.
    rest: Vec<Expr>,
    /// A member; all select the same.
    statement: Arc<Statement>,
    /// The properties that are selected, where nothing else is.
    plain: Option<Vec<usize>>,
    constants: Interner,
    /// By number of the constant: the members' statements.
    members: Vec<Vec<usize>>,
    /// Statements of all members.
    statements: Vec<usize>,
    /// Has each constant one member?
    alone: bool,
    scratch: Scratch,
}

/// Room to share the rows of a batch out by constant.
#[derive(Debug, Default)]
struct Scratch {
    /// By row: the number of its constant.
    numbers: Vec<u32>,
    /// By number: its rows so far, then the end of them in `rows`; 0 between batches.
    ends: Vec<u32>,
    /// Numbers in the order of their first rows.
    touched: Vec<u32>,
    /// Rows, by number in that order.
    rows: Vec<u32>,
}

/// What a member is, without its constant.
struct Trait {
    slot: usize,
    ty: Type,
    constant: Value,
    rest: Vec<Expr>,
}

/// Finds the families of a plan, each with its members' numbers.
pub fn families(plan: &Plan, alone: impl Fn(usize) -> bool) -> Vec<(usize, Family)> {
    let mut found: BTreeMap<String, (usize, Family)> = BTreeMap::new();
    for (number, statement) in plan.statements.iter().enumerate() {
        if !alone(number) {
            continue;
        }
        let Some(own) = of(statement) else { continue };
        let stream = statement.input.type_id.0;
        let name = format!(
            "{stream} {} {:?} {:?} {:?}",
            own.slot, own.rest, statement.select, statement.output_type.properties
        );
        let (_, family) = found
            .entry(name)
            .or_insert_with(|| (stream, Family::new(statement, &own)));
        family.add(number, &own);
    }
    found.into_values().collect()
}

fn of(statement: &Statement) -> Option<Trait> {
    let plain = form(statement) == Some(Form::Project)
        && statement.selector == Selector::IStream
        && statement.insert_into.is_none()
        && statement.having.is_none()
        && statement.select.iter().all(kernel::cannot_fault);
    if !plain {
        return None;
    }
    let mut parts = Vec::new();
    for condition in statement.input.filter.iter().chain(&statement.where_clause) {
        match &condition.kind {
            ExprKind::And(all) => parts.extend(all.iter()),
            _ => parts.push(condition),
        }
    }
    let place = parts.iter().position(|part| equality(part).is_some())?;
    let (slot, ty, constant) = equality(parts.remove(place))?;
    let rest: Vec<Expr> = parts.into_iter().cloned().collect();
    rest.iter().all(kernel::cannot_fault).then_some(Trait {
        slot,
        ty,
        constant,
        rest,
    })
}

/// `property = constant`, of one type.
fn equality(part: &Expr) -> Option<(usize, Type, Value)> {
    let ExprKind::Compare(CompareOp::Equal, left, right) = &part.kind else {
        return None;
    };
    let (property, constant) = match (&left.kind, &right.kind) {
        (ExprKind::Property(slot), ExprKind::Literal(value)) => ((*slot, &left.ty), value),
        (ExprKind::Literal(value), ExprKind::Property(slot)) => ((*slot, &right.ty), value),
        _ => return None,
    };
    let same = matches!(
        (property.1, constant),
        (Type::Str, Value::Str(_)) | (Type::Int, Value::Int(_)) | (Type::Long, Value::Long(_))
    );
    same.then(|| (property.0, property.1.clone(), constant.clone()))
}

impl Family {
    fn new(statement: &Statement, own: &Trait) -> Family {
        let property = |expr: &Expr| match expr.kind {
            ExprKind::Property(slot) => Some(slot),
            _ => None,
        };
        Family {
            plain: statement.select.iter().map(property).collect(),
            slot: own.slot,
            rest: own.rest.clone(),
            statement: Arc::new(statement.clone()),
            constants: Interner::new(std::slice::from_ref(&own.ty)),
            members: Vec::new(),
            statements: Vec::new(),
            alone: true,
            scratch: Scratch::default(),
        }
    }

    fn add(&mut self, statement: usize, own: &Trait) {
        let mut builder = ColumnBuilder::new(&own.ty);
        builder.push(own.constant.clone());
        let number = self.constants.number_at(&builder.finish(), 0) as usize;
        if self.members.len() <= number {
            self.members.resize(number + 1, Vec::new());
            self.scratch.ends.resize(number + 1, 0);
        }
        self.members[number].push(statement);
        self.alone &= self.members[number].len() == 1;
        self.statements.push(statement);
    }

    /// The statements of the family.
    pub fn statements(&self) -> &[usize] {
        &self.statements
    }

    /// Takes a batch in and posts what its members select.
    pub fn process(&mut self, batch: &Batch, out: &mut Output) {
        let wanted = self.find(batch);
        if wanted.is_empty() {
            return;
        }
        if batch.len() == 1 && self.plain.is_some() {
            return self.post_one(batch, out);
        }
        self.share_out(&wanted);
        let mut parts = out.parts();
        let repeated = self.name_parts(&mut parts);
        let rows = repeated.as_ref().unwrap_or(&self.scratch.rows);
        if let Some(selected) = selected(&self.statement, batch, rows) {
            out.post_parts(selected, parts);
        }
    }

    /// One event, without allocation: a posting for each member that wants it.
    fn post_one(&self, batch: &Batch, out: &mut Output) {
        let Some(slots) = &self.plain else {
            return;
        };
        for &statement in &self.members[self.scratch.numbers[0] as usize] {
            let mut posted = out.spare(statement, &self.statement.output_type);
            let columns = posted
                .inserted
                .set_one(batch.times()[0], batch.origins()[0]);
            for (column, slot) in columns.iter_mut().zip(slots) {
                column.set_one(batch.column(*slot), 0);
            }
            out.post_columns(posted);
        }
    }

    /// Rows that some member wants.
    fn find(&mut self, batch: &Batch) -> Selected {
        let numbers = &mut self.scratch.numbers;
        self.constants.find(batch.column(self.slot), numbers);
        let mut wanted = Selected::Range(0..batch.len());
        wanted.retain(|row| numbers[row] != NONE);
        for condition in &self.rest {
            // No part of the rest can fault.
            let faults = &mut FaultLog::default();
            wanted.keep(Some(condition), &Frame::of(batch), faults);
        }
        wanted
    }

    /// Sorts the rows by constant, in the order in which constants come first: counts them, makes
    /// room for each constant's, and puts them there.
    fn share_out(&mut self, wanted: &Selected) {
        let Scratch {
            numbers,
            ends,
            touched,
            rows,
        } = &mut self.scratch;
        touched.clear();
        wanted.for_each(|row| {
            let count = &mut ends[numbers[row] as usize];
            if *count == 0 {
                touched.push(numbers[row]);
            }
            *count += 1;
        });
        let mut start = 0;
        for number in touched.iter() {
            let count = &mut ends[*number as usize];
            start += std::mem::replace(count, start);
        }
        rows.clear();
        rows.resize(wanted.len(), 0);
        wanted.for_each(|row| {
            let end = &mut ends[numbers[row] as usize];
            rows[*end as usize] = row as u32;
            *end += 1;
        });
    }

    /// Names each member's part of the rows; gives them anew where several members share some.
    fn name_parts(&mut self, parts: &mut Parts) -> Option<Vec<u32>> {
        let (scratch, members) = (&mut self.scratch, &self.members);
        let mut repeated = (!self.alone).then(Vec::new);
        let mut start = 0;
        for number in &scratch.touched {
            let end = std::mem::take(&mut scratch.ends[*number as usize]) as usize;
            for member in &members[*number as usize] {
                let so_far = repeated.as_mut().map(|all| {
                    all.extend_from_slice(&scratch.rows[start..end]);
                    all.len()
                });
                parts.push((*member, so_far.unwrap_or(end)));
            }
            start = end;
        }
        repeated
    }
}

/// The select columns of some rows.
fn selected(statement: &Statement, batch: &Batch, rows: &[u32]) -> Option<Batch> {
    let times = batch.shared_times().take(rows);
    let origins = batch.shared_origins().take(rows);
    let mut columns: Vec<Column> = Vec::with_capacity(statement.select.len());
    let mut taken: Option<Batch> = None;
    for expr in &statement.select {
        columns.push(match &expr.kind {
            ExprKind::Property(slot) => batch.column(*slot).take(rows),
            _ => {
                let taken = taken.get_or_insert_with(|| batch.take(rows));
                let frame = Frame {
                    properties: taken.columns(),
                    times: &times,
                    origins: &origins,
                    ..Frame::default()
                };
                kernel::column(expr, &frame).ok()?.into_owned()
            }
        });
    }
    let event_type = Arc::clone(&statement.output_type);
    Some(Batch::new(event_type, times, origins, columns))
}
