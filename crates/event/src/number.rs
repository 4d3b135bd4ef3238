//! Numeric promotion, as EPL's arithmetic has it.
//!
//! byte and short operands become int; int and long give long; anything with float and long, or
//! with double, gives double; int and float give double too (the facts: Esper widens
//! `int + float` to Double).

use crate::types::Type;
use crate::value::Value;

/// The type in which two numbers are added, subtracted, multiplied or taken modulo.
pub fn arithmetic_type(left: &Type, right: &Type) -> Option<Type> {
    let (low, high) = sorted(left, right)?;
    Some(match (low, high) {
        (_, Type::Double) => Type::Double,
        (Type::Float, Type::Float) => Type::Float,
        (_, Type::Float) => Type::Double,
        (_, Type::Long) => Type::Long,
        _ => Type::Int,
    })
}

/// The type in which two numbers are compared: the wider of the two, exact for integers.
pub fn comparison_type(left: &Type, right: &Type) -> Option<Type> {
    arithmetic_type(left, right)
}

fn sorted<'a>(left: &'a Type, right: &'a Type) -> Option<(&'a Type, &'a Type)> {
    if left.rank()? <= right.rank()? {
        Some((left, right))
    } else {
        Some((right, left))
    }
}

/// Converts a number to a numeric type as a Java cast does: integers wrap, fractions are cut
/// toward zero and saturate. Null stays null; what is no number gives none.
pub fn cast_number(value: &Value, to: &Type) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Null);
    }
    if let Some(v) = value.as_i64() {
        return integer_to(v, to);
    }
    let v = value.as_f64()?;
    match to {
        Type::Float => Some(Value::Float(v as f32)),
        Type::Double => Some(Value::Double(v)),
        Type::Long => Some(Value::Long(v as i64)),
        Type::Byte | Type::Short | Type::Int => integer_to(i64::from(v as i32), to),
        _ => None,
    }
}

fn integer_to(v: i64, to: &Type) -> Option<Value> {
    Some(match to {
        Type::Byte => Value::Byte(v as i8),
        Type::Short => Value::Short(v as i16),
        Type::Int => Value::Int(v as i32),
        Type::Long => Value::Long(v),
        Type::Float => Value::Float(v as f32),
        Type::Double => Value::Double(v as f64),
        _ => return None,
    })
}
