//! One statement at work: filter, windows, shape, output clause, posting.
//!
//! A stimulus is one event or one call of the clock. All that a statement posts for one stimulus
//! is one posting: new rows first, then old ones.

use std::collections::VecDeque;
use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Millis, Origin, Value};
use tachograph_plan::{Expr, ExprKind, Selector, Statement, Window};

use crate::eval::{Scope, holds};
use crate::event::{Delta, Event};
use crate::fault::{Fault, FaultLog};
use crate::output::limiter::Present;
use crate::output::{Limiter, Released, finish};
use crate::row::{Row, Rows};
use crate::shape::Shaper;
use crate::window::WindowSet;

/// The state of one statement.
#[derive(Debug)]
pub struct StatementState {
    plan: Arc<Statement>,
    windows: WindowSet,
    shaper: Shaper,
    limiter: Option<Limiter>,
    sequence: u64,
    /// Newest events' properties, nearest first, as far as `prior` looks.
    priors: VecDeque<Arc<[Value]>>,
    prior_depth: usize,
    /// Slots that the statement reads.
    slots: Vec<bool>,
    pub(crate) faults: FaultLog,
}

/// Rows of one stimulus: what listeners see and what another stream receives.
#[derive(Debug, Default)]
pub struct Result {
    /// For listeners, after the stream selector.
    pub posted: Rows,
    /// For `insert into`.
    pub inserted: Vec<Row>,
}

impl StatementState {
    /// The empty state; `now` is the clock at deployment, `width` the input's number of slots.
    pub fn new(plan: Arc<Statement>, width: usize, now: Millis) -> StatementState {
        let insert = plan.insert_into.as_ref().map(|i| i.selector);
        let old_wanted = |s: Selector| s != Selector::IStream;
        let wants_old = old_wanted(plan.selector) || insert.is_some_and(old_wanted);
        StatementState {
            windows: WindowSet::new(&plan.input.windows, plan.input.retain, now),
            shaper: Shaper::new(Arc::clone(&plan), wants_old),
            limiter: plan.output.map(|limit| Limiter::new(&plan, limit, now)),
            sequence: 0,
            priors: VecDeque::new(),
            prior_depth: prior_depth(&plan),
            slots: slots(&plan, width),
            faults: FaultLog::default(),
            plan,
        }
    }

    /// The statement's plan.
    pub fn plan(&self) -> &Arc<Statement> {
        &self.plan
    }

    /// Does the statement read this slot of its input?
    pub fn reads(&self, slot: usize) -> bool {
        self.slots[slot]
    }

