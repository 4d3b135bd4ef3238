//! `output [after …] [all|first|last|snapshot] every …`.
//!
//! The interval starts with the first event, that of `first` with the first row, not at deployment; later outputs lie at multiples
//! from there, and a jump over several gives one. What an output shows:
//!
//! | kind | rows |
//! |---|---|
//! | default | every row of the interval, in order |
//! | `last` | per group, or in all, the last row; old: as it stood when the interval began |
//! | `all` | as `last`, for every group ever seen |
//! | `first` | the first row at once, then silence until the interval ends; groups each by itself |
//! | `snapshot` | what iterating gives |

mod first;
mod keep;
mod newest;
mod release;
mod saved;

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use tachograph_event::{Millis, Origin, Value};
use tachograph_plan::{After, Every, Limit, OutputKind, OutputLimit, Selector, Shape, Statement};

use super::polled::Polled;
use crate::event::{Delta, EventRef};
use crate::fault::Fault;
use crate::hash::FixedHash;
use crate::row::{Row, Rows};
use crate::shape::Shaper;
use crate::window::{WindowSet, after, next_on_grid};
use newest::Newest;

/// What the limiter wants done with a step's rows.
#[derive(Debug)]
pub enum Released {
    /// Nothing yet.
    Nothing,
    /// Post these.
    Rows(Rows),
}

/// A group that the interval has touched.
#[derive(Debug, Clone)]
struct Entry {
    key: Arc<[Value]>,
    /// Row that stood when the interval began.
    old: Option<Row>,
    /// The event that arrived last, where a row of it is made when others leave.
    event: Option<EventRef>,
    /// Has the interval touched it?
    touched: bool,
}

/// State of an output clause.
#[derive(Debug)]
pub struct Limiter {
    limit: OutputLimit,
    /// `limit`, which counts rows.
    cut: Option<Limit>,
    shape: Shape,
    selector: Selector,
    /// Are rows sorted?
    is_sorted: bool,
    started: Option<Millis>,
    due: Option<Millis>,
    new_events: u64,
    old_events: u64,
    /// Events seen while `after` lasts.
    waited: u64,
    opens: Option<Millis>,
    is_open: bool,
    /// Steps of the interval that aggregates have not taken in, for the default kind.
    pending: Vec<(Delta, Origin)>,
    rows: Rows,
    polled: Polled,
    index: HashMap<Arc<[Value]>, u64, FixedHash>,
    entries: BTreeMap<u64, Entry>,
    /// `last` of events in groups: the newest row of each group, of either stream.
    newest: Newest,
    newest_old: Newest,
    /// `first` without groups: has the interval posted?
    posted: bool,
    /// Has the interval had no step?
    is_quiet: bool,
}

/// What a limiter looks at when an output is due.
pub struct Present<'a> {
    /// Aggregates.
    pub shaper: &'a mut Shaper,
    /// Windows.
    pub windows: &'a WindowSet,
    /// The clock.
    pub now: Millis,
    /// What brings the rows that show how things stand.
    pub origin: Origin,
    /// What the windows show while they post a step, if they do.
    pub held: Option<Vec<EventRef>>,
}

impl Present<'_> {
    /// The row of a group as it stands.
    fn row(&self, key: &Arc<[Value]>, is_new: bool) -> Result<Option<Row>, Fault> {
        let row = self
            .shaper
            .present_row(key, is_new, self.windows, self.now)?;
        let origin = self.origin;
        Ok(row.map(|row| Row { origin, ..row }))
    }

    /// The rows of a step; aggregates take it in.
    fn rows(&mut self, delta: Delta, origin: Origin) -> Result<Rows, Fault> {
        self.shaper.rows(delta, self.windows, self.now, origin)
    }
}

fn released(rows: Rows) -> Released {
    match rows.is_empty() {
        true => Released::Nothing,
        false => Released::Rows(rows),
    }
}

impl Limiter {
    /// The empty state; `now` is the clock at deployment.
    pub fn new(statement: &Statement, limit: OutputLimit, now: Millis) -> Limiter {
        let opens = match limit.after {
            Some(After::Time(period)) => Some(after(now, period)),
            _ => None,
        };
        Limiter {
            limit,
            cut: statement.limit,
            shape: statement.shape,
            selector: statement.selector,
            is_sorted: !statement.order_by.is_empty(),
            started: None,
            due: None,
            new_events: 0,
            old_events: 0,
            waited: 0,
            opens,
            is_open: limit.after.is_none(),
            pending: Vec::new(),
            rows: Rows::default(),
            polled: Polled::default(),
            index: HashMap::with_hasher(FixedHash::default()),
            entries: BTreeMap::new(),
            newest: Newest::default(),
            newest_old: Newest::default(),
            posted: false,
            is_quiet: true,
        }
    }

