//! Rows enter their groups.

use tachograph_event::{Column, ColumnData};

use super::cell::{
    FloatCell, IntegerCell, Shown, change_float, change_integer, show_float, show_integer,
};
use super::column::CellColumn;
use super::{Cells, Data};
use crate::column::paged::Paged;

impl Cells {
    /// Adds each row's argument to its group. `after`, if given, gets what the group shows then.
    pub fn enter(
        &mut self,
        argument: Option<&Column>,
        groups: &[u32],
        after: Option<&mut CellColumn>,
    ) {
        let shows = self.shows;
        match &mut self.data {
            Data::Integer(cells) => {
                let change = |cell: &mut IntegerCell, value| change_integer(cell, value, 1);
                let show = |cell: &IntegerCell| show_integer(shows, cell);
                match argument.map(Column::data) {
                    Some(ColumnData::Int(v)) => {
                        walk(
                            cells,
                            argument,
                            groups,
                            after,
                            |c, i| change(c, v[i].into()),
                            show,
                        );
                    }
                    Some(ColumnData::Long(v)) => {
                        walk(cells, argument, groups, after, |c, i| change(c, v[i]), show);
                    }
                    _ => walk(cells, argument, groups, after, |c, _| change(c, 0), show),
                }
            }
            Data::Float(cells) => {
                let change = |cell: &mut FloatCell, value| change_float(cell, value, 1);
                let show = |cell: &FloatCell| show_float(shows, cell);
                match argument.map(Column::data) {
                    Some(ColumnData::Int(v)) => {
                        walk(
                            cells,
                            argument,
                            groups,
                            after,
                            |c, i| change(c, v[i].into()),
                            show,
                        );
                    }
                    Some(ColumnData::Long(v)) => {
                        walk(
                            cells,
                            argument,
                            groups,
                            after,
                            |c, i| change(c, v[i] as f64),
                            show,
                        );
                    }
                    Some(ColumnData::Double(v)) => {
                        walk(cells, argument, groups, after, |c, i| change(c, v[i]), show);
                    }
                    _ => unreachable!("sums of doubles have a number as argument"),
                }
            }
        }
    }
}

/// Changes the cell of each row whose argument is not null, and shows it.
#[inline]
fn walk<T: Clone + Default>(
    cells: &mut Paged<T>,
    argument: Option<&Column>,
    groups: &[u32],
    after: Option<&mut CellColumn>,
    change: impl Fn(&mut T, usize),
    show: impl Fn(&T) -> Shown,
) {
    let nulls = argument.filter(|c| c.nulls().is_some());
    let counts = |i: usize| nulls.is_none_or(|column| !column.is_null(i));
    match after {
        None => {
            for (i, group) in groups.iter().enumerate() {
                if counts(i) {
                    change(cells.get_mut(*group as usize), i);
                }
            }
        }
        Some(after) => {
            for (i, group) in groups.iter().enumerate() {
                let cell = cells.get_mut(*group as usize);
                if counts(i) {
                    change(cell, i);
                }
                after.push(show(cell));
            }
        }
    }
}
