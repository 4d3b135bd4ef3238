//! One property of many events, stored by type.

mod builder;
mod one;
mod rows;

pub use builder::ColumnBuilder;

use crate::bitmap::Bitmap;
use crate::shared::Shared;
use crate::strings::StringColumn;
use crate::value::Value;

/// The data of a column. A null row holds an arbitrary value of the type.
#[derive(Debug, Clone)]
pub enum ColumnData {
    /// boolean
    Bool(Shared<bool>),
    /// int
    Int(Shared<i32>),
    /// long
    Long(Shared<i64>),
    /// float
    Float(Shared<f32>),
    /// double
    Double(Shared<f64>),
    /// string
    Str(StringColumn),
    /// Every other type, a value a row.
    Any(Shared<Value>),
    /// So many rows of a column that nobody downstream reads; they show as null.
    Absent(usize),
}

/// A typed column with its nulls.
#[derive(Debug, Clone)]
pub struct Column {
    data: ColumnData,
    /// Set bits are nulls; none where the column has no null.
    nulls: Option<Bitmap>,
}

impl Column {
    /// Builds a column. Panics where the bitmap's length differs from the data's.
    pub fn new(data: ColumnData, nulls: Option<Bitmap>) -> Column {
        let column = Column { data, nulls };
        if let Some(nulls) = &column.nulls {
            assert_eq!(nulls.len(), column.len(), "a null bit for each row");
        }
        column
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.data {
            ColumnData::Bool(v) => v.len(),
            ColumnData::Int(v) => v.len(),
            ColumnData::Long(v) => v.len(),
            ColumnData::Float(v) => v.len(),
            ColumnData::Double(v) => v.len(),
            ColumnData::Str(v) => v.len(),
            ColumnData::Any(v) => v.len(),
            ColumnData::Absent(rows) => *rows,
        }
    }

    /// True where there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The typed data.
    pub fn data(&self) -> &ColumnData {
        &self.data
    }

    /// The null bits, where the column has nulls.
    pub fn nulls(&self) -> Option<&Bitmap> {
        self.nulls.as_ref()
    }

    /// True where row `i` is null.
    #[inline]
    pub fn is_null(&self, i: usize) -> bool {
        match (&self.nulls, &self.data) {
            (Some(nulls), _) if nulls.get(i) => true,
            (_, ColumnData::Any(values)) => values[i].is_null(),
            (_, ColumnData::Absent(_)) => true,
            _ => false,
        }
    }

    /// Row `i` as a value.
    pub fn value(&self, i: usize) -> Value {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.get(i)) {
            return Value::Null;
        }
        match &self.data {
            ColumnData::Bool(v) => Value::Bool(v[i]),
            ColumnData::Int(v) => Value::Int(v[i]),
            ColumnData::Long(v) => Value::Long(v[i]),
            ColumnData::Float(v) => Value::Float(v[i]),
            ColumnData::Double(v) => Value::Double(v[i]),
            ColumnData::Str(v) => Value::str(v.get(i)),
            ColumnData::Any(v) => v[i].clone(),
            ColumnData::Absent(_) => Value::Null,
        }
    }
}
