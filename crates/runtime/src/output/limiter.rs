//! `output [after …] [all|first|last|snapshot] every …`.
//!
//! The interval starts with the first event, not at deployment; later outputs lie at multiples
//! from there, and a jump over several gives one. What an output shows:
//!
//! | kind | rows |
//! |---|---|
//! | default | every row of the interval, in order |
//! | `last` | per group, or in all, the last row; old: as it stood when the interval began |
//! | `all` | as `last`, for every group ever seen |
//! | `first` | the first row at once, then silence until the interval ends |
//! | `snapshot` | what iterating gives |

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Value};
use tachograph_plan::{After, Every, OutputKind, OutputLimit, Shape, Statement};

use crate::fault::Fault;
use crate::hash::FixedHash;
use crate::row::{Row, Rows};
use crate::shape::Shaper;
use crate::window::{WindowSet, after, next_on_grid};

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
    /// Newest row, where rows cannot be made again from the group's state.
    new: Option<Row>,
    /// Events of the group in this interval, for `first every n events`.
    events: u64,
    /// Has the interval touched it?
    touched: bool,
}

/// State of an output clause.
#[derive(Debug)]
pub struct Limiter {
    limit: OutputLimit,
    shape: Shape,
    started: Option<Millis>,
    due: Option<Millis>,
    new_events: u64,
    old_events: u64,
    /// Events seen while `after` lasts.
    waited: u64,
    opens: Option<Millis>,
    is_open: bool,
    rows: Rows,
    index: HashMap<Arc<[Value]>, u64, FixedHash>,
    entries: BTreeMap<u64, Entry>,
    /// `first` without groups: has the interval posted?
    posted: bool,
}

