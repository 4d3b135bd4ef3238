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
use super::interner::Interner;
use super::kernel;
use crate::fault::FaultLog;
use crate::output::Output;

/// No member.
const NONE: u32 = u32::MAX;

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
    /// By number of the constant: its members.
    members: Vec<Vec<u32>>,
    /// By member: its statement.
    statements: Vec<usize>,
    scratch: Scratch,
}

/// Lists of rows by member, threaded through one vector.
#[derive(Debug, Default)]
struct Scratch {
    numbers: Vec<u32>,
    candidates: Vec<u32>,
    heads: Vec<u32>,
    tails: Vec<u32>,
    touched: Vec<u32>,
    links: Vec<(u32, u32)>,
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
            scratch: Scratch::default(),
        }
    }

    fn add(&mut self, statement: usize, own: &Trait) {
        let mut builder = ColumnBuilder::new(&own.ty);
        builder.push(own.constant.clone());
        let mut number = Vec::new();
        self.constants.intern(&[builder.finish()], 1, &mut number);
        let number = number[0] as usize;
        if self.members.len() <= number {
            self.members.resize(number + 1, Vec::new());
        }
        self.members[number].push(self.statements.len() as u32);
        self.statements.push(statement);
        self.scratch.heads.push(NONE);
        self.scratch.tails.push(NONE);
    }

    /// The statements of the family.
    pub fn statements(&self) -> &[usize] {
        &self.statements
    }

    /// Takes a batch in and posts what its members select.
    pub fn process(&mut self, batch: &Batch, out: &mut Output) {
        self.find(batch);
        if batch.len() == 1 && self.plain.is_some() {
            return self.post_one(batch, out);
        }
        self.share_out();
        let scratch = &mut self.scratch;
        if scratch.touched.is_empty() {
            return;
        }
        scratch.rows.clear();
        let mut parts = out.parts();
        for member in scratch.touched.drain(..) {
            let mut at = std::mem::replace(&mut scratch.heads[member as usize], NONE);
            while at != NONE {
                let (row, next) = scratch.links[at as usize];
                scratch.rows.push(row);
                at = next;
            }
            parts.push((self.statements[member as usize], scratch.rows.len()));
        }
        if let Some(selected) = selected(&self.statement, batch, &self.scratch.rows) {
            out.post_parts(selected, parts);
        }
    }

    /// One event, without allocation: a posting for each member that wants it.
    fn post_one(&self, batch: &Batch, out: &mut Output) {
        let (Some(slots), [_]) = (&self.plain, self.scratch.candidates.as_slice()) else {
            return;
        };
        for &member in &self.members[self.scratch.numbers[0] as usize] {
            let statement = self.statements[member as usize];
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
    fn find(&mut self, batch: &Batch) {
        let Scratch {
            numbers,
            candidates,
            ..
        } = &mut self.scratch;
        self.constants.find(batch.column(self.slot), numbers);
        candidates.clear();
        let known = numbers.iter().enumerate().filter(|(_, n)| **n != NONE);
        candidates.extend(known.map(|(row, _)| row as u32));
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        };
        for condition in &self.rest {
            // No part of the rest can fault.
            kernel::filter(condition, &frame, candidates, &mut FaultLog::default());
        }
    }

    /// Threads the rows into a list for each member.
    fn share_out(&mut self) {
        let scratch = &mut self.scratch;
        scratch.links.clear();
        for &row in &scratch.candidates {
            let number = scratch.numbers[row as usize];
            for &member in &self.members[number as usize] {
                let link = scratch.links.len() as u32;
                scratch.links.push((row, NONE));
                let tail = std::mem::replace(&mut scratch.tails[member as usize], link);
                let head = &mut scratch.heads[member as usize];
                if *head == NONE {
                    *head = link;
                    scratch.touched.push(member);
                } else {
                    scratch.links[tail as usize].1 = link;
                }
            }
        }
    }
}

/// The select columns of some rows.
fn selected(statement: &Statement, batch: &Batch, rows: &[u32]) -> Option<Batch> {
    let pick = |r: &u32| *r as usize;
    let times: Vec<_> = rows.iter().map(|r| batch.times()[pick(r)]).collect();
    let origins: Vec<_> = rows.iter().map(|r| batch.origins()[pick(r)]).collect();
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
