//! The value that a cell's text stands for. Pure.

use tachograph_event::{Type, Value};

/// The value of a text in a column of this type; none where it is no text of such a value.
pub fn value(text: &str, ty: &Type) -> Option<Value> {
    match ty {
        Type::Bool => text.parse().ok().map(Value::Bool),
        Type::Int => text.parse().ok().map(Value::Int),
        Type::Long => text.parse().ok().map(Value::Long),
        Type::Float => text.parse().ok().map(Value::Float),
        Type::Double => text.parse().ok().map(Value::Double),
        _ => Some(Value::str(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_from_its_text() {
        let values = [
            (Value::Bool(true), Type::Bool),
            (Value::Int(i32::MIN), Type::Int),
            (Value::Long(i64::MAX), Type::Long),
            (Value::Float(0.1), Type::Float),
            (Value::Double(1e300), Type::Double),
            (Value::Double(f64::NEG_INFINITY), Type::Double),
            (Value::str(""), Type::Str),
        ];
        for (wanted, ty) in values {
            assert_eq!(value(&wanted.to_string(), &ty), Some(wanted));
        }
        assert_eq!(value("fast", &Type::Int), None);
        assert_eq!(value("", &Type::Double), None);
    }
}
