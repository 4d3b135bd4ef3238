//! One datum. The row evaluator, the codecs and the edges use it; hot loops use columns.

use std::fmt;
use std::sync::Arc;

/// A value of any [`crate::Type`]. Cheap to clone: text and aggregates are shared.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// Absent.
    #[default]
    Null,
    /// boolean
    Bool(bool),
    /// byte
    Byte(i8),
    /// short
    Short(i16),
    /// int
    Int(i32),
    /// long
    Long(i64),
    /// float
    Float(f32),
    /// double
    Double(f64),
    /// char
    Char(char),
    /// string
    Str(Arc<str>),
    /// array
    Array(Arc<[Value]>),
    /// An event: its properties in slot order.
    Row(Arc<[Value]>),
}

impl Value {
    /// Shares a string.
    pub fn str(text: impl AsRef<str>) -> Value {
        Value::Str(Arc::from(text.as_ref()))
    }

    /// True for null alone.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// Any integer type widened to 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        Some(match self {
            Value::Byte(v) => i64::from(*v),
            Value::Short(v) => i64::from(*v),
            Value::Int(v) => i64::from(*v),
            Value::Long(v) => *v,
            _ => return None,
        })
    }

    /// Any number widened to a double.
    pub fn as_f64(&self) -> Option<f64> {
        Some(match self {
            Value::Float(v) => f64::from(*v),
            Value::Double(v) => *v,
            other => other.as_i64()? as f64,
        })
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }
}

/// Equality as for grouping: null equals null, NaN equals NaN, and types are not mixed.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Byte(a), Value::Byte(b)) => a == b,
            (Value::Short(a), Value::Short(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Long(a), Value::Long(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
            (Value::Char(a), Value::Char(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Array(a), Value::Array(b)) | (Value::Row(a), Value::Row(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Null => {}
            Value::Bool(v) => v.hash(state),
            Value::Byte(v) => v.hash(state),
            Value::Short(v) => v.hash(state),
            Value::Int(v) => v.hash(state),
            Value::Long(v) => v.hash(state),
            Value::Float(v) => v.to_bits().hash(state),
            Value::Double(v) => v.to_bits().hash(state),
            Value::Char(v) => v.hash(state),
            Value::Str(v) => v.hash(state),
            Value::Array(v) | Value::Row(v) => v.hash(state),
        }
    }
}

/// Text as Java's `String.valueOf` gives it for the simple types.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(v) => write!(f, "{v}"),
            Value::Byte(v) => write!(f, "{v}"),
            Value::Short(v) => write!(f, "{v}"),
            Value::Int(v) => write!(f, "{v}"),
            Value::Long(v) => write!(f, "{v}"),
            Value::Float(v) => write!(f, "{v:?}"),
            Value::Double(v) => write!(f, "{v:?}"),
            Value::Char(v) => write!(f, "{v}"),
            Value::Str(v) => f.write_str(v),
            Value::Array(items) | Value::Row(items) => list(f, items),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Value]) -> fmt::Result {
    f.write_str("[")?;
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(",")?;
        }
        write!(f, "{item}")?;
    }
    f.write_str("]")
}
