//! The way of one event: it does what the way of many does, which stays as its twin.

use std::sync::Arc;

use tachograph_event::{Batch, BatchBuilder, Column};
use tachograph_plan::{Selector, Shape};

use super::{Single, Source};
use crate::column::base::{Base, Sink};
use crate::column::frame::Frame;
use crate::column::kept::Kept;
use crate::column::made::RowsMade;
use crate::column::selected::Selected;
use crate::column::sliding::ring::Ring;
use crate::column::statement::State;
use crate::output::{Marks, Output};

impl Single {
    /// One event, without allocation; false where it must go the way of many after all.
    pub fn one(
        &mut self,
        state: &mut State,
        base: &mut Base,
        batch: &Batch,
        sink: &mut Sink<'_>,
    ) -> bool {
        let mut row = base.admitted(batch, 0, 1);
        if row.is_empty() {
            return true;
        }
        // The interval of a batch begins with an event that `where` may still refuse.
        if let State::TimeBatch(interval) = state {
            interval.arrive(batch.times()[0].max(base.clock));
        }
        base.refine(batch, &mut row);
        if row.is_empty() {
            return true;
        }
        match state {
            State::Kept(kept) => return self.take_slot(kept, base, batch, sink.out),
            State::Project => self.post(base, batch, sink.out),
            _ => self.enter(state, base, batch, sink),
        }
        true
    }

    /// The event enters its group.
    fn enter(&mut self, state: &mut State, base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
        let group = match self.key {
            Some(slot) => base.groups.interner.number_at(batch.column(slot), 0),
            None => 0,
        };
        base.groups.grow();
        let cells = base.groups.cells.iter_mut().zip(&self.arguments);
        cells.for_each(|(cells, slot)| cells.enter(argument(batch, slot), &[group]));
        let slots = base.groups.slots();
        match state {
            State::TimeBatch(interval) => interval.touch(&[group], slots),
            State::Last(interval) => {
                interval.arrive(batch.times()[0]);
                interval.touch(&[group], slots);
            }
            State::Sliding(ring) => self.slide(ring, group, base, batch, sink),
            _ => self.show(group, None, base, batch, sink),
        }
    }

    fn slide(
        &mut self,
        ring: &mut Ring,
        group: u32,
        base: &mut Base,
        batch: &Batch,
        sink: &mut Sink<'_>,
    ) {
        let arguments = self.arguments.iter().map(|slot| argument(batch, slot));
        let slots = base.groups.slots();
        let entering = ring.enter(batch.times(), &[group], arguments, slots);
        let left = ring.pushed_out(entering.start);
        let other = left.map(|row| ring.groups()[row]).filter(|g| *g != group);
        if let Some(row) = left {
            for (i, cells) in base.groups.cells.iter_mut().enumerate() {
                cells.drop_rows(ring.groups(), ring.arguments(i), row..row + 1);
            }
        }
        self.show(group, other, base, batch, sink);
        let surplus = ring.surplus();
        ring.let_go(base, surplus);
    }

    /// Posts the row of a group, and that of the group of the event that was pushed out.
    fn show(
        &mut self,
        group: u32,
        other: Option<u32>,
        base: &mut Base,
        batch: &Batch,
        sink: &mut Sink<'_>,
    ) {
        if let (Some(other), Shape::RowPerGroup) = (other, base.plan.shape) {
            let (now, origin) = (batch.times()[0], batch.origins()[0]);
            let made = RowsMade::of_groups(base, &[group, other], now, origin);
            return base.post(made, Marks::Once, sink);
        }
        let cells = base.groups.cells.iter().zip(&mut self.aggregates);
        cells.for_each(|(cells, column)| cells.show_one(group, column));
        let keys = self.key.map(|slot| batch.columns()[slot..=slot].as_ref());
        let frame = Frame {
            keys: keys.unwrap_or_default(),
            aggregates: &self.aggregates,
            ..Frame::of(batch)
        };
        let mut row = Selected::Range(0..1);
        row.keep(base.plan.having.as_ref(), &frame, &mut base.faults);
        if !row.is_empty() {
            self.post(base, batch, sink.out);
        }
    }

    fn take_slot(&self, kept: &mut Kept, base: &mut Base, batch: &Batch, out: &mut Output) -> bool {
        if base.plan.selector != Selector::IRStream {
            return false;
        }
        let mut posted = out.spare(base.number, &base.plan.output_type);
        let window = &base.plan.input.windows[0];
        let removed = match kept.arrive_one(window, batch, &self.select, &mut posted.removed) {
            Ok(removed) => removed,
            Err(fault) => {
                base.faults.record(&fault);
                return true;
            }
        };
        if !removed {
            posted.removed = BatchBuilder::new(Arc::clone(&base.plan.output_type)).finish();
        }
        self.fill(&mut posted.inserted, batch);
        posted.marks = Marks::Once;
        out.post_columns(posted);
        true
    }

    fn post(&self, base: &Base, batch: &Batch, out: &mut Output) {
        let mut posted = out.spare(base.number, &base.plan.output_type);
        self.fill(&mut posted.inserted, batch);
        posted.marks = Marks::Each;
        out.post_columns(posted);
    }

    /// Makes a batch the event's row.
    fn fill(&self, row: &mut Batch, batch: &Batch) {
        let columns = row.set_one(batch.times()[0], batch.origins()[0]);
        for (column, source) in columns.iter_mut().zip(&self.select) {
            match source {
                Source::Property(slot) => column.set_one(batch.column(*slot), 0),
                Source::Aggregate(i) => column.set_one(&self.aggregates[*i], 0),
            }
        }
    }
}

fn argument<'a>(batch: &'a Batch, slot: &Option<usize>) -> Option<&'a Column> {
    slot.map(|slot| batch.column(slot))
}
