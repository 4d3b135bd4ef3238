//! A statement that takes whole batches: projection, running groups, or a time batch by group.

use std::sync::Arc;

use tachograph_event::{
    Batch, CodecError, Column, ColumnBuilder, Decoder, Encoder, EventType, Millis, Origin, Type,
    Value,
};
use tachograph_plan::{ExprKind, Plan, Selector, Shape, Statement, Window};

use super::cells::{CellColumn, Cells};
use super::frame::Frame;
use super::interner::Interner;
use super::kernel;
use super::time_batch::TimeBatchState;
use crate::eval::{eval_all, holds};
use crate::fault::{Fault, FaultLog};
use crate::machine::Mail;
use crate::output::{Marks, Output, Posted};
use crate::snapshot::Deferred;

/// What a statement must be for the column path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Filter and projection of an unwindowed stream.
    Project,
    /// Groups of an unwindowed stream, a row an event.
    Running,
    /// Groups of a `#time_batch`.
    TimeBatch,
}

/// The form in which a statement can take whole batches, if any.
pub fn form(statement: &Statement) -> Option<Form> {
    let plain = statement.selector == Selector::IStream
        && statement
            .insert_into
            .as_ref()
            .is_none_or(|i| i.selector == Selector::IStream)
        && !statement.distinct
        && statement.order_by.is_empty()
        && statement.limit.is_none()
        && statement.output.is_none()
        && statement.aggregates.iter().all(Cells::fit)
        && !looks_back(statement);
    if !plain {
        return None;
    }
    match (statement.shape, statement.input.windows.as_slice()) {
        (Shape::RowForEach, []) => Some(Form::Project),
        (Shape::RowPerGroup, []) => Some(Form::Running),
        (
            Shape::RowPerGroup,
            [
                Window::TimeBatch {
                    force_update: false,
                    start_eager: false,
                    ..
                },
            ],
        ) if exact(statement) => Some(Form::TimeBatch),
        _ => None,
    }
}

fn looks_back(statement: &Statement) -> bool {
    let mut found = false;
    let filter = statement.input.filter.iter();
    for expr in statement.expressions().chain(filter) {
        expr.walk(&mut |e| {
            found |= matches!(
                e.kind,
                ExprKind::Prev(..) | ExprKind::Prior(..) | ExprKind::Event
            );
        });
    }
    found
}

/// Are all sums whole numbers, so that the order of adding and taking away leaves no trace?
fn exact(statement: &Statement) -> bool {
    let whole = |t: &Type| *t != Type::Double;
    let mut types = statement.aggregates.iter().flat_map(|a| a.argument_types());
    types.all(|t| whole(&t))
}

/// The state of a column statement.
#[derive(Debug)]
pub struct ColumnStatement {
    number: usize,
    plan: Arc<Statement>,
    form: Form,
    clock: Millis,
    groups: GroupTable,
    batch: Option<TimeBatchState>,
    /// Slots that the statement reads.
    slots: Vec<bool>,
    faults: FaultLog,
    /// The stream that this statement feeds, where another one reads it.
    feeds: Option<Arc<EventType>>,
}

/// Keys with the cells of every aggregate.
#[derive(Debug)]
pub struct GroupTable {
    /// Keys by number.
    pub interner: Interner,
    /// Cells by aggregate.
    pub cells: Vec<Cells>,
}

impl GroupTable {
    fn new(statement: &Statement) -> GroupTable {
        let types: Vec<_> = statement.group_by.iter().map(|k| k.ty.clone()).collect();
        GroupTable {
            interner: Interner::new(&types),
            cells: statement.aggregates.iter().map(Cells::new).collect(),
        }
    }

    fn grow(&mut self) {
        let slots = self.interner.slots();
        self.cells.iter_mut().for_each(|c| c.grow(slots));
    }

    /// Key columns of the named groups.
    pub fn keys(&self, statement: &Statement, groups: &[u32]) -> Vec<Column> {
        let mut builders: Vec<ColumnBuilder> = statement
            .group_by
            .iter()
            .map(|k| ColumnBuilder::new(&k.ty))
            .collect();
        for group in groups {
            let values = self.interner.values(*group);
            for (i, builder) in builders.iter_mut().enumerate() {
                builder.push(values.get(i).cloned().unwrap_or_default());
            }
        }
        builders.into_iter().map(ColumnBuilder::finish).collect()
    }
}

/// Rows of a batch after filter and `where`, with what grouping needs of them.
struct Grouped {
    times: Vec<Millis>,
    origins: Vec<Origin>,
    keys: Vec<Column>,
    groups: Vec<u32>,
    arguments: Vec<Option<Column>>,
}

