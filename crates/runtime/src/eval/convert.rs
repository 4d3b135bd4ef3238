//! `cast`: numbers to numbers, values to text, text to values.

use tachograph_event::{Type, Value, number as numbers};

use super::Evaluated;
use crate::fault::Fault;

/// A number in another numeric type.
pub fn number(value: Value, to: &Type) -> Evaluated {
    numbers::cast_number(&value, to).ok_or_else(|| Fault(format!("{value} cannot be cast to {to}")))
}

/// The text of a value; null stays null.
pub fn text(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Str(_) => value.clone(),
        other => Value::str(other.to_string()),
    }
}

/// A text read as a value of a type.
pub fn parse(value: &Value, to: &Type) -> Evaluated {
    let Value::Str(text) = value else {
        return Ok(Value::Null);
    };
    let parsed = match to {
        Type::Bool => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
        Type::Byte => text.parse().ok().map(Value::Byte),
        Type::Short => text.parse().ok().map(Value::Short),
        Type::Int => text.parse().ok().map(Value::Int),
        Type::Long => text.parse().ok().map(Value::Long),
        Type::Float => text.trim().parse().ok().map(Value::Float),
        Type::Double => text.trim().parse().ok().map(Value::Double),
        Type::Char => text.chars().next().map(Value::Char),
        _ => Some(value.clone()),
    };
    parsed.ok_or_else(|| Fault(format!("'{text}' cannot be cast to {to}")))
}
