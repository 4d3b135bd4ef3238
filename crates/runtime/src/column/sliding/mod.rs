//! Aggregates over `#length(n)` and `#time(p)`.
//!
//! Each event enters its group and, where a number of events is the bound, pushes out the oldest;
//! where time is, the clock lets events go. State: the ring of the held events' groups and
//! arguments.

pub mod arguments;
pub mod ring;

use std::ops::Range;

use tachograph_event::{Batch, Column, Millis, Origin};
use tachograph_plan::Shape;

use self::ring::{Ring, distinct};
use super::base::{Base, Sink};
use super::cells::{Cells, Passage};
use super::grouped::Grouped;
use super::groups::GroupTable;
use super::made::RowsMade;
use super::timed::Timed;
use crate::output::{Mark, Marks};

impl Ring {
    /// The empty ring of a statement.
    pub fn of(base: &Base) -> Ring {
        let cells = base.groups.cells.iter();
        let wants: Vec<bool> = cells.map(Cells::wants_values).collect();
        Ring::new(&base.plan.input.windows[0], &base.plan.aggregates, &wants)
    }

    /// Takes a batch in.
    pub fn batch(&mut self, base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
        let mut first = 0;
        while first < batch.len() {
            let times = &batch.times()[first..];
            self.advance(base, times[0], sink);
            let last = match self.due_with(times[0]) {
                None => batch.len(),
                Some(due) => first + times.partition_point(|t| *t < due).max(1),
            };
            let rows = base.admitted(batch, first, last);
            let grouped = base.grouped(batch, rows);
            self.rows(base, grouped, sink);
            first = last;
        }
    }

    /// Rows enter, each pushing out another where a number of rows is the bound.
    fn rows(&mut self, base: &mut Base, grouped: Grouped, sink: &mut Sink<'_>) {
        let arguments = grouped.arguments.iter().map(Option::as_ref);
        let slots = base.groups.slots();
        let entering = self.enter(&grouped.times, &grouped.groups, arguments, slots);
        let both = base.plan.shape == Shape::RowPerGroup;
        let aggregates = self.slide(base, entering.clone(), both);
        let (made, marks) = match both {
            true => self.rows_of_groups(base, entering, &grouped, aggregates),
            false => (rows_of_events(grouped, aggregates), Marks::Each),
        };
        let surplus = self.surplus();
        self.let_go(base, surplus);
        base.post(made, marks, sink);
    }

    fn slide(&self, base: &mut Base, entering: Range<usize>, both: bool) -> Vec<Column> {
        let passage = Passage {
            groups: self.groups(),
            entering,
            pushes: self.pushes(),
            both,
        };
        let cells = base.groups.cells.iter_mut().enumerate();
        let aggregates = cells.map(|(i, cells)| cells.slide(&passage, self.arguments(i)));
        aggregates.collect()
    }

    /// The rows of entering events' groups, each followed by that of the group of the event that
    /// it pushed out.
    fn rows_of_groups(
        &self,
        base: &Base,
        entering: Range<usize>,
        grouped: &Grouped,
        aggregates: Vec<Column>,
    ) -> (RowsMade, Marks) {
        let all = self.groups();
        let other = |row: usize| {
            let left = self.pushed_out(row).map(|left| all[left]);
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
            keys: base.groups.keys(&base.plan, &groups),
            aggregates,
            times: times.into(),
            origins: origins.into(),
        };
        (rows, Marks::At(marks))
    }

    /// Rows have left the ring; groups without a row are forgotten.
    pub fn let_go(&mut self, base: &mut Base, rows: Range<usize>) {
        let GroupTable { interner, cells } = &mut base.groups;
        let keyed = !base.plan.group_by.is_empty();
        self.leave(rows, |group| {
            if keyed {
                cells.iter_mut().for_each(|c| c.clear(&[group]));
                interner.release(group);
            }
        });
    }
}

impl Timed for Ring {
    fn due(&self) -> Option<Millis> {
        Ring::due(self)
    }

    /// The clock has reached the instant at which rows leave.
    fn fire(&mut self, base: &mut Base, now: Millis, sink: &mut Sink<'_>) {
        let rows = self.expired(now);
        for (i, cells) in base.groups.cells.iter_mut().enumerate() {
            cells.drop_rows(self.groups(), self.arguments(i), rows.clone());
        }
        let groups = match base.plan.shape {
            Shape::RowForAll => vec![0],
            _ => distinct(&self.groups()[rows.clone()], base.groups.slots()),
        };
        let made = RowsMade::of_groups(base, &groups, now, Origin::CLOCK);
        self.let_go(base, rows);
        base.post(made, Marks::Once, sink);
    }
}

fn rows_of_events(grouped: Grouped, aggregates: Vec<Column>) -> RowsMade {
    RowsMade {
        properties: grouped.properties,
        keys: grouped.keys,
        aggregates,
        times: grouped.times,
        origins: grouped.origins,
    }
}
