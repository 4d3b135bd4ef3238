//! What a statement has in every form: its plan, its clock, its groups, its faults; and how it
//! sees the rows of a batch.

use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnData, EventType, Millis};
use tachograph_plan::{Expr, Plan, Statement};

use super::frame::Frame;
use super::groups::GroupTable;
use super::kernel;
use crate::fault::FaultLog;
use crate::machine::Mail;
use crate::output::Output;

/// Where rows go.
#[derive(Debug)]
pub struct Sink<'a> {
    /// To the statements that read what this one inserts.
    pub(crate) mail: &'a mut Mail,
    /// Out of the machine.
    pub out: &'a mut Output,
}

/// The part of a column statement that is the same in every form.
#[derive(Debug)]
pub struct Base {
    /// The statement's number in the plan.
    pub number: usize,
    /// The statement.
    pub plan: Arc<Statement>,
    /// The instant up to which it has seen everything.
    pub clock: Millis,
    /// Its groups.
    pub groups: GroupTable,
    /// Its faults so far.
    pub faults: FaultLog,
    /// The stream that this statement feeds, where another one reads it.
    pub feeds: Option<Arc<EventType>>,
    /// Slots that the statement reads.
    slots: Vec<bool>,
}

impl Base {
    /// The empty state of a statement of a plan.
    pub fn new(plan: &Plan, number: usize, start: Millis) -> Base {
        let statement = Arc::new(plan.statements[number].clone());
        let width = plan.types[statement.input.type_id.0].properties.len();
        let target = statement.insert_into.as_ref().map(|i| i.target);
        let is_read = |t: &_| plan.statements.iter().any(|s| s.input.type_id == *t);
        Base {
            number,
            clock: start,
            groups: GroupTable::new(&statement),
            faults: FaultLog::default(),
            feeds: target.filter(is_read).map(|t| Arc::clone(&plan.types[t.0])),
            slots: crate::statement::slots(&statement, width),
            plan: statement,
        }
    }

    /// Rows `first..last` that the filter lets in.
    pub fn admitted(&mut self, batch: &Batch, first: usize, last: usize) -> Vec<u32> {
        let mut rows: Vec<u32> = (first as u32..last as u32).collect();
        let filter = self.plan.input.filter.as_ref();
        keep(filter, batch, &mut rows, &mut self.faults);
        rows
    }

    /// Keeps the rows that `where` accepts.
    pub fn refine(&mut self, batch: &Batch, rows: &mut Vec<u32>) {
        let condition = self.plan.where_clause.as_ref();
        keep(condition, batch, rows, &mut self.faults);
    }

    /// The properties that the statement reads, for the rows named; others stay empty.
    pub fn properties(&self, batch: &Batch, rows: &[u32]) -> Vec<Column> {
        let all = rows.len() == batch.len();
        let column = |slot: usize| match (self.slots[slot], all) {
            (false, _) => Column::new(ColumnData::Absent(0), None),
            (true, true) => batch.column(slot).clone(),
            (true, false) => batch.column(slot).take(rows),
        };
        (0..self.slots.len()).map(column).collect()
    }
}

fn keep(condition: Option<&Expr>, batch: &Batch, rows: &mut Vec<u32>, faults: &mut FaultLog) {
    if let Some(condition) = condition {
        kernel::filter(condition, &Frame::of(batch), rows, faults);
    }
}
