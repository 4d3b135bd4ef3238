//! Sums and counts by group number.

use std::ops::Range;

use tachograph_event::{Bitmap, CodecError, Column, ColumnData, Decoder, Encoder, Type, Value};
use tachograph_plan::{AggregateCall, Kernel};

use super::paged::{Paged, PagedSnapshot};
use super::sliding::{Arguments, Values};

/// Sum of integers and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct IntegerCell {
    sum: i64,
    count: i64,
}

/// Sum of doubles and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct FloatCell {
    sum: f64,
    count: i64,
}

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

/// Cells as they stood when the snapshot was taken.
#[derive(Debug)]
pub enum CellsSnapshot {
    /// Integer sums.
    Integer(PagedSnapshot<IntegerCell>),
    /// Double sums.
    Float(PagedSnapshot<FloatCell>),
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

    /// Adds each row's argument to its group. `after`, if given, gets what the group shows then.
    pub fn enter(
        &mut self,
        argument: Option<&Column>,
        groups: &[u32],
        after: Option<&mut CellColumn>,
    ) {
        self.apply(argument, groups, after, 1);
    }

    /// Takes each row's argument out of its group.
    pub fn leave(
        &mut self,
        argument: Option<&Column>,
        groups: &[u32],
        after: Option<&mut CellColumn>,
    ) {
        self.apply(argument, groups, after, -1);
    }

    fn apply(
        &mut self,
        argument: Option<&Column>,
        groups: &[u32],
        after: Option<&mut CellColumn>,
        sign: i64,
    ) {
        let shows = self.shows;
        match &mut self.data {
            Data::Integer(cells) => {
                let change = |cell: &mut IntegerCell, value| change_integer(cell, value, sign);
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
                let change = |cell: &mut FloatCell, value| change_float(cell, value, sign);
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

    /// Empties a group.
    pub fn clear(&mut self, group: u32) {
        match &mut self.data {
            Data::Integer(cells) => *cells.get_mut(group as usize) = IntegerCell::default(),
            Data::Float(cells) => *cells.get_mut(group as usize) = FloatCell::default(),
        }
    }

    /// Shares the cells with a snapshot.
    pub fn snapshot(&mut self) -> CellsSnapshot {
        match &mut self.data {
            Data::Integer(cells) => CellsSnapshot::Integer(cells.snapshot()),
            Data::Float(cells) => CellsSnapshot::Float(cells.snapshot()),
        }
    }

    /// Reads saved cells.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not cells.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let slots = from.size()?;
        self.grow(slots);
        for i in 0..slots {
            match &mut self.data {
                Data::Integer(cells) => {
                    let (sum, count) = (from.i64()?, from.i64()?);
                    *cells.get_mut(i) = IntegerCell { sum, count };
                }
                Data::Float(cells) => {
                    let (sum, count) = (from.f64()?, from.i64()?);
                    *cells.get_mut(i) = FloatCell { sum, count };
                }
            }
        }
        Ok(())
    }
}

impl CellsSnapshot {
    /// Writes the cells by group number.
    pub fn save(&self, to: &mut Encoder) {
        match self {
            CellsSnapshot::Integer(cells) => {
                let all: Vec<&IntegerCell> = cells.iter().collect();
                to.list(all.into_iter(), |to, cell| {
                    to.i64(cell.sum);
                    to.i64(cell.count);
                });
            }
            CellsSnapshot::Float(cells) => {
                let all: Vec<&FloatCell> = cells.iter().collect();
                to.list(all.into_iter(), |to, cell| {
                    to.f64(cell.sum);
                    to.i64(cell.count);
                });
            }
        }
    }
}

#[inline]
fn change_integer(cell: &mut IntegerCell, value: i64, sign: i64) {
    cell.sum = cell.sum.wrapping_add(value.wrapping_mul(sign));
    cell.count += sign;
}

#[inline]
fn change_float(cell: &mut FloatCell, value: f64, sign: i64) {
    cell.count += sign;
    // An empty sum is exact again, whatever was added and taken away before.
    cell.sum = match cell.count {
        0 => 0.0,
        _ => cell.sum + value * sign as f64,
    };
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

/// What one cell shows: a whole number or a double, or null over no value.
#[derive(Debug, Clone, Copy)]
enum Shown {
    Null,
    Whole(i64),
    Double(f64),
}

#[inline]
fn show_integer(shows: Shows, cell: &IntegerCell) -> Shown {
    match (shows, cell.count) {
        (Shows::Count, count) => Shown::Whole(count),
        (_, 0) => Shown::Null,
        _ => Shown::Whole(cell.sum),
    }
}

#[inline]
fn show_float(shows: Shows, cell: &FloatCell) -> Shown {
    match (shows, cell.count) {
        (_, 0) => Shown::Null,
        (Shows::Average, count) => Shown::Double(cell.sum / count as f64),
        _ => Shown::Double(cell.sum),
    }
}

/// A column of what cells show.
#[derive(Debug)]
pub struct CellColumn {
    data: CellData,
    nulls: Bitmap,
    any_null: bool,
}

#[derive(Debug)]
enum CellData {
    Int(Vec<i32>),
    Long(Vec<i64>),
    Double(Vec<f64>),
}

impl CellColumn {
    /// An empty column for an aggregate.
    pub fn new(cells: &Cells) -> CellColumn {
        let data = match cells.shows {
            Shows::Int => CellData::Int(Vec::new()),
            Shows::Count | Shows::Long => CellData::Long(Vec::new()),
            Shows::Double | Shows::Average => CellData::Double(Vec::new()),
        };
        CellColumn {
            data,
            nulls: Bitmap::default(),
            any_null: false,
        }
    }

    #[inline]
    fn push(&mut self, shown: Shown) {
        let null = matches!(shown, Shown::Null);
        match (&mut self.data, shown) {
            // A sum of ints wraps as ints do.
            (CellData::Int(v), Shown::Whole(x)) => v.push(x as i32),
            (CellData::Long(v), Shown::Whole(x)) => v.push(x),
            (CellData::Double(v), Shown::Double(x)) => v.push(x),
            (CellData::Int(v), _) => v.push(0),
            (CellData::Long(v), _) => v.push(0),
            (CellData::Double(v), _) => v.push(0.0),
        }
        if null && !self.any_null {
            self.any_null = true;
            self.nulls = Bitmap::filled(self.len() - 1, false);
        }
        if self.any_null {
            self.nulls.push(null);
        }
    }

    fn len(&self) -> usize {
        match &self.data {
            CellData::Int(v) => v.len(),
            CellData::Long(v) => v.len(),
            CellData::Double(v) => v.len(),
        }
    }

    /// The finished column.
    pub fn finish(self) -> Column {
        let data = match self.data {
            CellData::Int(v) => ColumnData::Int(v.into()),
            CellData::Long(v) => ColumnData::Long(v.into()),
            CellData::Double(v) => ColumnData::Double(v.into()),
        };
        Column::new(data, self.any_null.then_some(self.nulls))
    }
}
