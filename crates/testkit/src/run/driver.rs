//! Drives machines through the steps of a case.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;
use tachograph_event::{Batch, BatchBuilder, Millis, Origin, Value};
use tachograph_plan::{Plan, TypeId};
use tachograph_runtime::{Machine, Output, Posted};

use super::mode::Mode;
use crate::spec::{Action, Sign, Step, row};

/// A row that was posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Number of the statement.
    pub statement: usize,
    /// Its stream.
    pub sign: Sign,
    /// Its columns.
    pub values: Vec<Value>,
}

/// What some steps posted together.
#[derive(Debug, Clone)]
pub struct Group {
    /// The steps.
    pub steps: Range<usize>,
    /// The rows in order.
    pub rows: Vec<Seen>,
}

/// Events that wait for their batch to be full, and the clock after them.
struct Waiting {
    type_id: TypeId,
    rows: BatchBuilder,
    clock: Millis,
    first_step: usize,
}

/// Machines on their way through a case.
pub struct Driver<'a> {
    plan: &'a Arc<Plan>,
    mode: &'a Mode,
    machines: Vec<Machine>,
    clock: Millis,
    position: u64,
    waiting: Option<Waiting>,
    groups: Vec<Group>,
    walkable: Vec<bool>,
}

impl<'a> Driver<'a> {
    /// New machines whose clock stands at 0.
    pub fn new(plan: &'a Arc<Plan>, mode: &'a Mode) -> Driver<'a> {
        let machine = || Machine::with_path(Arc::clone(plan), 0, mode.path);
        Driver {
            plan,
            mode,
            machines: (0..mode.tasks).map(|_| machine()).collect(),
            clock: 0,
            position: 0,
            waiting: None,
            groups: Vec::new(),
            walkable: Vec::new(),
        }
    }

    /// For each step: is its jump the same as a walk, since nothing was due on the way?
    pub fn walkable(&self) -> &[bool] {
        &self.walkable
    }

    /// Runs all steps. `walkable` says which jumps may stand within a batch of events.
    ///
    /// # Errors
    /// A step that the machine cannot do, with its line.
    pub fn run(&mut self, steps: &[Step], walkable: Option<&[bool]>) -> Result<Vec<Group>, String> {
        for (number, step) in steps.iter().enumerate() {
            let walkable = walkable.is_some_and(|w| w[number]);
            self.step(number, step, walkable)
                .map_err(|fault| format!("line {}: {fault}", step.lines.start + 1))?;
            if self.mode.snapshots {
                self.flush(number + 1);
                self.reload()?;
            }
        }
        self.flush(steps.len());
        Ok(std::mem::take(&mut self.groups))
    }

    fn step(&mut self, number: usize, step: &Step, walkable: bool) -> Result<(), String> {
        let mut is_walk = true;
        match &step.action {
            Action::Send { event_type, event } => self.send(number, event_type, event)?,
            Action::Jump(to) => {
                is_walk = *to >= self.clock && self.due().is_none_or(|due| due >= *to);
                self.move_clock(number, *to, !walkable);
            }
            Action::Walk(to) => self.move_clock(number, *to, false),
            Action::Snapshot => {
                self.flush(number);
                self.reload()?;
            }
            Action::Iterate(name) => {
                self.flush(number);
                self.iterate(number, name)?;
            }
            other => return Err(format!("{other:?} is not built yet")),
        }
        self.walkable.push(is_walk);
        Ok(())
    }

    fn due(&self) -> Option<Millis> {
        self.machines.iter().filter_map(Machine::due).min()
    }

    fn send(&mut self, number: usize, name: &str, event: &Json) -> Result<(), String> {
        let type_id = self.plan.type_id(name);
        let type_id = type_id.ok_or_else(|| format!("no event type is named `{name}`"))?;
        let event_type = Arc::clone(&self.plan.types[type_id.0]);
        let values = row(
            event.as_object().expect("an event is an object"),
            &event_type,
        )?;
        if self.waiting.as_ref().is_some_and(|w| w.type_id != type_id) {
            self.flush(number);
        }
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            type_id,
            rows: BatchBuilder::new(event_type),
            clock: self.clock,
            first_step: number,
        });
        let origin = Origin {
            partition: 0,
            position: self.position,
        };
        waiting.rows.push(self.clock, origin, values);
        self.position += 1;
        if waiting.rows.len() >= self.mode.batch {
            self.flush(number + 1);
        }
        Ok(())
    }

    fn move_clock(&mut self, number: usize, to: Millis, jump: bool) {
        self.clock = to;
        if let Some(waiting) = self.waiting.as_mut().filter(|_| !jump) {
            waiting.clock = to;
            return;
        }
        self.flush(number);
        let mut rows = Vec::new();
        for machine in &mut self.machines {
            let mut out = Output::default();
            match jump {
                true => machine.jump(to, &mut out),
                false => machine.advance(to, &mut out),
            }
            collect(out.take(), &mut rows);
        }
        self.group(number..number + 1, rows);
    }

    /// Processes what waits; `end` is the step after the last that belongs to it.
    fn flush(&mut self, end: usize) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        let batch = waiting.rows.finish();
        let mut rows = Vec::new();
        for (machine, batch) in self.machines.iter_mut().zip(share(batch, self.mode)) {
            let mut out = Output::default();
            if !batch.is_empty() {
                machine.process(waiting.type_id, &Arc::new(batch), &mut out);
            }
            machine.advance(waiting.clock, &mut out);
            collect(out.take(), &mut rows);
        }
        self.group(waiting.first_step..end, rows);
    }

    fn iterate(&mut self, number: usize, name: &str) -> Result<(), String> {
        let statement = self.plan.statements.iter().position(|s| s.name == name);
        let statement = statement.ok_or_else(|| format!("no statement is named `{name}`"))?;
        let rows = self.machines[0].iterate(statement);
        let rows = rows.map_err(|fault| fault.to_string())?;
        let seen = |values| Seen {
            statement,
            sign: Sign::Iterated,
            values,
        };
        self.group(number..number + 1, rows.into_iter().map(seen).collect());
        Ok(())
    }

    fn reload(&mut self) -> Result<(), String> {
        for machine in &mut self.machines {
            let saved = machine.save();
            let plan = Arc::clone(self.plan);
            *machine = Machine::load_with_path(plan, &saved, self.mode.path)
                .map_err(|fault| format!("the snapshot cannot be loaded: {fault}"))?;
        }
        Ok(())
    }

    fn group(&mut self, steps: Range<usize>, rows: Vec<Seen>) {
        self.groups.push(Group { steps, rows });
    }
}

