//! Rows of a window that slides enter their groups and leave them.

use std::ops::Range;

use super::cell::{change_float, change_integer, show_float, show_integer};
use super::column::CellColumn;
use super::{Cells, Data};
use crate::column::paged::Paged;
use crate::column::sliding::arguments::{Arguments, Values};

impl Cells {
    /// Lets rows of a ring enter one after the other; after each, the row that `leaving` names
    /// leaves. `after` gets what the entering row's group then shows, and what the leaving row's
    /// group shows if `both` is set and it is another.
    pub fn slide(
        &mut self,
        groups: &[u32],
        arguments: &Arguments,
        entering: Range<usize>,
        leaving: impl Fn(usize) -> Option<usize>,
        both: bool,
        after: &mut CellColumn,
    ) {
        let shows = self.shows;
        let whole = |i: usize| match &arguments.values {
            Values::Whole(v) => v[i],
            _ => 0,
        };
        let float = |i: usize| match &arguments.values {
            Values::Whole(v) => v[i] as f64,
            Values::Double(v) => v[i],
            Values::Nothing => 0.0,
        };
        let rows = Rows {
            groups,
            arguments,
            entering,
            leaving,
            both,
        };
        match &mut self.data {
            Data::Integer(cells) => rows.walk(
                cells,
                |cell, i, sign| change_integer(cell, whole(i), sign),
                |cell| after.push(show_integer(shows, cell)),
            ),
            Data::Float(cells) => rows.walk(
                cells,
                |cell, i, sign| change_float(cell, float(i), sign),
                |cell| after.push(show_float(shows, cell)),
            ),
        }
    }

    /// Lets rows of a ring leave.
    pub fn drop_rows(&mut self, groups: &[u32], arguments: &Arguments, leaving: Range<usize>) {
        match &mut self.data {
            Data::Integer(cells) => {
                for i in leaving.filter(|i| !arguments.is_null(*i)) {
                    let value = match &arguments.values {
                        Values::Whole(v) => v[i],
                        _ => 0,
                    };
                    change_integer(cells.get_mut(groups[i] as usize), value, -1);
                }
            }
            Data::Float(cells) => {
                for i in leaving.filter(|i| !arguments.is_null(*i)) {
                    let value = match &arguments.values {
                        Values::Whole(v) => v[i] as f64,
                        Values::Double(v) => v[i],
                        Values::Nothing => 0.0,
                    };
                    change_float(cells.get_mut(groups[i] as usize), value, -1);
                }
            }
        }
    }
}

/// Rows of a ring on their way in, and those that they push out.
struct Rows<'a, L> {
    groups: &'a [u32],
    arguments: &'a Arguments,
    entering: Range<usize>,
    leaving: L,
    both: bool,
}

impl<L: Fn(usize) -> Option<usize>> Rows<'_, L> {
    #[inline]
    fn walk<T: Clone + Default>(
        self,
        cells: &mut Paged<T>,
        change: impl Fn(&mut T, usize, i64),
        mut show: impl FnMut(&T),
    ) {
        let counts = |i: usize| !self.arguments.is_null(i);
        for i in self.entering {
            let group = self.groups[i] as usize;
            if counts(i) {
                change(cells.get_mut(group), i, 1);
            }
            let Some(left) = (self.leaving)(i) else {
                show(cells.get(group));
                continue;
            };
            let other = self.groups[left] as usize;
            if counts(left) {
                change(cells.get_mut(other), left, -1);
            }
            show(cells.get(group));
            if self.both && other != group {
                show(cells.get(other));
            }
        }
    }
}
