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
//! | `first` | the first row at once, then silence until the interval ends; groups each by itself |
//! | `snapshot` | what iterating gives |

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use tachograph_event::{CodecError, Decoder, Encoder, Millis, Origin, Value};
use tachograph_plan::{After, Every, OutputKind, OutputLimit, Selector, Shape, Statement};

use super::polled::Polled;
use crate::event::Delta;
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
    /// Has the interval touched it?
    touched: bool,
}

/// State of an output clause.
#[derive(Debug)]
pub struct Limiter {
    limit: OutputLimit,
    shape: Shape,
    selector: Selector,
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
    /// `first` without groups: has the interval posted?
    posted: bool,
}

/// What a limiter looks at when an output is due.
pub struct Present<'a> {
    /// Aggregates.
    pub shaper: &'a mut Shaper,
    /// Windows.
    pub windows: &'a WindowSet,
    /// The clock.
    pub now: Millis,
}

impl Present<'_> {
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
            shape: statement.shape,
            selector: statement.selector,
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
            posted: false,
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
        if !self.open(arrived, present.now) {
            // The events count in aggregates all the same.
            present.rows(delta, origin)?;
            return Ok(Released::Nothing);
        }
        self.start(present.now);
        if self.limit.every.is_none() {
            return Ok(Released::Rows(present.rows(delta, origin)?));
        }
        self.new_events += arrived as u64;
        self.old_events += left as u64;
        match self.limit.kind {
            OutputKind::First => return self.first(delta, origin, present),
            OutputKind::Default => self.pending.push((delta, origin)),
            _ => {
                let rows = present.rows(delta, origin)?;
                self.keep(rows);
            }
        }
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
        let grouped = matches!(self.shape, Shape::RowPerGroup | Shape::AggregateGrouped);
        if self.limit.kind == OutputKind::First && grouped {
            // Each group has an interval of its own.
            return;
        }
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

    fn first(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        match self.shape {
            Shape::RowPerGroup => return self.first_of_groups(&delta, origin, present),
            Shape::AggregateGrouped => return self.first_events(delta, origin, present),
            _ => {}
        }
        let (arrived, left) = (delta.new.len(), delta.old.len());
        let rows = present.rows(delta, origin)?;
        let mut released = Released::Nothing;
        let shows = match self.selector {
            Selector::RStream => !rows.old.is_empty(),
            _ => !rows.is_empty(),
        };
        if !self.posted && shows {
            self.posted = true;
            self.new_events = arrived as u64;
            self.old_events = left as u64;
            released = Released::Rows(rows);
        }
        if let Some(Every::Events(n)) = self.limit.every
            && self.new_events.max(self.old_events) >= n
        {
            self.end_interval();
        }
        Ok(released)
    }

    /// Groups that pass, each a row as it stands after the step; old: as it stood before, but
    /// under `having`, which looks at the groups event by event, as it stands after.
    fn first_of_groups(
        &mut self,
        delta: &Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let (every, now) = (self.limit.every, present.now);
        let polled = &mut self.polled;
        let mut passes = |key: &Arc<[Value]>, arrives| polled.passes(key, arrives, every, now);
        let windows = present.windows;
        let rows = present
            .shaper
            .passing_groups(delta, windows, now, origin, &mut passes)?;
        Ok(released(rows))
    }

    /// Events whose group passes.
    fn first_events(
        &mut self,
        delta: Delta,
        origin: Origin,
        present: &mut Present<'_>,
    ) -> Result<Released, Fault> {
        let rows = present.rows(delta, origin)?;
        let mut passed = Rows::default();
        for row in rows.new {
            let every = self.limit.every;
            if self.polled.passes(&row.group, true, every, present.now) {
                passed.new.push(row);
            }
        }
        let posts = |row: &Row| passed.new.iter().any(|new| new.group == row.group);
        passed.old = rows.old.into_iter().filter(posts).collect();
        Ok(released(passed))
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
            touched: false,
        })
    }

    /// Remembers what the coming output needs.
    fn keep(&mut self, rows: Rows) {
        match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => {}
            (OutputKind::All, Shape::RowForEach | Shape::RowPerEvent | Shape::RowForAll) => {
                self.rows.append(rows);
            }
            (OutputKind::Last, Shape::RowForEach | Shape::RowPerEvent) => self.keep_last(rows),
            (OutputKind::Last, Shape::RowForAll) => self.keep_first_old(rows),
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

    /// The first old row: how it stood when the interval began. The new one is made at the output.
    fn keep_first_old(&mut self, rows: Rows) {
        if self.rows.old.is_empty() {
            self.rows.old.extend(rows.old.into_iter().next());
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
            entry.touched = true;
            if entry.old.is_none() {
                entry.old = Some(row);
            }
        }
        for row in rows.new {
            self.entry(&row.group).touched = true;
        }
    }

    fn release(&mut self, present: &mut Present<'_>) -> Result<Released, Fault> {
        let rows = match (self.limit.kind, self.shape) {
            (OutputKind::Snapshot, _) => Rows {
                new: present.shaper.iterate(present.windows, present.now)?,
                old: Vec::new(),
            },
            (OutputKind::Default, Shape::RowForAll) => {
                self.rows = self.release_pending(present)?;
                self.release_whole(present)?
            }
            (OutputKind::Default, _) => self.release_pending(present)?,
            (_, Shape::RowForEach | Shape::RowPerEvent) => std::mem::take(&mut self.rows),
            (_, Shape::RowForAll) => self.release_whole(present)?,
            (_, Shape::AggregateGrouped) => self.release_newest(),
            (_, Shape::RowPerGroup) => self.release_states(present)?,
        };
        self.end_interval();
        Ok(released(rows))
    }

    /// The steps of the interval, one after the other: aggregates take them in only now.
    fn release_pending(&mut self, present: &mut Present<'_>) -> Result<Rows, Fault> {
        let mut rows = Rows::default();
        for (delta, origin) in std::mem::take(&mut self.pending) {
            rows.append(present.rows(delta, origin)?);
        }
        Ok(rows)
    }

    /// The rows of the interval; where there is none, how it stands now.
    fn release_whole(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
        let mut rows = std::mem::take(&mut self.rows);
        let now = |is_new| {
            let (windows, now) = (present.windows, present.now);
            present
                .shaper
                .present_row(&Arc::from([]), is_new, windows, now)
        };
        if rows.new.is_empty() {
            rows.new.extend(now(true)?);
        }
        if rows.old.is_empty() {
            rows.old.extend(now(false)?);
        }
        Ok(rows)
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
        if !all {
            self.entries.clear();
            self.index.clear();
        }
        rows
    }

    fn release_states(&mut self, present: &Present<'_>) -> Result<Rows, Fault> {
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
        if !all {
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
        to.list(self.pending.iter(), |to, (delta, origin)| {
            delta.save(to);
            to.u32(origin.partition);
            to.u64(origin.position);
        });
        self.rows.save(to);
        self.polled.save(to);
        to.bool(self.posted);
        to.list(self.entries.values(), |to, entry| {
            to.values(&entry.key);
            to.option(entry.old.as_ref(), |to, row| row.save(to));
            to.option(entry.new.as_ref(), |to, row| row.save(to));
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
        self.pending = from.list(|from| {
            let delta = Delta::load(from)?;
            let (partition, position) = (from.u32()?, from.u64()?);
            Ok((
                delta,
                Origin {
                    partition,
                    position,
                },
            ))
        })?;
        self.rows = Rows::load(from)?;
        self.polled = Polled::load(from)?;
        self.posted = from.bool()?;
        for _ in 0..from.size()? {
            let key = Arc::from(from.values()?);
            let entry = self.entry(&key);
            entry.old = from.option(Row::load)?;
            entry.new = from.option(Row::load)?;
            entry.touched = from.bool()?;
        }
        Ok(())
    }
}