/// What a limiter looks at when an output is due.
pub struct Present<'a> {
    /// Aggregates.
    pub shaper: &'a Shaper,
    /// Windows.
    pub windows: &'a WindowSet,
    /// The clock.
    pub now: Millis,
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
            shape: statement.shape,
            started: None,
            due: None,
            new_events: 0,
            old_events: 0,
            waited: 0,
            opens,
            is_open: limit.after.is_none(),
            rows: Rows::default(),
            index: HashMap::with_hasher(FixedHash::default()),
            entries: BTreeMap::new(),
            posted: false,
        }
    }

    /// When an output is due.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    /// A step's rows. `arrived` and `left` count the step's events.
    ///
    /// # Errors
    /// [`Fault`] where a row made for the output has no result.
    pub fn offer(
        &mut self,
        rows: Rows,
        arrived: usize,
        left: usize,
        present: &Present<'_>,
    ) -> Result<Released, Fault> {
        if !self.open(arrived, present.now) {
            return Ok(Released::Nothing);
        }
        self.start(present.now);
        if self.limit.every.is_none() {
            return Ok(Released::Rows(rows));
        }
        self.new_events += arrived as u64;
        self.old_events += left as u64;
        if self.limit.kind == OutputKind::First {
            return Ok(self.first(rows));
        }
        self.keep(rows);
        match self.limit.every {
            Some(Every::Events(n)) if self.new_events.max(self.old_events) >= n => {
                self.release(present)
            }
            _ => Ok(Released::Nothing),
        }
    }

    /// Is the time of `after` over? The event that reaches a count is itself passed over.
    fn open(&mut self, arrived: usize, now: Millis) -> bool {
        if self.is_open {
            return true;
        }
        match self.limit.after {
            Some(After::Events(n)) if self.waited < n => {
                self.waited += arrived as u64;
                self.is_open = self.waited > n;
            }
            Some(After::Time(_)) => self.is_open = self.opens.is_some_and(|opens| now >= opens),
            _ => self.is_open = true,
        }
        self.is_open
    }

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
    pub fn fire(&mut self, present: &Present<'_>) -> Result<Released, Fault> {
        if let (Some(started), Some(Every::Time(period))) = (self.started, self.limit.every) {
            self.due = Some(next_on_grid(started, period, present.now));
        }
        if self.limit.kind == OutputKind::First {
            self.end_interval();
            return Ok(Released::Nothing);
        }
        self.release(present)
    }

    fn first(&mut self, rows: Rows) -> Released {
        let grouped = matches!(self.shape, Shape::RowPerGroup | Shape::AggregateGrouped);
        if grouped {
            return self.first_of_groups(rows);
        }
        let mut released = Released::Nothing;
        if !self.posted && !rows.is_empty() {
            self.posted = true;
            self.new_events = 1;
            self.old_events = 0;
            released = Released::Rows(rows);
        }
        if let Some(Every::Events(n)) = self.limit.every
            && self.new_events.max(self.old_events) >= n
        {
            self.end_interval();
        }
        released
    }

    fn first_of_groups(&mut self, rows: Rows) -> Released {
        let mut passed = Rows::default();
        for row in rows.new {
            if self.passes_first(&row) {
                passed.new.push(row);
            }
        }
        let posts = |row: &Row| passed.new.iter().any(|new| new.group == row.group);
        passed.old = rows.old.into_iter().filter(posts).collect();
        if passed.is_empty() {
            Released::Nothing
        } else {
            Released::Rows(passed)
        }
    }

    fn passes_first(&mut self, row: &Row) -> bool {
        let every = self.limit.every;
        let entry = self.entry(&row.group);
        let passes = !entry.touched;
        entry.touched = true;
        if let Every::Events(n) = every.unwrap_or(Every::Events(1)) {
            entry.events += 1;
            if entry.events >= n {
                entry.events = 0;
                entry.touched = false;
            }
        }
        passes
    }

    fn end_interval(&mut self) {
        self.posted = false;
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
            new: None,
            events: 0,
            touched: false,
        })
    }

    /// Remembers what the coming output needs.
    fn keep(&mut self, rows: Rows) {
        match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => {}
            (OutputKind::Default, _)
            | (OutputKind::All, Shape::RowForEach | Shape::RowPerEvent) => self.rows.append(rows),
            (OutputKind::Last, Shape::RowForEach | Shape::RowPerEvent) => self.keep_last(rows),
            (_, Shape::AggregateGrouped) => self.keep_newest(rows),
            _ => self.keep_states(rows),
        }
    }

    fn keep_last(&mut self, mut rows: Rows) {
        if let Some(row) = rows.new.pop() {
            self.rows.new = vec![row];
        }
        if let Some(row) = rows.old.pop() {
            self.rows.old = vec![row];
        }
    }

    fn keep_newest(&mut self, rows: Rows) {
        if self.limit.kind == OutputKind::All {
            for row in &rows.new {
                let entry = self.entry(&row.group);
                entry.touched = true;
                entry.new = Some(row.clone());
            }
            return self.rows.append(rows);
        }
        for row in rows.new {
            let entry = self.entry(&row.group);
            entry.touched = true;
            entry.new = Some(row);
        }
        for row in rows.old {
            let entry = self.entry(&row.group);
            entry.touched = true;
            entry.old = Some(row);
        }
    }

    /// Groups whose rows are made again at the output: only the old rows are remembered.
    fn keep_states(&mut self, rows: Rows) {
        for row in rows.old {
            let entry = self.entry(&row.group);
            if !entry.touched && entry.old.is_none() {
                entry.old = Some(row);
            }
        }
        for row in rows.new {
            self.entry(&row.group).touched = true;
        }
    }

    fn release(&mut self, present: &Present<'_>) -> Result<Released, Fault> {
        let rows = match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => Rows {
                new: present.shaper.iterate(present.windows, present.now)?,
                old: Vec::new(),
            },
            (OutputKind::Default, _) | (_, Shape::RowForEach | Shape::RowPerEvent) => {
                std::mem::take(&mut self.rows)
            }
            (_, Shape::AggregateGrouped) => self.release_newest(),
            _ => self.release_states(present)?,
        };
        self.end_interval();
        Ok(if rows.is_empty() {
            Released::Nothing
        } else {
            Released::Rows(rows)
        })
    }

    fn release_newest(&mut self) -> Rows {
        let mut rows = std::mem::take(&mut self.rows);
        let all = self.limit.kind == OutputKind::All;
        for entry in self.entries.values_mut() {
            if all {
                rows.new
                    .extend(entry.new.clone().filter(|_| !entry.touched));
            } else {
                rows.new.extend(entry.new.take());
                rows.old.extend(entry.old.take());
            }
        }
        rows
    }

    fn release_states(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
        if self.shape == Shape::RowForAll {
            self.entry(&Arc::from([])).touched = true;
        }
        let all = self.limit.kind == OutputKind::All;
        let mut rows = Rows::default();
        for entry in self.entries.values_mut() {
            if !all && !entry.touched {
                continue;
            }
            let (windows, now) = (present.windows, present.now);
            let row = |is_new| present.shaper.present_row(&entry.key, is_new, windows, now);
            let before = entry.old.take();
            rows.new.extend(row(true)?);
            rows.old.extend(before);
            entry.old = row(false)?;
        }
        if !all && self.shape == Shape::RowPerGroup {
            self.entries.clear();
            self.index.clear();
        }
        Ok(rows)
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.started, Encoder::i64);
        to.option(self.due, Encoder::i64);
        to.u64(self.new_events);
        to.u64(self.old_events);
        to.u64(self.waited);
        to.option(self.opens, Encoder::i64);
        to.bool(self.is_open);
        self.rows.save(to);
        to.bool(self.posted);
        to.list(self.entries.values(), |to, entry| {
            to.values(&entry.key);
            to.option(entry.old.as_ref(), |to, row| row.save(to));
            to.option(entry.new.as_ref(), |to, row| row.save(to));
            to.u64(entry.events);
            to.bool(entry.touched);
        });
    }

    /// Reads the state into a new limiter.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this clause's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.started = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        self.new_events = from.u64()?;
        self.old_events = from.u64()?;
        self.waited = from.u64()?;
        self.opens = from.option(Decoder::i64)?;
        self.is_open = from.bool()?;
        self.rows = Rows::load(from)?;
        self.posted = from.bool()?;
        for _ in 0..from.size()? {
            let key = Arc::from(from.values()?);
            let entry = self.entry(&key);
            entry.old = from.option(Row::load)?;
            entry.new = from.option(Row::load)?;
            entry.events = from.u64()?;
            entry.touched = from.bool()?;
        }
        Ok(())
    }
}
