//! Sums and counts by group number: the state of one aggregate for all groups.

pub mod cell;
mod column;
mod enter;
mod saved;
mod slide;

use tachograph_event::{Column, Type, Value};
use tachograph_plan::{AggregateCall, Kernel};

use self::cell::{FloatCell, IntegerCell, Shown, Shows, show_float, show_integer};
pub use self::column::CellColumn;
pub use self::saved::CellsSnapshot;
use super::paged::Paged;

/// The state of one aggregate for all groups.
#[derive(Debug)]
pub struct Cells {
    shows: Shows,
    data: Data,
}

#[derive(Debug)]
enum Data {
    Integer(Paged<IntegerCell>),
    Float(Paged<FloatCell>),
}

impl Cells {
    /// Does an aggregate have a form by column?
    pub fn fit(call: &AggregateCall) -> bool {
        Cells::shows(call).is_some()
    }

    fn shows(call: &AggregateCall) -> Option<Shows> {
        if call.distinct || call.filter.is_some() {
            return None;
        }
        let types = call.argument_types();
        let plain = match types.as_slice() {
            [] => true,
            [ty] => matches!(ty, Type::Int | Type::Long | Type::Double | Type::Str),
            _ => false,
        };
        let shows = match call.function.kernel(&types)? {
            Kernel::CountAll | Kernel::Count => Shows::Count,
            Kernel::SumInteger if call.ty == Type::Int => Shows::Int,
            Kernel::SumInteger => Shows::Long,
            Kernel::SumFloat if types == [Type::Double] => Shows::Double,
            Kernel::Average if types != [Type::Str] => Shows::Average,
            _ => return None,
        };
        plain.then_some(shows)
    }

    /// The empty state of an aggregate that fits.
    pub fn new(call: &AggregateCall) -> Cells {
        let shows = Cells::shows(call).expect("only aggregates that fit get cells");
        let data = match shows {
            Shows::Double | Shows::Average => Data::Float(Paged::default()),
            _ => Data::Integer(Paged::default()),
        };
        Cells { shows, data }
    }

    /// Makes room for groups numbered below `slots`.
    pub fn grow(&mut self, slots: usize) {
        match &mut self.data {
            Data::Integer(cells) => cells.grow(slots),
            Data::Float(cells) => cells.grow(slots),
        }
    }

    /// What the named groups show.
    pub fn show(&self, groups: &[u32]) -> Column {
        let mut column = CellColumn::new(self);
        for &group in groups {
            match &self.data {
                Data::Integer(cells) => {
                    column.push(show_integer(self.shows, cells.get(group as usize)));
                }
                Data::Float(cells) => {
                    column.push(show_float(self.shows, cells.get(group as usize)))
                }
            }
        }
        column.finish()
    }

    /// The type of what is shown.
    pub fn ty(&self) -> Type {
        match self.shows {
            Shows::Int => Type::Int,
            Shows::Count | Shows::Long => Type::Long,
            Shows::Double | Shows::Average => Type::Double,
        }
    }

    /// What a group without events shows.
    pub fn empty_value(&self) -> Value {
        match self.shows {
            Shows::Count => Value::Long(0),
            _ => Value::Null,
        }
    }

    /// Makes a column one row: what a group shows.
    pub fn show_one(&self, group: u32, column: &mut Column) {
        match &self.data {
            Data::Integer(cells) => {
                column.set_one_whole(match show_integer(self.shows, cells.get(group as usize)) {
                    Shown::Whole(number) => Some(number),
                    _ => None,
                });
            }
            Data::Float(cells) => {
                column.set_one_double(match show_float(self.shows, cells.get(group as usize)) {
                    Shown::Double(number) => Some(number),
                    _ => None,
                });
            }
        }
    }

    /// Does the aggregate look at its argument's value, beyond whether it is null?
    pub fn wants_values(&self) -> bool {
        self.shows != Shows::Count
    }

    /// Empties a group.
    pub fn clear(&mut self, group: u32) {
        match &mut self.data {
            Data::Integer(cells) => *cells.get_mut(group as usize) = IntegerCell::default(),
            Data::Float(cells) => *cells.get_mut(group as usize) = FloatCell::default(),
        }
    }
}
