//! A statement that takes whole batches: projection, running groups, or a time batch by group.

use std::sync::Arc;

use tachograph_event::{
    Batch, BatchBuilder, CodecError, Column, ColumnBuilder, ColumnData, Decoder, Encoder,
    EventType, Millis, Origin, Type, Value,
};
use tachograph_plan::{
    Every, ExprKind, OutputKind, OutputLimit, Period, Plan, Selector, Shape, Statement, TypeId,
    Window,
};

use super::cells::{CellColumn, Cells};
use super::frame::Frame;
use super::interner::Interner;
use super::kept::Kept;
use super::kernel;
use super::last::LastState;
use super::single::{Single, Source};
use super::sliding::{Sliding, distinct};
use super::time_batch::TimeBatchState;
use crate::eval::{eval_all, holds};
use crate::fault::{Fault, FaultLog};
use crate::machine::Mail;
use crate::output::{Mark, Marks, Output, Posted};
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
    /// Aggregates over a window that slides.
    Sliding,
    /// Rows of a window that keeps a slot an event, both streams.
    Kept,
    /// Groups of an unwindowed stream, shown by `output last every`.
    Last,
}

/// The form in which a statement can take whole batches, if any.
pub fn form(statement: &Statement) -> Option<Form> {
    let plain = !statement.distinct
        && statement.order_by.is_empty()
        && statement.limit.is_none()
        && statement.aggregates.iter().all(Cells::fit)
        && !looks_back(statement);
    let inserts = |s: Selector| s == Selector::IStream;
    let new_alone = inserts(statement.selector)
        && (statement.insert_into.as_ref()).is_none_or(|i| inserts(i.selector));
    match (plain, new_alone) {
        (false, _) => None,
        (true, true) => form_of_new(statement),
        (true, false) => is_kept(statement).then_some(Form::Kept),
    }
}

/// The form of a statement that posts its insert stream alone.
fn form_of_new(statement: &Statement) -> Option<Form> {
    use Shape::*;
    if statement.output.is_some() {
        return last_every(statement).map(|_| Form::Last);
    }
    match (statement.shape, statement.input.windows.as_slice()) {
        (RowForEach, []) => Some(Form::Project),
        (_, []) => Some(Form::Running),
        (
            RowPerGroup,
            [
                Window::TimeBatch {
                    force_update: false,
                    start_eager: false,
                    ..
                },
            ],
        ) if exact(statement) => Some(Form::TimeBatch),
        (RowPerGroup | RowForAll, [window]) if slides(statement, window) => Some(Form::Sliding),
        (RowForEach, _) => is_kept(statement).then_some(Form::Kept),
        _ => None,
    }
}

/// Is the statement a plain look at a window that keeps a slot an event?
fn is_kept(statement: &Statement) -> bool {
    statement.shape == Shape::RowForEach
        && statement.selector != Selector::RStream
        && statement.output.is_none()
        && statement.insert_into.is_none()
        && statement.where_clause.is_none()
        && statement.having.is_none()
        && Kept::fits(statement)
}

/// A leaving row is not looked at again: nothing of it may fault, and `where` has let it in.
fn slides(statement: &Statement, window: &Window) -> bool {
    let arguments = statement.aggregates.iter().flat_map(|a| &a.arguments);
    let mut looked_at = statement.group_by.iter().chain(arguments);
    Sliding::fits(window)
        && looked_at.all(|e| kernel::cannot_fault(e) && kernel::is_fixed(e))
        && (statement.where_clause.is_none() || matches!(window, Window::Time(_)))
}

