//! Aggregates over `#length(n)`, `#time(p)`, or all events so far: a ring of group numbers and
//! arguments, typed, and nothing else of the events.
//!
//! Entering rows are appended at one end of plain vectors, leaving ones are passed over at the
//! other; what was passed over is dropped when it is half of the vector.

use std::ops::Range;

use tachograph_event::{CodecError, Column, Decoder, Encoder, Millis};
use tachograph_plan::{AggregateCall, Period, Window};

use super::arguments::Arguments;
use crate::column::interner::Interner;
use crate::window::after;

/// When an event leaves.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Length(usize),
    Time(Period),
}

/// The held events.
#[derive(Debug)]
pub struct Ring {
    bound: Bound,
    /// Rows before it have left.
    head: usize,
    /// Instants at which rows leave; empty where a number of rows is the bound.
    leaves: Vec<Millis>,
    groups: Vec<u32>,
    arguments: Vec<Arguments>,
    /// Held events by group.
    members: Vec<u32>,
}

impl Ring {
    /// The empty ring of a window; `wants_values` says which aggregates look at values.
    pub fn new(window: &Window, calls: &[AggregateCall], wants_values: &[bool]) -> Ring {
        let bound = match window {
            Window::Length(size) => Bound::Length(*size),
            Window::Time(period) => Bound::Time(*period),
            _ => unreachable!("made for windows that slide"),
        };
        let calls = calls.iter().zip(wants_values);
        Ring {
            bound,
            head: 0,
            leaves: Vec::new(),
            groups: Vec::new(),
            arguments: calls.map(|(c, wants)| Arguments::new(c, *wants)).collect(),
            members: Vec::new(),
        }
    }

    /// Can a window be kept this way?
    pub fn fits(window: &Window) -> bool {
        matches!(window, Window::Length(_) | Window::Time(_))
    }

    /// When the oldest event leaves by itself.
    pub fn due(&self) -> Option<Millis> {
        self.leaves.get(self.head).copied()
    }

    /// As `due`, if an event of `time` enters now.
    pub fn due_with(&self, time: Millis) -> Option<Millis> {
        match self.bound {
            Bound::Length(_) => None,
            Bound::Time(period) => self.due().or_else(|| Some(after(time, period))),
        }
    }

    /// The groups of all rows, left and held.
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// The arguments of an aggregate, by the same row numbers as `groups`.
    pub fn arguments(&self, aggregate: usize) -> &Arguments {
        &self.arguments[aggregate]
    }

    /// The rows that are held.
    pub fn held(&self) -> Range<usize> {
        self.head..self.groups.len()
    }

    /// Appends rows; gives their numbers.
    pub fn enter<'a>(
        &mut self,
        times: &[Millis],
        groups: &[u32],
        arguments: impl Iterator<Item = Option<&'a Column>>,
        slots: usize,
    ) -> Range<usize> {
        let before = self.groups.len();
        if let Bound::Time(period) = self.bound {
            self.leaves.extend(times.iter().map(|t| after(*t, period)));
        }
        self.groups.extend_from_slice(groups);
        for (held, column) in self.arguments.iter_mut().zip(arguments) {
            held.push(column, before, groups.len());
        }
        if self.members.len() < slots {
            self.members.resize(slots, 0);
        }
        for group in groups {
            self.members[*group as usize] += 1;
        }
        before..self.groups.len()
    }

    /// The row that leaves when row `entering` has come, if a number of rows is the bound.
    #[inline]
    pub fn pushed_out(&self, entering: usize) -> Option<usize> {
        match self.bound {
            Bound::Length(size) => (entering + 1)
                .checked_sub(size)
                .and_then(|count| count.checked_sub(1))
                .filter(|row| *row >= self.head),
            Bound::Time(_) => None,
        }
    }

    /// From which row on each entering one pushes out another, and how many rows that one lies
    /// before it.
    pub fn pushes(&self) -> Option<(usize, usize)> {
        match self.bound {
            Bound::Length(size) => Some((self.head + size, size)),
            Bound::Time(_) => None,
        }
    }

    /// The rows that leave when the clock reaches `now`.
    pub fn expired(&self, now: Millis) -> Range<usize> {
        let held = &self.leaves[self.head..];
        self.head..self.head + held.partition_point(|leaves| *leaves <= now)
    }

    /// The rows that leave since more than the bound have come.
    pub fn surplus(&self) -> Range<usize> {
        match self.bound {
            Bound::Length(size) => self.head..self.groups.len().saturating_sub(size).max(self.head),
            Bound::Time(_) => self.head..self.head,
        }
    }

    /// Rows have left; groups without a row are let go by number.
    pub fn leave(&mut self, rows: Range<usize>, mut emptied: impl FnMut(u32)) {
        for row in rows.clone() {
            let group = self.groups[row];
            let members = &mut self.members[group as usize];
            *members -= 1;
            if *members == 0 {
                emptied(group);
            }
        }
        self.head = rows.end;
        if self.head > 1_024 && self.head * 2 > self.groups.len() {
            self.compact();
        }
    }

    fn compact(&mut self) {
        self.groups.drain(..self.head);
        if !self.leaves.is_empty() {
            self.leaves.drain(..self.head);
        }
        self.arguments
            .iter_mut()
            .for_each(|a| a.drop_first(self.head));
        self.head = 0;
    }

    /// The groups of held rows, each once, in the order of their oldest row.
    pub fn held_groups(&self) -> Vec<u32> {
        distinct(&self.groups[self.held()], self.members.len())
    }

    /// Writes the held rows.
    pub fn save(&self, to: &mut Encoder) {
        let held = self.held();
        to.list(self.groups[held.clone()].iter(), |to, g| to.u32(*g));
        let leaves = self.leaves.get(held.clone()).unwrap_or_default();
        to.list(leaves.iter(), |to, t| to.i64(*t));
        self.arguments.iter().for_each(|a| a.save(to, held.clone()));
    }

    /// Reads the held rows into a new ring.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.groups = from.list(Decoder::u32)?;
        self.leaves = from.list(Decoder::i64)?;
        self.arguments.iter_mut().try_for_each(|a| a.load(from))
    }

    /// Counts the members of groups again from what was loaded.
    ///
    /// # Errors
    /// [`CodecError`] where a row names a group that has no key.
    pub fn restore_members(&mut self, interner: &Interner) -> Result<(), CodecError> {
        self.members = vec![0; interner.slots().max(1)];
        for group in &self.groups {
            let members = self.members.get_mut(*group as usize);
            *members.ok_or(CodecError::Corrupt("group of a held event"))? += 1;
        }
        Ok(())
    }
}

/// Each number once, in the order of first occurrence; all lie below `slots`.
pub fn distinct(groups: &[u32], slots: usize) -> Vec<u32> {
    let mut seen = vec![false; slots];
    let first = |group: &&u32| !std::mem::replace(&mut seen[**group as usize], true);
    groups.iter().filter(first).copied().collect()
}