/// The rows of each task.
fn share(batch: Batch, mode: &Mode) -> Vec<Batch> {
    if mode.tasks == 1 {
        return vec![batch];
    }
    let slots = mode.fields.iter().map(|f| batch.event_type().slot(f));
    let slots: Vec<usize> = slots.flatten().collect();
    let mut rows = vec![Vec::new(); mode.tasks];
    for row in 0..batch.len() {
        let mut hasher = std::hash::DefaultHasher::new();
        for slot in &slots {
            batch.value(*slot, row).hash(&mut hasher);
        }
        rows[hasher.finish() as usize % mode.tasks].push(row as u32);
    }
    rows.iter().map(|rows| batch.take(rows)).collect()
}

/// Rows in the order in which a listener is told of them: all new ones of a posting, then its
/// old ones.
fn collect(posted: Vec<Posted>, rows: &mut Vec<Seen>) {
    for posted in posted {
        let (mut new, mut old) = (0, 0);
        for mark in posted.postings() {
            let mut push = |sign, values| {
                rows.push(Seen {
                    statement: posted.statement,
                    sign,
                    values,
                });
            };
            (new..mark.inserted).for_each(|r| push(Sign::Insert, posted.inserted.row(r)));
            (old..mark.removed).for_each(|r| push(Sign::Remove, posted.removed.row(r)));
            (new, old) = (mark.inserted, mark.removed);
        }
    }
}
