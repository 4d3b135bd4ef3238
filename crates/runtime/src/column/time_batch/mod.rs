//! `#time_batch` by group, aggregates alone: no event is kept, only which groups were touched.

mod interval;

use tachograph_event::{Batch, Column, Millis, Origin, Shared};
use tachograph_plan::{Expr, ExprKind};

pub use interval::TimeBatchState;

use super::base::{Base, Sink};
use super::frame::Frame;
use super::selected::Selected;
use super::timed::Timed;
use crate::output::Marks;

impl TimeBatchState {
    /// Takes a batch in.
    pub fn batch(&mut self, base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
        let mut first = 0;
        while first < batch.len() {
            self.advance(base, batch.times()[first], sink);
            let last = match self.due() {
                None => first + 1,
                Some(due) => first + batch.times()[first..].partition_point(|t| *t < due),
            };
            let rows = base.admitted(batch, first, last);
            if let Some(row) = rows.first() {
                self.arrive(batch.times()[row].max(base.clock));
            }
            let grouped = base.grouped(batch, rows);
            base.groups.enter(&grouped.arguments, &grouped.groups);
            self.touch(&grouped.groups, base.groups.interner.slots());
            first = last;
        }
    }
}

impl Timed for TimeBatchState {
    fn due(&self) -> Option<Millis> {
        TimeBatchState::due(self)
    }

    fn fire(&mut self, base: &mut Base, now: Millis, sink: &mut Sink<'_>) {
        let groups = self.end(now);
        if groups.is_empty() {
            return;
        }
        let shown = base.groups.show(&groups);
        post_groups(base, &groups, &shown, now, sink);
        base.groups.clear(&groups);
        self.turn(&mut base.groups.interner, &shown);
    }
}

/// Posts the groups that `having` accepts; keys are made of those alone, where it names none.
fn post_groups(
    base: &mut Base,
    groups: &[u32],
    shown: &[Column],
    now: Millis,
    sink: &mut Sink<'_>,
) {
    let rows = accepted(base, groups, shown, now);
    let aggregates: Vec<Column> = shown.iter().map(|c| rows.of_column(c)).collect();
    let keys = match &rows {
        Selected::Range(_) => base.groups.keys(&base.plan, groups),
        Selected::Rows(rows) => {
            let kept: Vec<u32> = rows.iter().map(|r| groups[*r as usize]).collect();
            base.groups.keys(&base.plan, &kept)
        }
    };
    let times: Shared<Millis> = vec![now; rows.len()].into();
    let origins = vec![Origin::CLOCK; rows.len()].into();
    let frame = Frame {
        keys: &keys,
        aggregates: &aggregates,
        times: &times,
        ..Frame::default()
    };
    base.select(&frame, (times.clone(), origins), Marks::Once, sink);
}

fn accepted(base: &mut Base, groups: &[u32], shown: &[Column], now: Millis) -> Selected {
    let mut rows = Selected::Range(0..groups.len());
    let Some(having) = &base.plan.having else {
        return rows;
    };
    let keys = match names_keys(having) {
        true => base.groups.keys(&base.plan, groups),
        false => Vec::new(),
    };
    let frame = Frame {
        keys: &keys,
        aggregates: shown,
        times: &vec![now; groups.len()],
        ..Frame::default()
    };
    rows.keep(Some(having), &frame, &mut base.faults);
    rows
}

fn names_keys(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= matches!(e.kind, ExprKind::GroupKey(_)));
    found
}
