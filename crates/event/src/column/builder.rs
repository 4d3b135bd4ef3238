//! Columns that grow, row by row.

use super::{Column, ColumnData};
use crate::bitmap::Bitmap;
use crate::strings::StringBuilder;
use crate::types::Type;
use crate::value::Value;

/// Collects the rows of one column.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: Type,
    data: BuilderData,
    nulls: Bitmap,
    any_null: bool,
}

#[derive(Debug)]
enum BuilderData {
    Bool(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Str(StringBuilder),
    Any(Vec<Value>),
}

impl ColumnBuilder {
    /// An empty column of a type.
    pub fn new(ty: &Type) -> ColumnBuilder {
        let data = match ty {
            Type::Bool => BuilderData::Bool(Vec::new()),
            Type::Int => BuilderData::Int(Vec::new()),
            Type::Long => BuilderData::Long(Vec::new()),
            Type::Float => BuilderData::Float(Vec::new()),
            Type::Double => BuilderData::Double(Vec::new()),
            Type::Str => BuilderData::Str(StringBuilder::default()),
            _ => BuilderData::Any(Vec::new()),
        };
        ColumnBuilder {
            ty: ty.clone(),
            data,
            nulls: Bitmap::default(),
            any_null: false,
        }
    }

    /// The type of the column.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Adds a value. It must be null or of the column's type: a mismatch is a fault of the
    /// caller and panics, since coercion is decided by the planner.
    pub fn push(&mut self, value: Value) {
        let null = value.is_null();
        match (&mut self.data, value) {
            (BuilderData::Bool(v), Value::Bool(x)) => v.push(x),
            (BuilderData::Int(v), Value::Int(x)) => v.push(x),
            (BuilderData::Long(v), Value::Long(x)) => v.push(x),
            (BuilderData::Float(v), Value::Float(x)) => v.push(x),
            (BuilderData::Double(v), Value::Double(x)) => v.push(x),
            (BuilderData::Str(v), Value::Str(x)) => v.push(&x),
            (BuilderData::Any(v), x) => v.push(x),
            (data, Value::Null) => data.push_default(),
            (data, x) => panic!("{x:?} in a column of {data:?}"),
        }
        self.nulls.push(null);
        self.any_null |= null;
    }

    /// Adds a text, which is copied. Panics where the column is of another type.
    #[inline]
    pub fn push_text(&mut self, text: &str) {
        match &mut self.data {
            BuilderData::Str(v) => v.push(text),
            data => panic!("a text in a column of {data:?}"),
        }
        self.nulls.push(false);
    }

    /// Adds the last value once more; a text is shared, not copied. Panics where there is none.
    pub fn push_again(&mut self) {
        let last = self.len() - 1;
        match &mut self.data {
            BuilderData::Bool(v) => v.push(v[last]),
            BuilderData::Int(v) => v.push(v[last]),
            BuilderData::Long(v) => v.push(v[last]),
            BuilderData::Float(v) => v.push(v[last]),
            BuilderData::Double(v) => v.push(v[last]),
            BuilderData::Str(v) => v.push_again(),
            BuilderData::Any(v) => v.push(v[last].clone()),
        }
        self.nulls.push(self.nulls.get(last));
    }

    /// Adds row `row` of a column of the same type.
    pub fn push_from(&mut self, column: &Column, row: usize) {
        if column.is_null(row) {
            return self.push(Value::Null);
        }
        match (&mut self.data, column.data()) {
            (BuilderData::Bool(v), ColumnData::Bool(x)) => v.push(x[row]),
            (BuilderData::Int(v), ColumnData::Int(x)) => v.push(x[row]),
            (BuilderData::Long(v), ColumnData::Long(x)) => v.push(x[row]),
            (BuilderData::Float(v), ColumnData::Float(x)) => v.push(x[row]),
            (BuilderData::Double(v), ColumnData::Double(x)) => v.push(x[row]),
            (BuilderData::Str(v), ColumnData::Str(x)) => v.push(x.get(row)),
            _ => return self.push(column.value(row)),
        }
        self.nulls.push(false);
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.nulls.len()
    }

    /// True where nothing was added.
    pub fn is_empty(&self) -> bool {
        self.nulls.is_empty()
    }

    /// The finished column.
    pub fn finish(self) -> Column {
        let data = match self.data {
            BuilderData::Bool(v) => ColumnData::Bool(v.into()),
            BuilderData::Int(v) => ColumnData::Int(v.into()),
            BuilderData::Long(v) => ColumnData::Long(v.into()),
            BuilderData::Float(v) => ColumnData::Float(v.into()),
            BuilderData::Double(v) => ColumnData::Double(v.into()),
            BuilderData::Str(v) => ColumnData::Str(v.finish()),
            BuilderData::Any(v) => ColumnData::Any(v.into()),
        };
        Column::new(data, self.any_null.then_some(self.nulls))
    }
}

impl BuilderData {
    fn push_default(&mut self) {
        match self {
            BuilderData::Bool(v) => v.push(false),
            BuilderData::Int(v) => v.push(0),
            BuilderData::Long(v) => v.push(0),
            BuilderData::Float(v) => v.push(0.0),
            BuilderData::Double(v) => v.push(0.0),
            BuilderData::Str(v) => v.push(""),
            BuilderData::Any(v) => v.push(Value::Null),
        }
    }
}
