//! What a statement has in every form: its plan, its clock, its groups, its faults; and how it
//! sees the rows of a batch.

use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, Column, ColumnData, EventType, Millis};
use tachograph_plan::{Plan, Statement};

use super::frame::Frame;
use super::groups::GroupTable;
use super::selected::Selected;
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
    /// No row of what it posts, to be shared.
    pub nothing: Batch,
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
            nothing: BatchBuilder::new(Arc::clone(&statement.output_type)).finish(),
            slots: crate::statement::slots(&statement, width),
            plan: statement,
        }
    }

    /// Rows `first..last` that the filter lets in.
    pub fn admitted(&mut self, batch: &Batch, first: usize, last: usize) -> Selected {
        let mut rows = Selected::Range(first..last);
        let filter = self.plan.input.filter.as_ref();
        rows.keep(filter, &Frame::of(batch), &mut self.faults);
        rows
    }

    /// Keeps the rows that `where` accepts.
    pub fn refine(&mut self, batch: &Batch, rows: &mut Selected) {
        let condition = self.plan.where_clause.as_ref();
        rows.keep(condition, &Frame::of(batch), &mut self.faults);
    }

    /// The properties that the statement reads, for the rows named; others stay empty.
    pub fn properties(&self, batch: &Batch, rows: &Selected) -> Vec<Column> {
        let column = |(slot, is_read): (usize, &bool)| match is_read {
            false => Column::new(ColumnData::Absent(0), None),
            true => rows.of_column(batch.column(slot)),
        };
        self.slots.iter().enumerate().map(column).collect()
    }
}
