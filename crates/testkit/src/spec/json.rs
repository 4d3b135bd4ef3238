//! Between JSON and values of declared types.

use std::sync::Arc;

use serde_json::{Map, Number, Value as Json};
use tachograph_event::{EventType, Type, Value, number};

/// A value of a type; what is missing is null.
///
/// # Errors
/// What does not fit.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, String> {
    let fault = || format!("{json} is no {ty}");
    Ok(match (json, ty) {
        (Json::Null, _) => Value::Null,
        (Json::Bool(b), Type::Bool | Type::Object) => Value::Bool(*b),
        (Json::String(s), Type::Str | Type::Object) => Value::str(s),
        (Json::String(s), Type::Char) => {
            let mut chars = s.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Value::Char(c),
                _ => return Err(fault()),
            }
        }
        (Json::String(s), Type::Float | Type::Double) => special(s, ty).ok_or_else(fault)?,
        (Json::Number(n), _) if ty.is_numeric() => numeric(n, ty).ok_or_else(fault)?,
        (Json::Number(n), Type::Object) => free(n),
        (Json::Array(items), Type::Array(element)) => Value::Array(
            items
                .iter()
                .map(|item| from_json(item, element))
                .collect::<Result<_, _>>()?,
        ),
        (Json::Object(map), Type::Event(event_type)) => Value::Row(row(map, event_type)?.into()),
        _ => return Err(fault()),
    })
}

/// The values of an event in slot order.
///
/// # Errors
/// What does not fit, and names that the type does not have.
pub fn row(map: &Map<String, Json>, event_type: &EventType) -> Result<Vec<Value>, String> {
    if let Some(name) = map.keys().find(|name| event_type.slot(name).is_none()) {
        return Err(format!("{} has no property `{name}`", event_type.name));
    }
    let properties = event_type.properties.iter();
    properties
        .map(|p| from_json(map.get(&p.name).unwrap_or(&Json::Null), &p.ty))
        .collect()
}

fn special(text: &str, ty: &Type) -> Option<Value> {
    let value = match text {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => return None,
    };
    number::cast_number(&Value::Double(value), ty)
}

fn numeric(n: &Number, ty: &Type) -> Option<Value> {
    if let Some(integer) = n.as_i64() {
        let value = number::cast_number(&Value::Long(integer), ty)?;
        // An integer type must hold it; a float type takes the nearest.
        return (value.as_i64().is_none_or(|back| back == integer)).then_some(value);
    }
    let float = n.as_f64()?;
    match ty {
        Type::Float | Type::Double => number::cast_number(&Value::Double(float), ty),
        _ if float.fract() == 0.0 && float.abs() < 9.0e15 => {
            number::cast_number(&Value::Long(float as i64), ty)
        }
        _ => None,
    }
}

/// A number of no declared type: an int if it fits, else a long, else a double.
fn free(n: &Number) -> Value {
    match n.as_i64() {
        Some(v) => i32::try_from(v).map_or(Value::Long(v), Value::Int),
        None => Value::Double(n.as_f64().unwrap_or(f64::NAN)),
    }
}

/// A value as JSON; events are objects.
pub fn to_json(value: &Value, ty: &Type) -> Json {
    match (value, ty) {
        (Value::Null, _) => Json::Null,
        (Value::Bool(b), _) => Json::Bool(*b),
        (Value::Char(c), _) => Json::String(c.to_string()),
        (Value::Str(s), _) => Json::String(s.to_string()),
        (Value::Float(v), _) => float(f64::from(*v), || v.to_string().parse().ok()),
        (Value::Double(v), _) => float(*v, || Some(*v)),
        (Value::Array(items), Type::Array(element)) => {
            items.iter().map(|item| to_json(item, element)).collect()
        }
        (Value::Array(items), _) => items.iter().map(|i| to_json(i, &Type::Object)).collect(),
        (Value::Row(values), Type::Event(event_type)) => object(values, event_type),
        (Value::Row(values), _) => values.iter().map(|v| to_json(v, &Type::Object)).collect(),
        (integer, _) => integer.as_i64().map_or(Json::Null, Json::from),
    }
}

/// A row as an object.
pub fn object(values: &[Value], event_type: &Arc<EventType>) -> Json {
    let properties = event_type.properties.iter().zip(values);
    let fields = properties.map(|(p, v)| (p.name.clone(), to_json(v, &p.ty)));
    Json::Object(fields.collect())
}

fn float(v: f64, shortest: impl Fn() -> Option<f64>) -> Json {
    match shortest().and_then(Number::from_f64) {
        Some(n) if v.is_finite() => Json::Number(n),
        _ if v.is_nan() => Json::from("NaN"),
        _ if v > 0.0 => Json::from("Infinity"),
        _ => Json::from("-Infinity"),
    }
}
