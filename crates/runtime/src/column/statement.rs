//! A statement that takes whole batches, in one of the forms of [`form`](super::form).
//!
//! State: what is the same in every form ([`Base`]), and what its form has besides ([`State`]).

use std::sync::Arc;

use tachograph_event::{Batch, Millis};
use tachograph_plan::{Plan, TypeId, Window};

use super::base::{Base, Sink};
use super::form::{Form, last_every};
use super::kept::Kept;
use super::last::LastState;
use super::single::Single;
use super::sliding::ring::Ring;
use super::time_batch::TimeBatchState;
use super::timed::Timed;
use super::{project, running};
use crate::fault::FaultLog;
use crate::machine::Mail;
use crate::output::Output;

/// A statement at work.
#[derive(Debug)]
pub struct ColumnStatement {
    /// What is the same in every form.
    pub(super) base: Base,
    /// What the form has besides.
    pub(super) state: State,
    single: Option<Single>,
}

/// The state of a form, beside the groups.
#[derive(Debug)]
pub enum State {
    /// None: every row stands alone.
    Project,
    /// None: the groups are all.
    Running,
    /// The interval and the one before.
    TimeBatch(TimeBatchState),
    /// The held events' groups and arguments.
    Sliding(Ring),
    /// The held events' select columns.
    Kept(Kept),
    /// The interval.
    Last(LastState),
}

impl State {
    fn new(base: &Base, form: Form, start: Millis) -> State {
        match form {
            Form::Project => State::Project,
            Form::Running => State::Running,
            Form::TimeBatch => {
                let window = &base.plan.input.windows[0];
                State::TimeBatch(TimeBatchState::new(window, start))
            }
            Form::Sliding => State::Sliding(Ring::of(base)),
            Form::Kept => State::Kept(Kept::new(&base.plan)),
            Form::Last => {
                let every = last_every(&base.plan).expect("the form asks for an interval");
                State::Last(LastState::new(every))
            }
        }
    }

    fn batch(&mut self, base: &mut Base, batch: &Batch, sink: &mut Sink<'_>) {
        match self {
            State::Project => project::project(base, batch, sink),
            State::Running => running::run(base, batch, sink),
            State::TimeBatch(interval) => interval.batch(base, batch, sink),
            State::Sliding(ring) => ring.batch(base, batch, sink),
            State::Kept(kept) => kept.batch(base, batch, sink.out),
            State::Last(interval) => interval.batch(base, batch, sink),
        }
    }
}

impl Timed for State {
    fn due(&self) -> Option<Millis> {
        match self {
            State::TimeBatch(interval) => interval.due(),
            State::Sliding(ring) => ring.due(),
            State::Last(interval) => interval.due(),
            State::Project | State::Running | State::Kept(_) => None,
        }
    }

    fn fire(&mut self, base: &mut Base, now: Millis, sink: &mut Sink<'_>) {
        match self {
            State::TimeBatch(interval) => interval.fire(base, now, sink),
            State::Sliding(ring) => ring.fire(base, now, sink),
            State::Last(interval) => interval.fire(base, now, sink),
            State::Project | State::Running | State::Kept(_) => {}
        }
    }
}

impl ColumnStatement {
    /// The empty state of a statement that has a form.
    pub fn new(plan: &Plan, number: usize, form: Form, start: Millis) -> ColumnStatement {
        let base = Base::new(plan, number, start);
        ColumnStatement {
            state: State::new(&base, form, start),
            single: Single::new(&base.plan, form),
            base,
        }
    }

    /// Does the statement read a stream?
    pub fn reads(&self, stream: TypeId) -> bool {
        self.base.plan.input.type_id == stream
    }

    /// May the statement ever want to be called by the clock?
    pub fn is_timed(&self) -> bool {
        matches!(self.state, State::TimeBatch(_) | State::Last(_))
            || matches!(self.base.plan.input.windows.as_slice(), [Window::Time(_)])
    }

    /// When the statement wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.state.due()
    }

    /// Takes the mail for the statement in, moves its clock on, and adds its own mail.
    pub fn process(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        let stream = self.base.plan.input.type_id;
        for number in 0..mail.get(&stream).map_or(0, Vec::len) {
            let batch = Arc::clone(&mail[&stream][number]);
            self.batch(&batch, mail, out);
        }
        self.advance(to, mail, out);
    }

    /// Takes one batch in.
    pub fn batch(&mut self, batch: &Batch, mail: &mut Mail, out: &mut Output) {
        let mut sink = Sink { mail, out };
        if batch.len() == 1 && self.one(batch, &mut sink) {
            return;
        }
        self.state.batch(&mut self.base, batch, &mut sink);
    }

    /// One event, without allocation; false where the statement has no such form.
    fn one(&mut self, batch: &Batch, sink: &mut Sink<'_>) -> bool {
        let ColumnStatement {
            base,
            state,
            single,
        } = self;
        // What others read is made into a batch of its own.
        let Some(single) = single.as_mut().filter(|_| base.feeds.is_none()) else {
            return false;
        };
        let time = batch.times()[0];
        if state.due().is_some_and(|due| due <= time) {
            state.advance(base, time, sink);
        }
        single.one(state, base, batch, sink)
    }

    /// Moves the clock on, stopping at each instant at which the statement wants to be called.
    pub fn advance(&mut self, to: Millis, mail: &mut Mail, out: &mut Output) {
        self.state
            .advance(&mut self.base, to, &mut Sink { mail, out });
    }

    /// The clock stands at `now`, and nothing was due meanwhile.
    pub fn settle(&mut self, now: Millis) {
        self.base.clock = now;
    }

    /// As `process`, with the clock moved in one jump.
    pub fn jump(&mut self, mail: &mut Mail, to: Millis, out: &mut Output) {
        self.base.clock = to;
        if self.due().is_some_and(|due| due <= to) {
            let mut sink = Sink { mail, out };
            self.state.fire(&mut self.base, to, &mut sink);
        }
        self.process(mail, to, out);
    }

    /// Faults so far.
    pub fn faults(&self) -> &FaultLog {
        &self.base.faults
    }
}