    /// When the statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        let output = self.limiter.as_ref().and_then(Limiter::due);
        self.windows.due().into_iter().chain(output).min()
    }

    /// An event of the statement's input arrives. The statement must have been called for
    /// every instant due before.
    pub fn event(&mut self, values: &Arc<[Value]>, origin: Origin, now: Millis) -> Result {
        let result = self.try_event(values, origin, now);
        self.settle(result)
    }

    fn try_event(
        &mut self,
        values: &Arc<[Value]>,
        origin: Origin,
        now: Millis,
    ) -> std::result::Result<Rows, Fault> {
        let event = Event {
            sequence: self.sequence,
            origin,
            values: Arc::clone(values),
            priors: self.priors.iter().cloned().collect(),
        };
        let scope = Scope::of_event(&event, now);
        if !holds(self.plan.input.filter.as_ref(), &scope)? {
            return Ok(Rows::default());
        }
        // Without a window `where` is one more filter: `prior` passes over what it refuses.
        if self.windows.is_none() && !holds(self.plan.where_clause.as_ref(), &scope)? {
            return Ok(Rows::default());
        }
        self.sequence += 1;
        let mut delta = Delta::default();
        if self.windows.insert(&Arc::new(event), now, &mut delta)? {
            self.remember(values);
        }
        self.step(delta, now, origin)
    }

    fn remember(&mut self, values: &Arc<[Value]>) {
        if self.prior_depth > 0 {
            self.priors.truncate(self.prior_depth - 1);
            self.priors.push_front(Arc::clone(values));
        }
    }

    /// The clock has reached `due` or passed it.
    pub fn time(&mut self, now: Millis) -> Result {
        let mut rows = Rows::default();
        let due = |due: Option<Millis>| due.filter(|due| *due <= now);
        let window = due(self.windows.due());
        let output = due(self.limiter.as_ref().and_then(Limiter::due));
        // What is due first comes first; of one instant the windows, but for those of keys.
        let of_keys = matches!(self.plan.input.windows[..], [Window::GroupWin { .. }]);
        let before = output.map_or(now, |output| if of_keys { output - 1 } else { output });
        if window.is_some_and(|window| window <= before) {
            self.call_windows(now, before, &mut rows);
        }
        if output.is_some() {
            self.call_output(now, &mut rows);
        }
        // Also without an output: what a window let go may have been what held another one back.
        if due(self.windows.due()).is_some() {
            self.call_windows(now, now, &mut rows);
        }
        self.settle(Ok(rows))
    }

    fn call_windows(&mut self, now: Millis, until: Millis, rows: &mut Rows) {
        let mut parts = Vec::new();
        for window in self.windows.due_by(until) {
            self.windows.fire(window, now, &mut parts);
            for delta in parts.drain(..) {
                match self.step(delta, now, Origin::CLOCK) {
                    Ok(step) => rows.append(step),
                    Err(fault) => self.faults.record(&fault),
                }
            }
        }
    }

    fn call_output(&mut self, now: Millis, rows: &mut Rows) {
        match self.output(now) {
            Ok(output) => rows.append(output),
            Err(fault) => self.faults.record(&fault),
        }
    }

    fn output(&mut self, now: Millis) -> std::result::Result<Rows, Fault> {
        let Some(limiter) = &mut self.limiter else {
            return Ok(Rows::default());
        };
        let mut present = Present {
            shaper: &mut self.shaper,
            windows: &self.windows,
            now,
            origin: Origin::CLOCK,
            held: None,
        };
        let released = limiter.fire(&mut present)?;
        Ok(self.finished(limiter_rows(released)))
    }

    /// Windows have passed something on: make rows and offer them to the output clause.
    fn step(
        &mut self,
        delta: Delta,
        now: Millis,
        origin: Origin,
    ) -> std::result::Result<Rows, Fault> {
        let delta = self.shaper.admitted(delta, &self.windows, now)?;
        if delta.is_empty() {
            return Ok(Rows::default());
        }
        let rows = match &mut self.limiter {
            None => self.shaper.rows(delta, &self.windows, now, origin)?,
            Some(limiter) => {
                // What the clock brings may be kept, and posted when a record comes.
                let origin = match origin {
                    Origin::CLOCK => Origin::default(),
                    record => record,
                };
                let mut present = Present {
                    shaper: &mut self.shaper,
                    windows: &self.windows,
                    now,
                    origin,
                    held: None,
                };
                limiter_rows(limiter.offer(delta, origin, &mut present)?)
            }
        };
        Ok(self.finished(rows))
    }

    fn finished(&self, mut rows: Rows) -> Rows {
        finish(&self.plan, &mut rows);
        rows
    }

    fn settle(&mut self, rows: std::result::Result<Rows, Fault>) -> Result {
        match rows {
            Ok(rows) => self.select(rows),
            Err(fault) => {
                self.faults.record(&fault);
                Result::default()
            }
        }
    }

    fn select(&self, rows: Rows) -> Result {
        let inserted = match &self.plan.insert_into {
            None => Vec::new(),
            Some(insert) => match insert.selector {
                Selector::IStream => rows.new.clone(),
                Selector::RStream => rows.old.clone(),
                Selector::IRStream => rows.new.iter().chain(&rows.old).cloned().collect(),
            },
        };
        let posted = match self.plan.selector {
            Selector::IStream => Rows {
                new: rows.new,
                old: Vec::new(),
            },
            Selector::RStream => Rows {
                new: rows.old,
                old: Vec::new(),
            },
            Selector::IRStream => rows,
        };
        Result { posted, inserted }
    }

    /// What iterating the statement gives.
    ///
    /// # Errors
    /// [`Fault`] where an expression has no result.
    pub fn iterate(&self, now: Millis) -> std::result::Result<Vec<Row>, Fault> {
        let mut rows = Rows {
            new: self.shaper.iterate(&self.windows, now)?,
            old: Vec::new(),
        };
        finish(&self.plan, &mut rows);
        Ok(rows.new)
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.u64(self.sequence);
        to.list(self.priors.iter(), |to, row| to.values(row));
        self.windows.save(to);
        self.shaper.save(to);
        if let Some(limiter) = &self.limiter {
            limiter.save(to);
        }
        to.u64(self.faults.count);
        to.option(self.faults.last.as_deref(), Encoder::str);
    }

    /// Reads the state into a new statement.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this statement's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> std::result::Result<(), CodecError> {
        self.sequence = from.u64()?;
        self.priors = from.list(|d| Ok(Arc::from(d.values()?)))?.into();
        self.windows.load(from)?;
        self.shaper.load(from)?;
        if let Some(limiter) = &mut self.limiter {
            limiter.load(from)?;
        }
        self.faults.count = from.u64()?;
        self.faults.last = from.option(|d| Ok(d.str()?.to_string()))?;
        Ok(())
    }
}

fn limiter_rows(released: Released) -> Rows {
    match released {
        Released::Nothing => Rows::default(),
        Released::Rows(rows) => rows,
    }
}

/// Every expression of the statement, windows and filter included.
fn all_expressions(statement: &Statement, visit: &mut impl FnMut(&Expr)) {
    let filter = statement.input.filter.iter();
    for expr in statement.expressions().chain(filter) {
        expr.walk(&mut |e| visit(e));
    }
    for window in &statement.input.windows {
        window.expressions(&mut |expr| expr.walk(&mut |e| visit(e)));
    }
}

fn prior_depth(statement: &Statement) -> usize {
    let mut depth = 0;
    all_expressions(statement, &mut |expr| {
        if let ExprKind::Prior(n, _) = &expr.kind {
            depth = depth.max(*n);
        }
    });
    depth
}

pub(crate) fn slots(statement: &Statement, width: usize) -> Vec<bool> {
    let mut slots = vec![false; width];
    all_expressions(statement, &mut |expr| match &expr.kind {
        ExprKind::Property(slot) => slots[*slot] = true,
        ExprKind::Event => slots.fill(true),
        _ => {}
    });
    slots
}
