//! One property of many events, stored by type.

use std::ops::Range;

use crate::bitmap::Bitmap;
use crate::shared::Shared;
use crate::strings::{StringBuilder, StringColumn};
use crate::types::Type;
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

    /// The rows named by `rows`, in that order.
    pub fn take(&self, rows: &[u32]) -> Column {
        fn pick<T: Clone>(values: &[T], rows: &[u32]) -> Shared<T> {
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
            ColumnData::Absent(_) => ColumnData::Absent(rows.len()),
        };
        let nulls = self.nulls.as_ref().map(|nulls| {
            let mut taken = Bitmap::default();
            rows.iter().for_each(|&r| taken.push(nulls.get(r as usize)));
            taken
        });
        Column { data, nulls }
    }

    /// Rows `range`; only null bits are copied.
    pub fn slice(&self, range: Range<usize>) -> Column {
        let part = range.clone();
        let data = match &self.data {
            ColumnData::Bool(v) => ColumnData::Bool(v.slice(part)),
            ColumnData::Int(v) => ColumnData::Int(v.slice(part)),
            ColumnData::Long(v) => ColumnData::Long(v.slice(part)),
            ColumnData::Float(v) => ColumnData::Float(v.slice(part)),
            ColumnData::Double(v) => ColumnData::Double(v.slice(part)),
            ColumnData::Str(v) => ColumnData::Str(v.slice(part)),
            ColumnData::Any(v) => ColumnData::Any(v.slice(part)),
            ColumnData::Absent(_) => ColumnData::Absent(part.len()),
        };
        let nulls = self.nulls.as_ref().map(|nulls| {
            let mut cut = Bitmap::default();
            range.for_each(|row| cut.push(nulls.get(row)));
            cut
        });
        Column { data, nulls }
    }

    /// The rows of several columns of one type, one after the other. Panics without a column.
    pub fn concat(parts: &[&Column]) -> Column {
        macro_rules! joined {
            ($variant:ident) => {{
                let mut all = Vec::with_capacity(parts.iter().map(|c| c.len()).sum());
                for part in parts {
                    match &part.data {
                        ColumnData::$variant(v) => all.extend_from_slice(v),
                        _ => all.resize_with(all.len() + part.len(), Default::default),
                    }
                }
                ColumnData::$variant(all.into())
            }};
        }
        let is_there = |c: &&&Column| !matches!(c.data, ColumnData::Absent(_));
        let data = match parts.iter().find(is_there).map(|c| &c.data) {
            None | Some(ColumnData::Absent(_)) => {
                ColumnData::Absent(parts.iter().map(|c| c.len()).sum())
            }
            Some(ColumnData::Bool(_)) => joined!(Bool),
            Some(ColumnData::Int(_)) => joined!(Int),
            Some(ColumnData::Long(_)) => joined!(Long),
            Some(ColumnData::Float(_)) => joined!(Float),
            Some(ColumnData::Double(_)) => joined!(Double),
            Some(ColumnData::Any(_)) => joined!(Any),
            Some(ColumnData::Str(_)) => {
                let nothing = StringColumn::default();
                let texts = parts.iter().map(|c| match &c.data {
                    ColumnData::Str(v) => (v, v.len()),
                    _ => (&nothing, c.len()),
                });
                ColumnData::Str(StringColumn::concat(texts))
            }
        };
        Column::new(data, Column::joined_nulls(parts))
    }

    fn joined_nulls(parts: &[&Column]) -> Option<Bitmap> {
        let may_be_null =
            |c: &&Column| c.nulls.is_some() || matches!(c.data, ColumnData::Absent(_));
        if !parts.iter().any(may_be_null) {
            return None;
        }
        let mut nulls = Bitmap::default();
        for part in parts {
            (0..part.len()).for_each(|row| nulls.push(part.is_null(row)));
        }
        Some(nulls)
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
