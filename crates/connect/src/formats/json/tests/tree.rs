//! The slow and obvious way to read a line: a tree of all of it, from which each property takes its member.

use std::sync::Arc;

use serde_json::Value as Member;
use tachograph_event::{EventType, Millis, Property, Type, Value};

use crate::formats::fields::with_article;
use crate::formats::{LONGEST_LINE, TimeField};

/// The time and the values of a line, or why it has none.
pub fn record(
    event_type: &EventType,
    time: Option<&TimeField>,
    line: &[u8],
) -> Result<(Millis, Vec<Value>), String> {
    if line.len() > LONGEST_LINE {
        return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
    }
    let member: Member = serde_json::from_slice(line).map_err(|e| format!("not JSON: {e}"))?;
    let Member::Object(members) = member else {
        return Err("not a JSON object".into());
    };
    let mut values = Vec::new();
    for Property { name, ty } in &event_type.properties {
        let value = members
            .get(name)
            .map_or(Some(Value::Null), |m| typed(m, ty));
        let fault = || format!("member {name}: not {}", with_article(ty));
        values.push(value.ok_or_else(fault)?);
    }
    let Some(time) = time else {
        return Ok((0, values));
    };
    let text = values[time.slot].to_string();
    let name = &event_type.properties[time.slot].name;
    let fault = || format!("member {name}: \"{text}\" is not a time of the format");
    let instant = time.pattern.parse(text.as_bytes()).ok_or_else(fault)?;
    Ok((instant, values))
}

/// A member as a value of a type; none where it is of another.
fn typed(member: &Member, ty: &Type) -> Option<Value> {
    Some(match (member, ty) {
        (Member::Null, _) => Value::Null,
        (Member::Bool(v), Type::Bool) => Value::Bool(*v),
        (Member::String(v), Type::Str) => Value::str(v),
        (Member::String(v), Type::Char) if v.chars().count() == 1 => Value::Char(v.chars().next()?),
        (Member::Number(n), Type::Byte) => Value::Byte(i8::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Short) => Value::Short(i16::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Int) => Value::Int(i32::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Long) => Value::Long(n.as_i64()?),
        (Member::Number(n), Type::Float) => Value::Float(n.as_f64()? as f32),
        (Member::Number(n), Type::Double) => Value::Double(n.as_f64()?),
        (Member::Array(items), Type::Array(element)) => {
            let items: Option<Vec<Value>> = items.iter().map(|i| typed(i, element)).collect();
            Value::Array(Arc::from(items?))
        }
        (Member::Object(members), Type::Event(inner)) => {
            let value = |p: &Property| match members.get(&p.name) {
                None => Some(Value::Null),
                Some(member) => typed(member, &p.ty),
            };
            let values: Option<Vec<Value>> = inner.properties.iter().map(value).collect();
            Value::Row(Arc::from(values?))
        }
        _ => return None,
    })
}
