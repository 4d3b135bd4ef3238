//! Sums and counts by group number: the state of one aggregate for all groups.

mod cell;
mod enter;
mod saved;
mod show;
mod slide;

use tachograph_event::{Column, Type, Value};
use tachograph_plan::{AggregateCall, Kernel};

use self::cell::{Cell, FloatCell, IntegerCell};
pub use self::saved::CellsSnapshot;
use self::show::{Average, Count, Double, Int, Long, Show, Shown};
pub use self::slide::Passage;
use super::paged::Paged;

/// What the cells of one aggregate show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Count,
    Int,
    Long,
    Double,
    Average,
}

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
    #[inline]
    pub fn grow(&mut self, slots: usize) {
        match &mut self.data {
            Data::Integer(cells) => cells.grow(slots),
            Data::Float(cells) => cells.grow(slots),
        }
    }

    /// What the named groups show.
    pub fn show(&self, groups: &[u32]) -> Column {
        match (&self.data, self.shows) {
            (Data::Integer(cells), Shows::Count) => shown::<_, Count>(cells, groups),
            (Data::Integer(cells), Shows::Int) => shown::<_, Int>(cells, groups),
            (Data::Integer(cells), _) => shown::<_, Long>(cells, groups),
            (Data::Float(cells), Shows::Average) => shown::<_, Average>(cells, groups),
            (Data::Float(cells), _) => shown::<_, Double>(cells, groups),
        }
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
        let group = group as usize;
        match (&self.data, self.shows) {
            (Data::Integer(cells), Shows::Count) => {
                column.set_one_whole(Count::show(cells.get(group)));
            }
            (Data::Integer(cells), _) => column.set_one_whole(Long::show(cells.get(group))),
            (Data::Float(cells), Shows::Average) => {
                column.set_one_double(Average::show(cells.get(group)));
            }
            (Data::Float(cells), _) => column.set_one_double(Double::show(cells.get(group))),
        }
    }

    /// Does the aggregate look at its argument's value, beyond whether it is null?
    pub fn wants_values(&self) -> bool {
        self.shows != Shows::Count
    }

    /// Empties groups.
    pub fn clear(&mut self, groups: &[u32]) {
        match &mut self.data {
            Data::Integer(cells) => clear(cells, groups),
            Data::Float(cells) => clear(cells, groups),
        }
    }
}

fn clear<C: Cell>(cells: &mut Paged<C>, groups: &[u32]) {
    for group in groups {
        *cells.get_mut(*group as usize) = C::default();
    }
}

fn shown<C: Cell, S: Show<C>>(cells: &Paged<C>, groups: &[u32]) -> Column {
    let mut all = Shown::with_capacity(groups.len());
    all.extend(
        groups
            .iter()
            .map(|group| S::show(cells.get(*group as usize))),
    );
    all.finish(S::data)
}
