//! Rows of a window that slides enter their groups and leave them.

use std::ops::Range;

use tachograph_event::Column;

use super::cell::{Cell, FloatCell, IntegerCell};
use super::show::{Average, Count, Double, Int, Long, Show, Shown};
use super::{Cells, Data, Shows};
use crate::column::paged::Paged;
use crate::column::sliding::arguments::{Arguments, Values};

/// Rows of a ring on their way in, and those that they push out.
#[derive(Debug, Clone)]
pub struct Passage<'a> {
    /// Groups of the ring's rows.
    pub groups: &'a [u32],
    /// The rows that enter, one after the other.
    pub entering: Range<usize>,
    /// Each row from here on pushes out the one that lies so many rows before it.
    pub pushes: Option<(usize, usize)>,
    /// Is what the group of the row pushed out shows asked for as well, where it is another?
    pub both: bool,
}

impl Passage<'_> {
    /// The row that leaves when row `i` has come.
    #[inline]
    fn left(&self, i: usize) -> Option<usize> {
        match self.pushes {
            Some((from, size)) if i >= from => Some(i - size),
            _ => None,
        }
    }
}

impl Cells {
    /// Lets rows enter; gives what each one's group then shows, followed by what the group of
    /// the row pushed out shows, if both are asked for.
    pub fn slide(&mut self, passage: &Passage<'_>, arguments: &Arguments) -> Column {
        match (&mut self.data, &arguments.values) {
            (Data::Integer(cells), Values::Whole(v)) => {
                integers(cells, self.shows, passage, arguments, |i| v[i])
            }
            (Data::Integer(cells), _) => integers(cells, self.shows, passage, arguments, |_| 0),
            (Data::Float(cells), Values::Whole(v)) => {
                floats(cells, self.shows, passage, arguments, |i| v[i] as f64)
            }
            (Data::Float(cells), Values::Double(v)) => {
                floats(cells, self.shows, passage, arguments, |i| v[i])
            }
            (Data::Float(_), Values::Nothing) => unreachable!("a sum looks at values"),
        }
    }

    /// Lets rows of a ring leave.
    pub fn drop_rows(&mut self, groups: &[u32], arguments: &Arguments, leaving: Range<usize>) {
        match (&mut self.data, &arguments.values) {
            (Data::Integer(cells), Values::Whole(v)) => {
                leave(cells, groups, arguments, leaving, |i| v[i]);
            }
            (Data::Integer(cells), _) => leave(cells, groups, arguments, leaving, |_| 0),
            (Data::Float(cells), Values::Whole(v)) => {
                leave(cells, groups, arguments, leaving, |i| v[i] as f64);
            }
            (Data::Float(cells), Values::Double(v)) => {
                leave(cells, groups, arguments, leaving, |i| v[i]);
            }
            (Data::Float(_), Values::Nothing) => unreachable!("a sum looks at values"),
        }
    }
}

fn integers(
    cells: &mut Paged<IntegerCell>,
    shows: Shows,
    passage: &Passage<'_>,
    arguments: &Arguments,
    value: impl Fn(usize) -> i64,
) -> Column {
    match shows {
        Shows::Count => slide::<_, Count>(cells, passage, arguments, value),
        Shows::Int => slide::<_, Int>(cells, passage, arguments, value),
        _ => slide::<_, Long>(cells, passage, arguments, value),
    }
}

fn floats(
    cells: &mut Paged<FloatCell>,
    shows: Shows,
    passage: &Passage<'_>,
    arguments: &Arguments,
    value: impl Fn(usize) -> f64,
) -> Column {
    match shows {
        Shows::Average => slide::<_, Average>(cells, passage, arguments, value),
        _ => slide::<_, Double>(cells, passage, arguments, value),
    }
}

fn slide<C: Cell, S: Show<C>>(
    cells: &mut Paged<C>,
    passage: &Passage<'_>,
    arguments: &Arguments,
    value: impl Fn(usize) -> C::Value,
) -> Column {
    let mut after = Shown::with_capacity(passage.entering.len());
    match (passage.both, arguments.any_null()) {
        (false, false) => one::<C, S>(cells.get_mut(0), passage, value, &mut after),
        _ => several::<C, S>(cells, passage, arguments, value, &mut after),
    }
    after.finish(S::data)
}

/// All rows are of one group, whose cell stays at hand.
fn one<C: Cell, S: Show<C>>(
    cell: &mut C,
    passage: &Passage<'_>,
    value: impl Fn(usize) -> C::Value,
    after: &mut Shown<S::Value>,
) {
    let Range { start, end } = passage.entering;
    let (from, size) = passage.pushes.unwrap_or((end, 0));
    let from = from.clamp(start, end);
    let mut held = *cell;
    after.extend((start..from).map(|i| {
        held.enter(value(i));
        S::show(&held)
    }));
    after.extend((from..end).map(|i| {
        held.enter(value(i));
        held.leave(value(i - size));
        S::show(&held)
    }));
    *cell = held;
}

fn several<C: Cell, S: Show<C>>(
    cells: &mut Paged<C>,
    passage: &Passage<'_>,
    arguments: &Arguments,
    value: impl Fn(usize) -> C::Value,
    after: &mut Shown<S::Value>,
) {
    let group = |i: usize| passage.groups[i] as usize;
    for i in passage.entering.clone() {
        if !arguments.is_null(i) {
            cells.get_mut(group(i)).enter(value(i));
        }
        let left = passage.left(i);
        if let Some(left) = left.filter(|left| !arguments.is_null(*left)) {
            cells.get_mut(group(left)).leave(value(left));
        }
        after.push(S::show(cells.get(group(i))));
        let other = left.map(group).filter(|g| passage.both && *g != group(i));
        if let Some(other) = other {
            after.push(S::show(cells.get(other)));
        }
    }
}

fn leave<C: Cell>(
    cells: &mut Paged<C>,
    groups: &[u32],
    arguments: &Arguments,
    mut leaving: Range<usize>,
    value: impl Fn(usize) -> C::Value,
) {
    let mut leave = |i: usize| cells.get_mut(groups[i] as usize).leave(value(i));
    match arguments.any_null() {
        false => leaving.for_each(leave),
        true => leaving
            .by_ref()
            .filter(|i| !arguments.is_null(*i))
            .for_each(&mut leave),
    }
}