impl ColumnStatement {
    /// The empty state of a statement that has a form.
    pub fn new(plan: &Plan, number: usize, form: Form, start: Millis) -> ColumnStatement {
        let statement = Arc::new(plan.statements[number].clone());
        let width = plan.types[statement.input.type_id.0].properties.len();
        let target = statement.insert_into.as_ref().map(|i| i.target);
        let batch = (form == Form::TimeBatch)
            .then(|| TimeBatchState::new(&statement.input.windows[0], start));
        ColumnStatement {
            number,
            form,
            clock: start,
            groups: GroupTable::new(&statement),
            batch,
            slots: crate::statement::slots(&statement, width),
            faults: FaultLog::default(),
            feeds: target
                .filter(|t| plan.statements.iter().any(|s| s.input.type_id == *t))
                .map(|t| Arc::clone(&plan.types[t.0])),
            plan: statement,
        }
    }

    /// When the statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.batch.as_ref().and_then(TimeBatchState::due)
    }

    /// Takes the mail for the statement in, moves its clock on, and adds its own mail.
    pub fn process(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        let batches = mail
            .get(&self.plan.input.type_id)
            .cloned()
            .unwrap_or_default();
        for batch in batches {
            match self.form {
                Form::Project => self.project(&batch, mail, out),
                Form::Running => self.running(&batch, mail, out),
                Form::TimeBatch => self.gather(&batch, mail, out),
            }
        }
        self.advance(to, mail, out);
    }

    /// As `process`, with the clock moved in one jump.
    pub fn jump(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        self.clock = to;
        if self.due().is_some_and(|due| due <= to) {
            self.fire(to, mail, out);
        }
        self.process(mail, to, out);
    }

    fn advance(&mut self, to: Millis, mail: &mut Mail, out: &mut Output) {
        while let Some(due) = self.due().filter(|due| *due <= to) {
            self.fire(due.max(self.clock), mail, out);
        }
        self.clock = self.clock.max(to);
    }

    /// The properties that the statement reads, for the rows named; others stay empty.
    fn properties(&self, batch: &Batch, rows: &[u32]) -> Vec<Column> {
        let all = rows.len() == batch.len();
        let column = |slot: usize| match (self.slots[slot], all) {
            (false, _) => Column::new(tachograph_event::ColumnData::Absent(0), None),
            (true, true) => batch.column(slot).clone(),
            (true, false) => batch.column(slot).take(rows),
        };
        (0..self.slots.len()).map(column).collect()
    }

    fn admitted(&mut self, batch: &Batch, first: usize, last: usize) -> Vec<u32> {
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            ..Frame::default()
        };
        let mut rows: Vec<u32> = (first as u32..last as u32).collect();
        if let Some(filter) = &self.plan.input.filter {
            kernel::filter(filter, &frame, &mut rows, &mut self.faults);
        }
        rows
    }

    fn refine(&mut self, batch: &Batch, rows: &mut Vec<u32>) {
        if let Some(condition) = &self.plan.where_clause {
            let frame = Frame {
                properties: batch.columns(),
                times: batch.times(),
                ..Frame::default()
            };
            kernel::filter(condition, &frame, rows, &mut self.faults);
        }
    }

    fn project(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let mut rows = self.admitted(batch, 0, batch.len());
        self.refine(batch, &mut rows);
        if let Some(having) = self.plan.having.clone() {
            let frame = Frame {
                properties: batch.columns(),
                times: batch.times(),
                ..Frame::default()
            };
            kernel::filter(&having, &frame, &mut rows, &mut self.faults);
        }
        if rows.is_empty() {
            return;
        }
        let properties = self.properties(batch, &rows);
        let pick = |r: &u32| *r as usize;
        let times: Vec<Millis> = rows.iter().map(|r| batch.times()[pick(r)]).collect();
        let origins = rows.iter().map(|r| batch.origins()[pick(r)]).collect();
        let frame = Frame {
            properties: &properties,
            times: &times,
            ..Frame::default()
        };
        self.select(&frame, origins, Marks::Each, mail, out);
    }

    /// Filters rows `first..last` and finds their groups.
    fn grouped(&mut self, batch: &Batch, mut rows: Vec<u32>) -> Grouped {
        self.refine(batch, &mut rows);
        loop {
            match self.try_grouped(batch, &rows) {
                Ok(grouped) => return grouped,
                Err((row, fault)) => {
                    self.faults.record(&fault);
                    rows.remove(row);
                }
            }
        }
    }

    fn try_grouped(&mut self, batch: &Batch, rows: &[u32]) -> Result<Grouped, (usize, Fault)> {
        let properties = self.properties(batch, rows);
        let pick = |r: &u32| *r as usize;
        let times: Vec<Millis> = rows.iter().map(|r| batch.times()[pick(r)]).collect();
        let frame = Frame {
            properties: &properties,
            times: &times,
            ..Frame::default()
        };
        let mut keys = Vec::new();
        for key in &self.plan.group_by {
            keys.push(kernel::column(key, &frame)?.into_owned());
        }
        let mut arguments = Vec::new();
        for call in &self.plan.aggregates {
            let argument = call.arguments.first();
            let column = argument.map(|a| kernel::column(a, &frame)).transpose()?;
            arguments.push(column.map(std::borrow::Cow::into_owned));
        }
        let mut groups = Vec::with_capacity(rows.len());
        self.groups.interner.intern(&keys, rows.len(), &mut groups);
        self.groups.grow();
        Ok(Grouped {
            origins: rows.iter().map(|r| batch.origins()[pick(r)]).collect(),
            times,
            keys,
            groups,
            arguments,
        })
    }

    fn running(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let rows = self.admitted(batch, 0, batch.len());
        let grouped = self.grouped(batch, rows);
        let mut aggregates = Vec::with_capacity(self.groups.cells.len());
        for (cells, argument) in self.groups.cells.iter_mut().zip(&grouped.arguments) {
            let mut after = CellColumn::new(cells);
            cells.enter(argument.as_ref(), &grouped.groups, Some(&mut after));
            aggregates.push(after.finish());
        }
        let frame = Frame {
            keys: &grouped.keys,
            aggregates: &aggregates,
            times: &grouped.times,
            ..Frame::default()
        };
        let mut rows: Vec<u32> = (0..frame.len() as u32).collect();
        if let Some(having) = &self.plan.having {
            kernel::filter(having, &frame, &mut rows, &mut self.faults);
        }
        if rows.len() == frame.len() {
            return self.select(&frame, grouped.origins, Marks::Each, mail, out);
        }
        let take =
            |columns: &[Column]| -> Vec<Column> { columns.iter().map(|c| c.take(&rows)).collect() };
        let (keys, aggregates) = (take(&grouped.keys), take(&aggregates));
        let times: Vec<Millis> = rows.iter().map(|r| grouped.times[*r as usize]).collect();
        let origins = rows.iter().map(|r| grouped.origins[*r as usize]).collect();
        let frame = Frame {
            keys: &keys,
            aggregates: &aggregates,
            times: &times,
            ..Frame::default()
        };
        self.select(&frame, origins, Marks::Each, mail, out);
    }

    fn gather(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let mut first = 0;
        while first < batch.len() {
            self.advance(batch.times()[first], mail, out);
            let last = match self.due() {
                None => first + 1,
                Some(due) => first + batch.times()[first..].partition_point(|t| *t < due),
            };
            let rows = self.admitted(batch, first, last);
            if let (Some(state), Some(row)) = (&mut self.batch, rows.first()) {
                state.arrive(batch.times()[*row as usize].max(self.clock));
            }
            let grouped = self.grouped(batch, rows);
            for (cells, argument) in self.groups.cells.iter_mut().zip(&grouped.arguments) {
                cells.enter(argument.as_ref(), &grouped.groups, None);
            }
            if let Some(state) = &mut self.batch {
                state.touch(&grouped.groups, self.groups.interner.slots());
            }
            first = last;
        }
    }

    fn fire(&mut self, now: Millis, mail: &mut Mail, out: &mut Output) {
        self.clock = now;
        let Some(mut state) = self.batch.take() else {
            return;
        };
        let groups = state.fire(now);
        if !groups.is_empty() {
            let shown: Vec<Column> = self.groups.cells.iter().map(|c| c.show(&groups)).collect();
            self.post_groups(&groups, &shown, now, mail, out);
            groups
                .iter()
                .for_each(|g| self.groups.cells.iter_mut().for_each(|c| c.clear(*g)));
            state.turn(&mut self.groups.interner, &shown);
        }
        self.batch = Some(state);
    }

    fn post_groups(
        &mut self,
        groups: &[u32],
        shown: &[Column],
        now: Millis,
        mail: &mut Mail,
        out: &mut Output,
    ) {
        let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
        if let Some(having) = self.plan.having.clone() {
            let by_key = names_keys(&having);
            let keys = if by_key {
                self.groups.keys(&self.plan, groups)
            } else {
                Vec::new()
            };
            let times = vec![now; groups.len()];
            let frame = Frame {
                keys: &keys,
                aggregates: shown,
                times: &times,
                ..Frame::default()
            };
            kernel::filter(&having, &frame, &mut rows, &mut self.faults);
        }
        let kept: Vec<u32> = rows.iter().map(|r| groups[*r as usize]).collect();
        let aggregates: Vec<Column> = shown.iter().map(|c| c.take(&rows)).collect();
        let keys = self.groups.keys(&self.plan, &kept);
        let times = vec![now; kept.len()];
        let frame = Frame {
            keys: &keys,
            aggregates: &aggregates,
            times: &times,
            ..Frame::default()
        };
        self.select(
            &frame,
            vec![Origin::default(); kept.len()],
            Marks::Once,
            mail,
            out,
        );
    }

    /// Makes the select columns and posts them.
    fn select(
        &mut self,
        frame: &Frame<'_>,
        origins: Vec<Origin>,
        marks: Marks,
        mail: &mut Mail,
        out: &mut Output,
    ) {
        if frame.is_empty() {
            return;
        }
        let select = self.plan.select.iter();
        let columns: Result<Vec<Column>, (usize, Fault)> = select
            .map(|expr| Ok(kernel::column(expr, frame)?.into_owned()))
            .collect();
        let columns = match columns {
            Ok(columns) => columns,
            Err((_, fault)) => return self.faults.record(&fault),
        };
        let times = frame.times.to_vec();
        let event_type = Arc::clone(&self.plan.output_type);
        let batch = Batch::new(event_type, times, origins, columns);
        self.insert(&batch, mail);
        out.post_columns(Posted::inserted(self.number, batch, marks));
    }

    /// Sends the rows on to the statements that read the stream they are inserted into.
    fn insert(&self, batch: &Batch, mail: &mut Mail) {
        let (Some(insert), Some(event_type)) = (&self.plan.insert_into, &self.feeds) else {
            return;
        };
        let columns = insert.columns.iter().zip(&event_type.properties);
        let columns = columns.map(|(source, property)| match source {
            Some(column) => batch.column(*column).clone(),
            None => nulls(&property.ty, batch.len()),
        });
        let inserted = Batch::new(
            Arc::clone(event_type),
            batch.times().to_vec(),
            batch.origins().to_vec(),
            columns.collect(),
        );
        mail.entry(insert.target)
            .or_default()
            .push(Arc::new(inserted));
    }

    /// What iterating gives: a row a group of an unwindowed stream; for a batch, of the groups
    /// of the gathering batch as they were posted last.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self) -> Result<Vec<Vec<Value>>, Fault> {
        let (groups, aggregates) = match self.form {
            Form::Project | Form::Running => return Ok(Vec::new()),
            Form::TimeBatch => match &self.batch {
                Some(state) => state.present(&self.groups.cells),
                None => return Ok(Vec::new()),
            },
        };
        let keys = self.groups.keys(&self.plan, &groups);
        let times = vec![self.clock; groups.len()];
        let frame = Frame {
            keys: &keys,
            aggregates: &aggregates,
            times: &times,
            ..Frame::default()
        };
        let rows = (0..groups.len()).filter_map(|row| self.present_row(&frame, row).transpose());
        rows.collect()
    }

    fn present_row(&self, frame: &Frame<'_>, row: usize) -> Result<Option<Vec<Value>>, Fault> {
        frame.with_scope(row, |scope| {
            let passes = holds(self.plan.having.as_ref(), scope)?;
            passes
                .then(|| eval_all(&self.plan.select, scope))
                .transpose()
        })
    }

    /// Faults so far.
    pub fn faults(&self) -> &FaultLog {
        &self.faults
    }

    /// Shares the state with a snapshot that another thread may write.
    pub fn snapshot(&mut self) -> Deferred {
        let mut head = Encoder::new();
        head.i64(self.clock);
        head.u64(self.faults.count);
        head.option(self.faults.last.as_deref(), Encoder::str);
        if let Some(state) = &self.batch {
            state.save(&mut head);
        }
        let keys = self.groups.interner.snapshot();
        let cells: Vec<_> = self.groups.cells.iter_mut().map(Cells::snapshot).collect();
        let head = head.into_bytes();
        Box::new(move |to: &mut Encoder| {
            to.bytes(&head);
            keys.save(to);
            cells.iter().for_each(|c| c.save(to));
        })
    }

    /// Reads the state into a new statement.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this statement's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let mut head = Decoder::new(from.bytes()?);
        self.clock = head.i64()?;
        self.faults.count = head.u64()?;
        self.faults.last = head.option(|d| Ok(d.str()?.to_string()))?;
        if let Some(state) = &mut self.batch {
            let types: Vec<Type> = self.plan.aggregates.iter().map(|a| a.ty.clone()).collect();
            state.load(&mut head, &types)?;
        }
        self.groups.interner.load(from)?;
        self.groups
            .cells
            .iter_mut()
            .try_for_each(|c| c.load(from))?;
        if let Some(state) = &mut self.batch {
            state.restore_flags(self.groups.interner.slots());
        }
        Ok(())
    }
}

fn names_keys(expr: &tachograph_plan::Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= matches!(e.kind, ExprKind::GroupKey(_)));
    found
}

fn nulls(ty: &Type, len: usize) -> Column {
    let mut builder = ColumnBuilder::new(ty);
    (0..len).for_each(|_| builder.push(Value::Null));
    builder.finish()
}