    /// When an output is due.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    /// A step's events.
    ///
    /// # Errors
    /// [`Fault`] where a row has no result.
    pub fn offer(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let (arrived, left) = (delta.new.len(), delta.old.len());
        if self.limit.every.is_none() {
            return self.pass(delta, origin, present);
        }
        if !self.open(arrived, present.now) {
            self.keep_closed(delta, origin, present)?;
            return Ok(Released::Nothing);
        }
        // `first` begins its interval with what it posts; each group has one of its own.
        if self.limit.kind != OutputKind::First {
            self.start(present.now);
        }
        self.is_quiet = false;
        self.new_events += arrived as u64;
        self.old_events += left as u64;
        let is_due = self.has_counted();
        if is_due && self.limit.kind == OutputKind::Snapshot {
            present.held = Some(present.windows.while_posting(&delta));
        }
        if self.limit.kind == OutputKind::First {
            return self.first(delta, origin, present);
        }
        self.hold(delta, origin, present)?;
        match is_due {
            true => self.release(present),
            false => Ok(Released::Nothing),
        }
    }

    /// A step where the clause is `after` alone, which counts rows: what `having` refuses is none.
    fn pass(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let rows = present.rows(delta, origin)?;
        match self.open(rows.new.len(), present.now) {
            true => Ok(Released::Rows(rows)),
            false => Ok(Released::Nothing),
        }
    }

    /// A step is part of the coming output: its rows are made now, or with it.
    fn hold(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<(), Fault> {
        match (self.limit.kind, self.shape) {
            (OutputKind::Default, _) | (OutputKind::All, Shape::RowForEach) => {
                self.pending.push((delta, origin));
            }
            (OutputKind::Last, Shape::RowForEach) => self.hold_last(delta, origin, present),
            _ => self.take(delta, origin, present)?,
        }
        Ok(())
    }

    /// Is the number of events reached that an output waits for?
    fn has_counted(&self) -> bool {
        let events = self.new_events.max(self.old_events);
        matches!(self.limit.every, Some(Every::Events(n)) if events >= n)
    }

    /// A step before `after` is over. Its rows are part of the first output, but for those of a
    /// statement without aggregates that shows each row once, or sorted.
    fn keep_closed(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<(), Fault> {
        let is_kept = match (self.limit.kind, self.shape) {
            (OutputKind::Default, Shape::RowForEach) => false,
            (OutputKind::All | OutputKind::Last, Shape::RowForEach) => !self.is_sorted,
            (OutputKind::Default | OutputKind::All | OutputKind::Last, _) => true,
            (OutputKind::First | OutputKind::Snapshot, _) => false,
        };
        match is_kept {
            true => self.hold(delta, origin, present),
            // The events count in aggregates all the same.
            false => present.rows(delta, origin).map(drop),
        }
    }

    /// Is the time of `after` over? The event that reaches a count is itself passed over.
    fn open(&mut self, arrived: usize, now: Millis) -> bool {
        if self.is_open {
            return true;
        }
        match self.limit.after {
            Some(After::Events(n)) => {
                self.waited += arrived as u64;
                self.is_open = self.waited > n;
            }
            Some(After::Time(_)) => self.is_open = self.opens.is_some_and(|opens| now >= opens),
            None => self.is_open = true,
        }
        self.is_open
    }

    /// The interval begins, if it has not.
    fn start(&mut self, now: Millis) {
        if let (None, Some(Every::Time(period))) = (self.started, self.limit.every) {
            self.started = Some(now);
            self.due = Some(after(now, period));
        }
    }

    /// The clock has reached `due`.
    ///
    /// # Errors
    /// [`Fault`] where a row made for the output has no result.
    pub fn fire(&mut self, present: &mut Present<'_>) -> Result<Released, Fault> {
        if let (Some(started), Some(Every::Time(period))) = (self.started, self.limit.every) {
            self.due = Some(next_on_grid(started, period, present.now));
        }
        if self.limit.kind == OutputKind::First {
            self.end_interval();
            return Ok(Released::Nothing);
        }
        self.release(present)
    }

    fn end_interval(&mut self) {
        self.posted = false;
        self.is_quiet = true;
        self.new_events = 0;
        self.old_events = 0;
        self.entries.values_mut().for_each(|e| e.touched = false);
    }

    fn entry(&mut self, key: &Arc<[Value]>) -> &mut Entry {
        let next = self.index.len() as u64;
        let number = *self.index.entry(key.clone()).or_insert(next);
        self.entries.entry(number).or_insert_with(|| Entry {
            key: key.clone(),
            old: None,
            event: None,
            touched: false,
        })
    }
}
