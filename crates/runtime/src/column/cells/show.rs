//! What a cell shows, and columns of it, typed throughout.

use tachograph_event::{Bitmap, Column, ColumnData, Shared};

use super::cell::{FloatCell, IntegerCell};

/// A way to show cells.
pub trait Show<C> {
    /// A shown value.
    type Value: Copy + Default;

    /// What a cell shows; none over no value.
    fn show(cell: &C) -> Option<Self::Value>;

    /// A column of shown values.
    fn data(values: Shared<Self::Value>) -> ColumnData;
}

/// `count`: how many values.
pub struct Count;
/// A sum as int, which wraps as ints do.
pub struct Int;
/// A sum as long.
pub struct Long;
/// A sum as double.
pub struct Double;
/// The average.
pub struct Average;

impl Show<IntegerCell> for Count {
    type Value = i64;

    #[inline]
    fn show(cell: &IntegerCell) -> Option<i64> {
        Some(cell.count)
    }

    fn data(values: Shared<i64>) -> ColumnData {
        ColumnData::Long(values)
    }
}

impl Show<IntegerCell> for Int {
    type Value = i32;

    #[inline]
    fn show(cell: &IntegerCell) -> Option<i32> {
        (cell.count != 0).then_some(cell.sum as i32)
    }

    fn data(values: Shared<i32>) -> ColumnData {
        ColumnData::Int(values)
    }
}

impl Show<IntegerCell> for Long {
    type Value = i64;

    #[inline]
    fn show(cell: &IntegerCell) -> Option<i64> {
        (cell.count != 0).then_some(cell.sum)
    }

    fn data(values: Shared<i64>) -> ColumnData {
        ColumnData::Long(values)
    }
}

impl Show<FloatCell> for Double {
    type Value = f64;

    #[inline]
    fn show(cell: &FloatCell) -> Option<f64> {
        (cell.count != 0).then_some(cell.sum)
    }

    fn data(values: Shared<f64>) -> ColumnData {
        ColumnData::Double(values)
    }
}

impl Show<FloatCell> for Average {
    type Value = f64;

    #[inline]
    fn show(cell: &FloatCell) -> Option<f64> {
        (cell.count != 0).then_some(cell.sum / cell.count as f64)
    }

    fn data(values: Shared<f64>) -> ColumnData {
        ColumnData::Double(values)
    }
}

/// Shown values on their way to a column.
pub struct Shown<T> {
    values: Vec<T>,
    /// Rows that show nothing.
    nulls: Vec<usize>,
}

impl<T: Copy + Default> Shown<T> {
    /// Room for so many rows.
    pub fn with_capacity(rows: usize) -> Shown<T> {
        Shown {
            values: Vec::with_capacity(rows),
            nulls: Vec::new(),
        }
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, value: Option<T>) {
        if value.is_none() {
            self.nulls.push(self.values.len());
        }
        self.values.push(value.unwrap_or_default());
    }

    /// Adds a row for each item.
    #[inline]
    pub fn extend(&mut self, rows: impl Iterator<Item = Option<T>>) {
        let (mut row, nulls) = (self.values.len(), &mut self.nulls);
        self.values.extend(rows.map(|value| {
            if value.is_none() {
                nulls.push(row);
            }
            row += 1;
            value.unwrap_or_default()
        }));
    }

    /// The column.
    pub fn finish(self, data: impl FnOnce(Shared<T>) -> ColumnData) -> Column {
        let rows = self.values.len();
        let mut nulls = self.nulls.iter().copied().peekable();
        let bits = (!self.nulls.is_empty()).then(|| {
            let mut bits = Bitmap::default();
            (0..rows).for_each(|row| bits.push(nulls.next_if_eq(&row).is_some()));
            bits
        });
        Column::new(data(self.values.into()), bits)
    }
}
