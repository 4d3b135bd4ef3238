//! Reading a message by its plan, whatever stands in it. A field that has no value is null where its absence can be told
//! from its default (`optional`, members of a `oneof`, messages), and its default otherwise.

use std::borrow::Cow;

use prost_reflect::{DynamicMessage, EnumDescriptor, MapKey, Value as Wire};
use tachograph_event::{Type, Value};

use super::super::cell::Cell;
use super::super::scalar::{self, Kind};
use super::bind::{Make, Plan, Take, Way};

/// Reads a message into slots.
///
/// # Errors
/// The slot of a value that does not fit, and why.
pub fn message(
    plan: &Plan,
    message: &DynamicMessage,
    cells: &mut [Cell<'_>],
) -> Result<(), (usize, String)> {
    for take in &plan.takes {
        let found = value(take, message).map_err(|why| (take.slot, why))?;
        cells[take.slot] = Cell::Value(found);
    }
    Ok(())
}

fn value(take: &Take, message: &DynamicMessage) -> Result<Value, String> {
    match find(message, &take.path) {
        Some(wire) => make(&take.make, &wire),
        None => Ok(Value::Null),
    }
}

/// The value at the end of a way; none where there is none.
fn find<'a>(message: &'a DynamicMessage, path: &[Way]) -> Option<Cow<'a, Wire>> {
    let (Way::Field(field), rest) = path.split_first()? else {
        return None;
    };
    if field.supports_presence() && !message.has_field(field) {
        return None;
    }
    let found = message.get_field(field);
    match (found, rest) {
        (found, []) => Some(found),
        (Cow::Borrowed(found), rest) => inward(found, rest),
        // A map or a message that is not there has nothing within.
        (Cow::Owned(_), _) => None,
    }
}

fn inward<'a>(found: &'a Wire, path: &[Way]) -> Option<Cow<'a, Wire>> {
    match (found, path) {
        (found, []) => Some(Cow::Borrowed(found)),
        (Wire::Map(entries), [Way::Key(key), rest @ ..]) => {
            let mut entries = entries.iter();
            let (_, found) = entries.find(|(name, _)| is_key(name, key))?;
            inward(found, rest)
        }
        (Wire::Message(inner), path) => find(inner, path),
        _ => None,
    }
}

fn is_key(key: &MapKey, text: &str) -> bool {
    match key {
        MapKey::Bool(v) => text.parse() == Ok(*v),
        MapKey::I32(v) => text.parse() == Ok(*v),
        MapKey::I64(v) => text.parse() == Ok(*v),
        MapKey::U32(v) => text.parse() == Ok(*v),
        MapKey::U64(v) => text.parse() == Ok(*v),
        MapKey::String(v) => v == text,
    }
}

/// What a value becomes.
///
/// # Errors
/// Why it does not fit.
pub fn make(make: &Make, wire: &Wire) -> Result<Value, String> {
    let made = match (make, wire) {
        (Make::Scalar(kind, ty), _) => scalar(*kind, wire, ty),
        (Make::Symbol(symbols), Wire::EnumNumber(number)) => Some(symbol(symbols, *number)),
        (Make::Number(ty), Wire::EnumNumber(number)) => {
            scalar::whole(Kind::Whole, i64::from(*number), ty)
        }
        (Make::Wrapped(kind, ty), Wire::Message(inner)) => {
            let inner = inner.get_field_by_number(1);
            inner.and_then(|wire| scalar(*kind, &wire, ty))
        }
        (Make::Timestamp(ty), Wire::Message(inner)) => {
            let (seconds, nanos) = parts(inner);
            timestamp(seconds, nanos, ty)
        }
        (Make::Duration, Wire::Message(inner)) => {
            let (seconds, nanos) = parts(inner);
            duration(seconds, nanos)
        }
        (Make::Row(plan), Wire::Message(inner)) => {
            let mut cells = vec![Cell::NULL; plan.width];
            message(plan, inner, &mut cells).map_err(|(_, why)| why)?;
            Some(Value::Row(
                cells.into_iter().map(Cell::into_value).collect(),
            ))
        }
        (Make::Array(item), Wire::List(items)) => {
            let items = items.iter().map(|wire| self::make(item, wire));
            let items: Result<Vec<Value>, String> = items.collect();
            Some(Value::Array(items?.into()))
        }
        _ => None,
    };
    made.ok_or_else(|| format!("{wire} is not of the property's type"))
}

/// The name of a symbol. One that only a newer writer knows comes as its number.
pub fn symbol(symbols: &EnumDescriptor, number: i32) -> Value {
    let name = symbols.get_value(number).map(|s| Value::str(s.name()));
    name.unwrap_or_else(|| Value::str(number.to_string()))
}

/// An instant; none where the nanoseconds are no part of a second, or it does not fit.
pub fn timestamp(seconds: i64, nanos: i64, ty: &Type) -> Option<Value> {
    let is_whole = (0..1_000_000_000).contains(&nanos);
    is_whole
        .then(|| scalar::instant(seconds, nanos, ty))
        .flatten()
}

/// A length of time in milliseconds; none where it does not fit.
pub fn duration(seconds: i64, nanos: i64) -> Option<Value> {
    let millis = seconds.checked_mul(1_000)?;
    Some(Value::Long(millis.checked_add(nanos / 1_000_000)?))
}

fn scalar(kind: Kind, wire: &Wire, ty: &Type) -> Option<Value> {
    match wire {
        Wire::Bool(truth) => Some(Value::Bool(*truth)),
        Wire::I32(number) => scalar::whole(kind, i64::from(*number), ty),
        Wire::I64(number) => scalar::whole(kind, *number, ty),
        Wire::U32(number) => scalar::whole(kind, i64::from(*number), ty),
        Wire::U64(number) => scalar::whole(kind, i64::try_from(*number).ok()?, ty),
        Wire::F32(number) => scalar::real(f64::from(*number), ty),
        Wire::F64(number) => scalar::real(*number, ty),
        Wire::String(text) => scalar::text(text, ty),
        Wire::Bytes(bytes) => scalar::bytes(bytes, ty),
        _ => None,
    }
}

/// Seconds and nanoseconds of a message that has these two.
fn parts(message: &DynamicMessage) -> (i64, i64) {
    let number = |field| match message.get_field_by_number(field).as_deref() {
        Some(Wire::I64(number)) => *number,
        Some(Wire::I32(number)) => i64::from(*number),
        _ => 0,
    };
    (number(1), number(2))
}
