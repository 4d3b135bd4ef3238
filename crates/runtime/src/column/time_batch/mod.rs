//! `#time_batch` by group, aggregates alone: no event is kept, only which groups were touched.

mod interval;

use tachograph_event::{Batch, Column, Millis, Origin};
use tachograph_plan::{Expr, ExprKind};

pub use interval::TimeBatchState;

use super::base::{Base, Sink};
use super::frame::Frame;
use super::kernel;
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
                self.arrive(batch.times()[*row as usize].max(base.clock));
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
        groups.iter().for_each(|g| base.groups.clear(*g));
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
    let kept: Vec<u32> = rows.iter().map(|r| groups[*r as usize]).collect();
    let aggregates: Vec<Column> = shown.iter().map(|c| c.take(&rows)).collect();
    let keys = base.groups.keys(&base.plan, &kept);
    let frame = Frame {
        keys: &keys,
        aggregates: &aggregates,
        times: &vec![now; kept.len()],
        ..Frame::default()
    };
    let origins = vec![Origin::CLOCK; kept.len()];
    base.select(&frame, origins, Marks::Once, sink);
}

fn accepted(base: &mut Base, groups: &[u32], shown: &[Column], now: Millis) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
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
    kernel::filter(having, &frame, &mut rows, &mut base.faults);
    rows
}

fn names_keys(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= matches!(e.kind, ExprKind::GroupKey(_)));
    found
}