/// The interval of an `output last every` that groups can be shown by.
fn last_every(statement: &Statement) -> Option<Period> {
    let plain = statement.shape == Shape::RowPerGroup
        && statement.input.windows.is_empty()
        && statement.having.is_none();
    match statement.output {
        Some(OutputLimit {
            kind: OutputKind::Last,
            every: Some(Every::Time(period)),
            after: None,
        }) if plain => Some(period),
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
    sliding: Option<Sliding>,
    kept: Option<Kept>,
    last: Option<LastState>,
    /// Slots that the statement reads.
    slots: Vec<bool>,
    faults: FaultLog,
    single: Option<Single>,
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
        let mut cells: Vec<Cells> = statement.aggregates.iter().map(Cells::new).collect();
        if types.is_empty() {
            cells.iter_mut().for_each(|c| c.grow(1));
        }
        GroupTable {
            interner: Interner::new(&types),
            cells,
        }
    }

    /// The number of each row's group; without keys there is one group.
    fn number(&mut self, keys: &[Column], rows: usize) -> Vec<u32> {
        let mut groups = Vec::with_capacity(rows);
        if keys.is_empty() {
            groups.resize(rows, 0);
            self.cells.iter_mut().for_each(|c| c.grow(1));
        } else {
            self.interner.intern(keys, rows, &mut groups);
            self.grow();
        }
        groups
    }

    /// Numbers of groups lie below it.
    fn slots(&self) -> usize {
        self.interner.slots().max(1)
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
        if builders.is_empty() {
            return Vec::new();
        }
        if let Some(text) = self.interner.texts(groups) {
            return vec![text];
        }
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
    properties: Vec<Column>,
    times: Vec<Millis>,
    origins: Vec<Origin>,
    keys: Vec<Column>,
    groups: Vec<u32>,
    arguments: Vec<Option<Column>>,
}

/// Rows on their way to `having` and `select`.
struct RowsMade {
    properties: Vec<Column>,
    keys: Vec<Column>,
    aggregates: Vec<Column>,
    times: Vec<Millis>,
    origins: Vec<Origin>,
}

impl RowsMade {
    fn frame(&self) -> Frame<'_> {
        Frame {
            properties: &self.properties,
            keys: &self.keys,
            aggregates: &self.aggregates,
            times: &self.times,
            origins: &self.origins,
        }
    }

    fn take(&self, rows: &[u32]) -> RowsMade {
        let take = |columns: &[Column]| -> Vec<Column> {
            let taken = columns.iter().map(|c| match c.data() {
                ColumnData::Absent(_) => Column::new(ColumnData::Absent(rows.len()), None),
                _ => c.take(rows),
            });
            taken.collect()
        };
        RowsMade {
            properties: take(&self.properties),
            keys: take(&self.keys),
            aggregates: take(&self.aggregates),
            times: rows.iter().map(|r| self.times[*r as usize]).collect(),
            origins: rows.iter().map(|r| self.origins[*r as usize]).collect(),
        }
    }
}

/// Marks when only some rows stay: a posting without a row is none.
fn thinned(marks: Marks, rows: &[u32]) -> Marks {
    let Marks::At(marks) = marks else {
        return marks;
    };
    let mut left: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        let inserted = rows.partition_point(|row| (*row as usize) < mark.inserted);
        if left.last().map_or(0, |last| last.inserted) < inserted {
            left.push(Mark {
                inserted,
                removed: 0,
            });
        }
    }
    Marks::At(left)
}

impl ColumnStatement {
    /// The empty state of a statement that has a form.
    pub fn new(plan: &Plan, number: usize, form: Form, start: Millis) -> ColumnStatement {
        let statement = Arc::new(plan.statements[number].clone());
        let width = plan.types[statement.input.type_id.0].properties.len();
        let target = statement.insert_into.as_ref().map(|i| i.target);
        let batch = (form == Form::TimeBatch)
            .then(|| TimeBatchState::new(&statement.input.windows[0], start));
        let groups = GroupTable::new(&statement);
        let sliding = (form == Form::Sliding).then(|| {
            let wants: Vec<bool> = groups.cells.iter().map(Cells::wants_values).collect();
            Sliding::new(&statement.input.windows[0], &statement.aggregates, &wants)
        });
        ColumnStatement {
            number,
            form,
            clock: start,
            groups,
            batch,
            sliding,
            kept: (form == Form::Kept).then(|| Kept::new(&statement)),
            last: last_every(&statement)
                .filter(|_| form == Form::Last)
                .map(LastState::new),
            slots: crate::statement::slots(&statement, width),
            faults: FaultLog::default(),
            single: Single::new(&statement, form),
            feeds: target
                .filter(|t| plan.statements.iter().any(|s| s.input.type_id == *t))
                .map(|t| Arc::clone(&plan.types[t.0])),
            plan: statement,
        }
    }

