//! One group's sum and count: how an event changes them, and what they show.

/// Sum of integers and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct IntegerCell {
    /// The sum.
    pub sum: i64,
    /// Values in it.
    pub count: i64,
}

/// Sum of doubles and how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct FloatCell {
    /// The sum.
    pub sum: f64,
    /// Values in it.
    pub count: i64,
}

/// What the cells of one aggregate show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// How many values.
    Count,
    /// A sum as int.
    Int,
    /// A sum as long.
    Long,
    /// A sum as double.
    Double,
    /// The average.
    Average,
}

/// What one cell shows: a whole number or a double, or null over no value.
#[derive(Debug, Clone, Copy)]
pub enum Shown {
    /// No value.
    Null,
    /// int or long
    Whole(i64),
    /// double
    Double(f64),
}

/// A value enters (`sign` 1) or leaves (-1).
#[inline]
pub fn change_integer(cell: &mut IntegerCell, value: i64, sign: i64) {
    cell.sum = cell.sum.wrapping_add(value.wrapping_mul(sign));
    cell.count += sign;
}

/// A value enters (`sign` 1) or leaves (-1).
#[inline]
pub fn change_float(cell: &mut FloatCell, value: f64, sign: i64) {
    cell.count += sign;
    // An empty sum is exact again, whatever was added and taken away before.
    cell.sum = match cell.count {
        0 => 0.0,
        _ => cell.sum + value * sign as f64,
    };
}

/// What a cell shows.
#[inline]
pub fn show_integer(shows: Shows, cell: &IntegerCell) -> Shown {
    match (shows, cell.count) {
        (Shows::Count, count) => Shown::Whole(count),
        (_, 0) => Shown::Null,
        _ => Shown::Whole(cell.sum),
    }
}

/// What a cell shows.
#[inline]
pub fn show_float(shows: Shows, cell: &FloatCell) -> Shown {
    match (shows, cell.count) {
        (_, 0) => Shown::Null,
        (Shows::Average, count) => Shown::Double(cell.sum / count as f64),
        _ => Shown::Double(cell.sum),
    }
}
