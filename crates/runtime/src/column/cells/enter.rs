//! Rows of a batch enter their groups.

use tachograph_event::{Bitmap, Column, ColumnData};

use super::cell::{Cell, FloatCell, IntegerCell};
use super::show::{Average, Count, Double, Int, Long, Show, Shown};
use super::{Cells, Data, Shows};
use crate::column::paged::Paged;

/// What is done with the cells, row by row.
enum Then {
    /// Nothing besides.
    Nothing,
    /// What the row's group shows is gathered.
    Show(Shows),
}

impl Cells {
    /// Adds each row's argument to its group.
    pub fn enter(&mut self, argument: Option<&Column>, groups: &[u32]) {
        self.apply(argument, groups, Then::Nothing);
    }

    /// As `enter`; gives what each row's group shows after it.
    pub fn enter_and_show(&mut self, argument: Option<&Column>, groups: &[u32]) -> Column {
        let shown = self.apply(argument, groups, Then::Show(self.shows));
        shown.expect("a column was asked for")
    }

    fn apply(&mut self, argument: Option<&Column>, groups: &[u32], then: Then) -> Option<Column> {
        let nulls = argument.and_then(Column::nulls);
        match (&mut self.data, argument.map(Column::data)) {
            (Data::Integer(cells), Some(ColumnData::Int(v))) => {
                let v: &[i32] = v;
                integers(cells, nulls, groups, |i| v[i].into(), &then)
            }
            (Data::Integer(cells), Some(ColumnData::Long(v))) => {
                let v: &[i64] = v;
                integers(cells, nulls, groups, |i| v[i], &then)
            }
            (Data::Integer(cells), _) => integers(cells, nulls, groups, |_| 0, &then),
            (Data::Float(cells), Some(ColumnData::Int(v))) => {
                let v: &[i32] = v;
                floats(cells, nulls, groups, |i| v[i].into(), &then)
            }
            (Data::Float(cells), Some(ColumnData::Long(v))) => {
                let v: &[i64] = v;
                floats(cells, nulls, groups, |i| v[i] as f64, &then)
            }
            (Data::Float(cells), Some(ColumnData::Double(v))) => {
                let v: &[f64] = v;
                floats(cells, nulls, groups, |i| v[i], &then)
            }
            _ => unreachable!("sums of doubles have a number as argument"),
        }
    }
}

fn integers(
    cells: &mut Paged<IntegerCell>,
    nulls: Option<&Bitmap>,
    groups: &[u32],
    value: impl Fn(usize) -> i64,
    then: &Then,
) -> Option<Column> {
    match then {
        Then::Nothing => enter(cells, nulls, groups, value),
        Then::Show(Shows::Count) => return Some(shown::<_, Count>(cells, nulls, groups, value)),
        Then::Show(Shows::Int) => return Some(shown::<_, Int>(cells, nulls, groups, value)),
        Then::Show(_) => return Some(shown::<_, Long>(cells, nulls, groups, value)),
    }
    None
}

fn floats(
    cells: &mut Paged<FloatCell>,
    nulls: Option<&Bitmap>,
    groups: &[u32],
    value: impl Fn(usize) -> f64,
    then: &Then,
) -> Option<Column> {
    match then {
        Then::Nothing => enter(cells, nulls, groups, value),
        Then::Show(Shows::Average) => {
            return Some(shown::<_, Average>(cells, nulls, groups, value));
        }
        Then::Show(_) => return Some(shown::<_, Double>(cells, nulls, groups, value)),
    }
    None
}

fn enter<C: Cell>(
    cells: &mut Paged<C>,
    nulls: Option<&Bitmap>,
    groups: &[u32],
    value: impl Fn(usize) -> C::Value,
) {
    let rows = groups.iter().enumerate();
    match nulls {
        None => rows.for_each(|(i, g)| cells.get_mut(*g as usize).enter(value(i))),
        Some(nulls) => rows
            .filter(|(i, _)| !nulls.get(*i))
            .for_each(|(i, g)| cells.get_mut(*g as usize).enter(value(i))),
    }
}

fn shown<C: Cell, S: Show<C>>(
    cells: &mut Paged<C>,
    nulls: Option<&Bitmap>,
    groups: &[u32],
    value: impl Fn(usize) -> C::Value,
) -> Column {
    let mut after = Shown::with_capacity(groups.len());
    let rows = groups.iter().enumerate();
    match nulls {
        None => after.extend(rows.map(|(i, group)| {
            let cell = cells.get_mut(*group as usize);
            cell.enter(value(i));
            S::show(cell)
        })),
        Some(nulls) => after.extend(rows.map(|(i, group)| {
            let cell = cells.get_mut(*group as usize);
            if !nulls.get(i) {
                cell.enter(value(i));
            }
            S::show(cell)
        })),
    }
    after.finish(S::data)
}