    /// When the statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        let batch = self.batch.as_ref().and_then(TimeBatchState::due);
        let sliding = self.sliding.as_ref().and_then(Sliding::due);
        let last = self.last.as_ref().and_then(LastState::due);
        batch.or(sliding).or(last)
    }

    /// Takes the mail for the statement in, moves its clock on, and adds its own mail.
    pub fn process(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        let sent = mail.get(&self.plan.input.type_id).map_or(0, Vec::len);
        for number in 0..sent {
            let batch = Arc::clone(&mail[&self.plan.input.type_id][number]);
            self.batch(&batch, mail, out);
        }
        self.advance(to, mail, out);
    }

    /// Takes one batch in.
    pub fn batch(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        if batch.len() == 1 && self.one(batch, mail, out) {
            return;
        }
        match self.form {
            Form::Project => self.project(batch, mail, out),
            Form::Running => self.running(batch, mail, out),
            Form::TimeBatch => self.gather(batch, mail, out),
            Form::Sliding => self.slide(batch, mail, out),
            Form::Kept => self.keep(batch, out),
            Form::Last => self.pace(batch, mail, out),
        }
    }

    /// One event, without allocation; false where the statement has no such form. It does what
    /// the way of many events does, which stays as its twin.
    fn one(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) -> bool {
        if self.single.is_none() || self.feeds.is_some() {
            return false;
        }
        let time = batch.times()[0];
        if self.due().is_some_and(|due| due <= time) {
            self.advance(time, mail, out);
        }
        let Some(mut single) = self.single.take() else {
            return false;
        };
        let done = self.one_with(&mut single, batch, out);
        self.single = Some(single);
        done
    }

    fn one_with(&mut self, single: &mut Single, batch: &Batch, out: &mut Output) -> bool {
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        };
        single.rows.clear();
        single.rows.push(0);
        if let Some(filter) = &self.plan.input.filter {
            kernel::filter(filter, &frame, &mut single.rows, &mut self.faults);
        }
        if single.rows.is_empty() {
            return true;
        }
        let time = batch.times()[0];
        // The interval of a batch begins with an event that `where` may still refuse.
        if let Some(state) = &mut self.batch {
            state.arrive(time.max(self.clock));
        }
        if let Some(condition) = &self.plan.where_clause {
            kernel::filter(condition, &frame, &mut single.rows, &mut self.faults);
        }
        if single.rows.is_empty() {
            return true;
        }
        match self.form {
            Form::Project => {
                self.post_one(single, batch, out);
                return true;
            }
            Form::Kept => return self.keep_one(single, batch, out),
            _ => {}
        }
        let group = match single.key {
            Some(slot) => self.groups.interner.number_at(batch.column(slot), 0),
            None => 0,
        };
        self.groups.grow();
        let slots = self.groups.slots();
        let argument = |slot: &Option<usize>| slot.map(|slot| batch.column(slot));
        let cells = self.groups.cells.iter_mut().zip(&single.arguments);
        cells.for_each(|(cells, slot)| cells.enter(argument(slot), &[group], None));
        match self.form {
            Form::TimeBatch => {
                if let Some(state) = &mut self.batch {
                    state.touch(&[group], slots);
                }
                return true;
            }
            Form::Last => {
                if let Some(state) = &mut self.last {
                    state.arrive(time);
                    state.touch(&[group], slots);
                }
                return true;
            }
            Form::Sliding => {
                let Some(mut ring) = self.sliding.take() else {
                    return true;
                };
                let arguments = single.arguments.iter().map(argument);
                let entering = ring.enter(&[time], &[group], arguments, slots);
                let left = ring.pushed_out(entering.start);
                let other = left.map(|row| ring.groups()[row]).filter(|g| *g != group);
                if let Some(row) = left {
                    for (i, cells) in self.groups.cells.iter_mut().enumerate() {
                        cells.drop_rows(ring.groups(), ring.arguments(i), row..row + 1);
                    }
                }
                self.show_one(single, group, batch, out, other);
                let surplus = ring.surplus();
                self.let_go(&mut ring, surplus);
                self.sliding = Some(ring);
                return true;
            }
            _ => {}
        }
        self.show_one(single, group, batch, out, None);
        true
    }

    /// Posts the row of a group, and that of the group of the event that was pushed out.
    fn show_one(
        &mut self,
        single: &mut Single,
        group: u32,
        batch: &Batch,
        out: &mut Output,
        other: Option<u32>,
    ) {
        if let (Some(other), Shape::RowPerGroup) = (other, self.plan.shape) {
            let groups = [group, other];
            let cells = self.groups.cells.iter();
            let made = RowsMade {
                properties: Vec::new(),
                keys: self.groups.keys(&self.plan, &groups),
                aggregates: cells.map(|c| c.show(&groups)).collect(),
                times: vec![batch.times()[0]; 2],
                origins: vec![batch.origins()[0]; 2],
            };
            // Nobody reads what this statement posts: `one` is not called otherwise.
            return self.post(made, Marks::Once, &mut Mail::new(), out);
        }
        let cells = self.groups.cells.iter().zip(&mut single.aggregates);
        cells.for_each(|(cells, column)| cells.show_one(group, column));
        if let Some(having) = &self.plan.having {
            let keys = single.key.map(|slot| batch.columns()[slot..=slot].as_ref());
            let frame = Frame {
                properties: batch.columns(),
                keys: keys.unwrap_or_default(),
                aggregates: &single.aggregates,
                times: batch.times(),
                origins: batch.origins(),
            };
            kernel::filter(having, &frame, &mut single.rows, &mut self.faults);
        }
        if !single.rows.is_empty() {
            self.post_one(single, batch, out);
        }
    }

    fn keep_one(&mut self, single: &Single, batch: &Batch, out: &mut Output) -> bool {
        let (Some(kept), Selector::IRStream) = (&mut self.kept, self.plan.selector) else {
            return false;
        };
        let mut posted = out.spare(self.number, &self.plan.output_type);
        let window = &self.plan.input.windows[0];
        let removed = match kept.arrive_one(window, batch, &single.select, &mut posted.removed) {
            Ok(removed) => removed,
            Err(fault) => {
                self.faults.record(&fault);
                return true;
            }
        };
        if !removed {
            posted.removed = BatchBuilder::new(Arc::clone(&self.plan.output_type)).finish();
        }
        let columns = posted
            .inserted
            .set_one(batch.times()[0], batch.origins()[0]);
        for (column, source) in columns.iter_mut().zip(&single.select) {
            if let Source::Property(slot) = source {
                column.set_one(batch.column(*slot), 0);
            }
        }
        posted.marks = Marks::Once;
        out.post_columns(posted);
        true
    }

    fn post_one(&self, single: &Single, batch: &Batch, out: &mut Output) {
        let mut posted = out.spare(self.number, &self.plan.output_type);
        let columns = posted
            .inserted
            .set_one(batch.times()[0], batch.origins()[0]);
        for (column, source) in columns.iter_mut().zip(&single.select) {
            match source {
                Source::Property(slot) => column.set_one(batch.column(*slot), 0),
                Source::Aggregate(i) => column.set_one(&single.aggregates[*i], 0),
            }
        }
        posted.marks = Marks::Each;
        out.post_columns(posted);
    }

    /// Does the statement read a stream?
    pub fn reads(&self, stream: TypeId) -> bool {
        self.plan.input.type_id == stream
    }

    /// May the statement ever want to be called by the clock?
    pub fn is_timed(&self) -> bool {
        matches!(self.form, Form::TimeBatch | Form::Last)
            || matches!(self.plan.input.windows.as_slice(), [Window::Time(_)])
    }

    /// The clock stands at `now`, and nothing was due meanwhile.
    pub fn settle(&mut self, now: Millis) {
        self.clock = now;
    }

    /// As `process`, with the clock moved in one jump.
    pub fn jump(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        self.clock = to;
        if self.due().is_some_and(|due| due <= to) {
            self.fire(to, mail, out);
        }
        self.process(mail, to, out);
    }

    /// Moves the clock on, stopping at each instant at which the statement wants to be called.
    pub fn advance(&mut self, to: Millis, mail: &mut Mail, out: &mut Output) {
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
        let groups = self.groups.number(&keys, rows.len());
        Ok(Grouped {
            properties,
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
        let rows = RowsMade {
            properties: grouped.properties,
            keys: grouped.keys,
            aggregates,
            times: grouped.times,
            origins: grouped.origins,
        };
        self.post(rows, Marks::Each, mail, out);
    }

    /// Posts the rows that `having` accepts.
    fn post(&mut self, made: RowsMade, marks: Marks, mail: &mut Mail, out: &mut Output) {
        let frame = made.frame();
        let mut rows: Vec<u32> = (0..frame.len() as u32).collect();
        if let Some(having) = &self.plan.having {
            kernel::filter(having, &frame, &mut rows, &mut self.faults);
        }
        if rows.len() == made.times.len() {
            return self.select(&made.frame(), made.origins.clone(), marks, mail, out);
        }
        let marks = thinned(marks, &rows);
        let kept = made.take(&rows);
        self.select(&kept.frame(), kept.origins.clone(), marks, mail, out);
    }

    fn slide(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let Some(mut ring) = self.sliding.take() else {
            return;
        };
        let mut first = 0;
        while first < batch.len() {
            let time = batch.times()[first];
            self.sliding = Some(ring);
            self.advance(time, mail, out);
            ring = match self.sliding.take() {
                Some(ring) => ring,
                None => return,
            };
            let times = &batch.times()[first..];
            let last = match ring.due_with(time) {
                None => batch.len(),
                Some(due) => first + times.partition_point(|t| *t < due).max(1),
            };
            let rows = self.admitted(batch, first, last);
            let grouped = self.grouped(batch, rows);
            self.slide_rows(&mut ring, grouped, mail, out);
            first = last;
        }
        self.sliding = Some(ring);
    }

    /// Rows enter, each pushing out another where a number of rows is the bound.
    fn slide_rows(
        &mut self,
        ring: &mut Sliding,
        grouped: Grouped,
        mail: &mut Mail,
        out: &mut Output,
    ) {
        let slots = self.groups.slots();
        let times = &grouped.times;
        let arguments = grouped.arguments.iter().map(Option::as_ref);
        let entering = ring.enter(times, &grouped.groups, arguments, slots);
        let both = self.plan.shape == Shape::RowPerGroup;
        let mut aggregates = Vec::with_capacity(self.groups.cells.len());
        for (i, cells) in self.groups.cells.iter_mut().enumerate() {
            let mut after = CellColumn::new(cells);
            let leaving = |row| ring.pushed_out(row);
            let arguments = ring.arguments(i);
            cells.slide(
                ring.groups(),
                arguments,
                entering.clone(),
                leaving,
                both,
                &mut after,
            );
            aggregates.push(after.finish());
        }
        let made = match both {
            true => self.rows_of_groups(ring, entering, &grouped, aggregates),
            false => (
                RowsMade {
                    properties: grouped.properties,
                    keys: grouped.keys,
                    aggregates,
                    times: grouped.times,
                    origins: grouped.origins,
                },
                Marks::Each,
            ),
        };
        let surplus = ring.surplus();
        self.let_go(ring, surplus);
        self.post(made.0, made.1, mail, out);
    }

    /// The rows of entering events' groups, each followed by that of the group of the event that
    /// it pushed out.
    fn rows_of_groups(
        &mut self,
        ring: &Sliding,
        entering: std::ops::Range<usize>,
        grouped: &Grouped,
        aggregates: Vec<Column>,
    ) -> (RowsMade, Marks) {
        let all = ring.groups();
        let other = |row: usize| {
            let left = ring.pushed_out(row).map(|left| all[left]);
            left.filter(|group| *group != all[row])
        };
        if entering.clone().all(|row| other(row).is_none()) {
            let rows = RowsMade {
                properties: Vec::new(),
                keys: grouped.keys.clone(),
                aggregates,
                times: grouped.times.clone(),
                origins: grouped.origins.clone(),
            };
            return (rows, Marks::Each);
        }
        let (mut groups, mut times, mut origins) = (Vec::new(), Vec::new(), Vec::new());
        let mut marks = Vec::with_capacity(grouped.times.len());
        for (i, row) in entering.enumerate() {
            groups.push(all[row]);
            groups.extend(other(row));
            times.resize(groups.len(), grouped.times[i]);
            origins.resize(groups.len(), grouped.origins[i]);
            marks.push(Mark {
                inserted: groups.len(),
                removed: 0,
            });
        }
        let rows = RowsMade {
            properties: Vec::new(),
            keys: self.groups.keys(&self.plan, &groups),
            aggregates,
            times,
            origins,
        };
        (rows, Marks::At(marks))
    }

    /// Rows have left the ring; groups without a row are forgotten.
    fn let_go(&mut self, ring: &mut Sliding, rows: std::ops::Range<usize>) {
        let GroupTable { interner, cells } = &mut self.groups;
        let keyed = !self.plan.group_by.is_empty();
        ring.leave(rows, |group| {
            if keyed {
                cells.iter_mut().for_each(|c| c.clear(group));
                interner.release(group);
            }
        });
    }

    /// The clock has reached the instant at which rows leave.
    fn expire(&mut self, now: Millis, mail: &mut Mail, out: &mut Output) {
        let Some(mut ring) = self.sliding.take() else {
            return;
        };
        let rows = ring.expired(now);
        for (i, cells) in self.groups.cells.iter_mut().enumerate() {
            cells.drop_rows(ring.groups(), ring.arguments(i), rows.clone());
        }
        let groups = match self.plan.shape {
            Shape::RowForAll => vec![0],
            _ => distinct(&ring.groups()[rows.clone()], self.groups.slots()),
        };
        let shown: Vec<Column> = self.groups.cells.iter().map(|c| c.show(&groups)).collect();
        let keys = self.groups.keys(&self.plan, &groups);
        self.let_go(&mut ring, rows);
        let made = RowsMade {
            properties: Vec::new(),
            keys,
            aggregates: shown,
            times: vec![now; groups.len()],
            origins: vec![Origin::default(); groups.len()],
        };
        self.post(made, Marks::Once, mail, out);
        self.sliding = Some(ring);
    }

    /// Rows arrive at a window that keeps a slot an event.
    fn keep(&mut self, batch: &Batch, out: &mut Output) {
        let Some(kept) = self.kept.as_mut() else {
            return;
        };
        let rows = match &self.plan.input.filter {
            None => None,
            Some(filter) => {
                let frame = Frame {
                    properties: batch.columns(),
                    times: batch.times(),
                    ..Frame::default()
                };
                let mut rows: Vec<u32> = (0..batch.len() as u32).collect();
                kernel::filter(filter, &frame, &mut rows, &mut self.faults);
                Some(rows)
            }
        };
        let taken;
        let batch = match rows {
            Some(rows) if rows.len() < batch.len() => {
                taken = batch.take(&rows);
                &taken
            }
            _ => batch,
        };
        if batch.is_empty() {
            return;
        }
        let frame = Frame {
            properties: batch.columns(),
            times: batch.times(),
            origins: batch.origins(),
            ..Frame::default()
        };
        let select = self.plan.select.iter().map(|e| kernel::column(e, &frame));
        let made = select
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(_, fault)| fault);
        let made = made.and_then(|columns| {
            let new: Vec<Column> = columns.into_iter().map(|c| c.into_owned()).collect();
            let left = kept.arrive(&self.plan.input.windows[0], &frame, &new)?;
            Ok((new, left))
        });
        let (new, left) = match made {
            Ok(made) => made,
            Err(fault) => return self.faults.record(&fault),
        };
        let event_type = &self.plan.output_type;
        let (times, origins) = (batch.times().to_vec(), batch.origins().to_vec());
        let inserted = Batch::new(Arc::clone(event_type), times, origins, new);
        out.post_columns(match self.plan.selector {
            Selector::IRStream => {
                let removed = (left.times, left.origins, left.columns);
                let removed = Batch::new(Arc::clone(event_type), removed.0, removed.1, removed.2);
                let marks = left.counts.iter().enumerate().map(|(i, removed)| Mark {
                    inserted: i + 1,
                    removed: *removed,
                });
                Posted {
                    statement: self.number,
                    inserted,
                    removed,
                    marks: Marks::At(marks.collect()),
                }
            }
            _ => Posted::inserted(self.number, inserted, Marks::Each),
        });
    }

    /// Rows of groups that are shown when the interval ends.
    fn pace(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let mut first = 0;
        while first < batch.len() {
            let time = batch.times()[first];
            self.advance(time, mail, out);
            let Some(due) = self.last.as_ref().map(|state| state.due_with(time)) else {
                return;
            };
            let started = self.last.as_ref().and_then(LastState::due).is_some();
            let last = match started {
                true => first + batch.times()[first..].partition_point(|t| *t < due).max(1),
                // The interval begins with the first event that is let in.
                false => first + 1,
            };
            let rows = self.admitted(batch, first, last);
            let grouped = self.grouped(batch, rows);
            for (cells, argument) in self.groups.cells.iter_mut().zip(&grouped.arguments) {
                cells.enter(argument.as_ref(), &grouped.groups, None);
            }
            let slots = self.groups.slots();
            if let (Some(state), Some(time)) = (&mut self.last, grouped.times.first()) {
                state.arrive(*time);
                state.touch(&grouped.groups, slots);
            }
            first = last;
        }
    }

    fn release(&mut self, now: Millis, mail: &mut Mail, out: &mut Output) {
        let Some(state) = &mut self.last else { return };
        let groups = state.fire(now);
        let made = RowsMade {
            properties: Vec::new(),
            keys: self.groups.keys(&self.plan, &groups),
            aggregates: self.groups.cells.iter().map(|c| c.show(&groups)).collect(),
            times: vec![now; groups.len()],
            origins: vec![Origin::default(); groups.len()],
        };
        self.post(made, Marks::Once, mail, out);
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
        match self.form {
            Form::Sliding => return self.expire(now, mail, out),
            Form::Last => return self.release(now, mail, out),
            _ => {}
        }
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
    pub fn iterate(&self, now: Millis) -> Result<Vec<Vec<Value>>, Fault> {
        let (groups, aggregates) = match self.form {
            Form::Kept => return Ok(self.kept.as_ref().map(Kept::rows).unwrap_or_default()),
            Form::Project | Form::Last => return Ok(Vec::new()),
            Form::Running | Form::Sliding if self.plan.shape == Shape::RowForAll => {
                let group = [0];
                let shown = self.groups.cells.iter().map(|c| c.show(&group));
                (group.to_vec(), shown.collect())
            }
            Form::Running => return Ok(Vec::new()),
            Form::Sliding => {
                let groups = self.sliding.as_ref().map(Sliding::held_groups);
                let groups = groups.unwrap_or_default();
                let shown = self.groups.cells.iter().map(|c| c.show(&groups)).collect();
                (groups, shown)
            }
            Form::TimeBatch => match &self.batch {
                Some(state) => state.present(&self.groups.cells),
                None => return Ok(Vec::new()),
            },
        };
        let keys = self.groups.keys(&self.plan, &groups);
        let times = vec![now; groups.len()];
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
        if let Some(ring) = &self.sliding {
            ring.save(&mut head);
        }
        if let Some(kept) = &mut self.kept {
            kept.save(&mut head);
        }
        if let Some(last) = &self.last {
            last.save(&mut head);
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
        if let Some(ring) = &mut self.sliding {
            ring.load(&mut head)?;
        }
        if let Some(kept) = &mut self.kept {
            kept.load(&mut head)?;
        }
        if let Some(last) = &mut self.last {
            last.load(&mut head)?;
        }
        self.groups.interner.load(from)?;
        self.groups
            .cells
            .iter_mut()
            .try_for_each(|c| c.load(from))?;
        if let Some(state) = &mut self.batch {
            state.restore_flags(self.groups.interner.slots());
        }
        if let Some(ring) = &mut self.sliding {
            ring.restore_members(&self.groups.interner)?;
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
