//! Columns that are used again and again for one row, without allocation where nobody shares them.

use super::{Column, ColumnData};
use crate::bitmap::Bitmap;

impl Column {
    /// Makes it one row, row `i` of a column of the same type; without allocation, where nobody
    /// shares it.
    pub fn set_one(&mut self, other: &Column, i: usize) {
        self.set_one_null(other.is_null(i));
        match (&mut self.data, &other.data) {
            (ColumnData::Bool(v), ColumnData::Bool(x)) => v.set_one(x[i]),
            (ColumnData::Int(v), ColumnData::Int(x)) => v.set_one(x[i]),
            (ColumnData::Long(v), ColumnData::Long(x)) => v.set_one(x[i]),
            (ColumnData::Float(v), ColumnData::Float(x)) => v.set_one(x[i]),
            (ColumnData::Double(v), ColumnData::Double(x)) => v.set_one(x[i]),
            (ColumnData::Str(v), ColumnData::Str(x)) => v.set_one(x, i),
            _ => *self = other.slice(i..i + 1),
        }
    }

    /// Makes a column of longs or ints one row; null where there is no number.
    pub fn set_one_whole(&mut self, number: Option<i64>) {
        self.set_one_null(number.is_none());
        let number = number.unwrap_or_default();
        match &mut self.data {
            // Sums of ints wrap as ints do.
            ColumnData::Int(v) => v.set_one(number as i32),
            ColumnData::Long(v) => v.set_one(number),
            other => panic!("a whole number in a column of {other:?}"),
        }
    }

    /// Makes a column of doubles one row; null where there is no number.
    pub fn set_one_double(&mut self, number: Option<f64>) {
        self.set_one_null(number.is_none());
        match &mut self.data {
            ColumnData::Double(v) => v.set_one(number.unwrap_or_default()),
            other => panic!("a double in a column of {other:?}"),
        }
    }

    /// Makes a column one row; null where there is no text.
    pub fn set_one_text(&mut self, text: Option<&str>) {
        self.set_one_null(text.is_none());
        match &mut self.data {
            ColumnData::Str(v) => v.set_one_text(text.unwrap_or_default()),
            other => panic!("a text in a column of {other:?}"),
        }
    }

    /// Makes a column of booleans one row; null where there is no value.
    pub fn set_one_bool(&mut self, value: Option<bool>) {
        self.set_one_null(value.is_none());
        match &mut self.data {
            ColumnData::Bool(v) => v.set_one(value.unwrap_or_default()),
            other => panic!("a boolean in a column of {other:?}"),
        }
    }

    fn set_one_null(&mut self, null: bool) {
        self.nulls = null.then(|| Bitmap::filled(1, true));
    }
}
