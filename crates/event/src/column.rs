//! One property of many events, stored by type.

use crate::bitmap::Bitmap;
use crate::strings::{StringBuilder, StringColumn};
use crate::types::Type;
use crate::value::Value;

/// The data of a column. A null row holds an arbitrary value of the type.
#[derive(Debug, Clone)]
pub enum ColumnData {
    /// boolean
    Bool(Vec<bool>),
    /// int
    Int(Vec<i32>),
    /// long
    Long(Vec<i64>),
    /// float
    Float(Vec<f32>),
    /// double
    Double(Vec<f64>),
    /// string
    Str(StringColumn),
    /// Every other type, a value a row.
    Any(Vec<Value>),
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
        }
    }

    /// The rows named by `rows`, in that order.
    pub fn take(&self, rows: &[u32]) -> Column {
        fn pick<T: Clone>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|&r| values[r as usize].clone()).collect()
        }
        let data = match &self.data {
            ColumnData::Bool(v) => ColumnData::Bool(pick(v, rows)),
            ColumnData::Int(v) => ColumnData::Int(pick(v, rows)),
            ColumnData::Long(v) => ColumnData::Long(pick(v, rows)),
            ColumnData::Float(v) => ColumnData::Float(pick(v, rows)),
            ColumnData::Double(v) => ColumnData::Double(pick(v, rows)),
            ColumnData::Str(v) => ColumnData::Str(v.take(rows)),
            ColumnData::Any(v) => ColumnData::Any(pick(v, rows)),
        };
        let nulls = self.nulls.as_ref().map(|nulls| {
            let mut taken = Bitmap::default();
            rows.iter().for_each(|&r| taken.push(nulls.get(r as usize)));
            taken
        });
        Column { data, nulls }
    }
}

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
            BuilderData::Bool(v) => ColumnData::Bool(v),
            BuilderData::Int(v) => ColumnData::Int(v),
            BuilderData::Long(v) => ColumnData::Long(v),
            BuilderData::Float(v) => ColumnData::Float(v),
            BuilderData::Double(v) => ColumnData::Double(v),
            BuilderData::Str(v) => ColumnData::Str(v.finish()),
            BuilderData::Any(v) => ColumnData::Any(v),
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
