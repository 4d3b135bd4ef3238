//! The clock of a `#time_batch` and which groups its intervals have touched.

use tachograph_event::{CodecError, Column, ColumnBuilder, Decoder, Encoder, Millis, Type, Value};
use tachograph_plan::{Period, Window};

use crate::column::cells::Cells;
use crate::column::interner::Interner;
use crate::column::touched::TouchedGroups;
use crate::window::{after, next_on_grid};

/// The interval's clock and the groups of this interval and the one before.
#[derive(Debug)]
pub struct TimeBatchState {
    period: Period,
    reference: Option<Millis>,
    due: Option<Millis>,
    /// Has the interval, or the one before, an event?
    current: bool,
    last: bool,
    /// Groups of the interval.
    touched: TouchedGroups,
    last_touched: Vec<u32>,
    /// What the groups of the interval before showed when it was posted.
    shown: Vec<Column>,
}

impl TimeBatchState {
    /// The empty state of a `#time_batch`; `start` is the clock at deployment.
    pub fn new(window: &Window, start: Millis) -> TimeBatchState {
        let Window::TimeBatch {
            period,
            reference,
            start_eager,
            ..
        } = window
        else {
            unreachable!("made for time batches alone");
        };
        let mut state = TimeBatchState {
            period: *period,
            reference: *reference,
            due: None,
            current: false,
            last: false,
            touched: TouchedGroups::default(),
            last_touched: Vec::new(),
            shown: Vec::new(),
        };
        if *start_eager {
            state.start(start);
        }
        state
    }

    fn start(&mut self, now: Millis) {
        self.due = Some(match self.reference {
            Some(reference) => next_on_grid(reference, self.period, now),
            None => {
                self.reference = Some(now);
                after(now, self.period)
            }
        });
    }

    /// When the interval ends.
    pub fn due(&self) -> Option<Millis> {
        self.due
    }

    /// An event has passed the filter.
    pub fn arrive(&mut self, now: Millis) {
        self.current = true;
        if self.due.is_none() {
            self.start(now);
        }
    }

    /// Notes the groups of events.
    pub fn touch(&mut self, groups: &[u32], slots: usize) {
        self.touched.touch(groups, slots);
    }

    /// The interval ends: the groups that have a row, new ones first.
    pub fn end(&mut self, now: Millis) -> Vec<u32> {
        let empty = !self.current && !self.last;
        self.last = std::mem::take(&mut self.current);
        self.due = match (empty || !self.last, self.reference) {
            (false, Some(reference)) => Some(next_on_grid(reference, self.period, now)),
            _ => None,
        };
        let mut groups = self.touched.groups().to_vec();
        groups.extend(self.last_touched.iter().filter(|g| !self.touched.has(**g)));
        groups
    }

    /// After the rows were posted: this interval becomes the one before; keys without an event
    /// in it are let go.
    pub fn turn(&mut self, interner: &mut Interner, shown: &[Column]) {
        let rows = 0..self.touched.groups().len();
        self.shown = shown.iter().map(|c| c.slice(rows.clone())).collect();
        for &group in &self.last_touched {
            if !self.touched.has(group) {
                interner.release(group);
            }
        }
        self.last_touched = self.touched.take();
    }

    /// For iterating: groups of the gathering batch, with their aggregates as they were posted
    /// last, or over nothing.
    pub fn present(&self, cells: &[Cells]) -> (Vec<u32>, Vec<Column>) {
        let posted = |group: &u32| self.last_touched.iter().position(|g| g == group);
        let columns = cells.iter().enumerate().map(|(i, cells)| {
            let mut builder = ColumnBuilder::new(&cells.ty());
            for group in self.touched.groups() {
                builder.push(match (posted(group), self.shown.get(i)) {
                    (Some(row), Some(shown)) => shown.value(row),
                    _ => cells.empty_value(),
                });
            }
            builder.finish()
        });
        (self.touched.groups().to_vec(), columns.collect())
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.reference, Encoder::i64);
        to.option(self.due, Encoder::i64);
        to.bool(self.current);
        to.bool(self.last);
        self.touched.save(to);
        to.list(self.last_touched.iter(), |to, g| to.u32(*g));
        to.list(self.shown.iter(), |to, column| {
            let values: Vec<Value> = (0..column.len()).map(|i| column.value(i)).collect();
            to.values(&values);
        });
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>, types: &[Type]) -> Result<(), CodecError> {
        self.reference = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        self.current = from.bool()?;
        self.last = from.bool()?;
        self.touched.load(from)?;
        self.last_touched = from.list(Decoder::u32)?;
        let saved = from.list(Decoder::values)?;
        let columns = types.iter().zip(saved);
        self.shown = columns.map(|(ty, values)| column(ty, values)).collect();
        Ok(())
    }
}

fn column(ty: &Type, values: Vec<Value>) -> Column {
    let mut builder = ColumnBuilder::new(ty);
    values.into_iter().for_each(|v| builder.push(v));
    builder.finish()
}
