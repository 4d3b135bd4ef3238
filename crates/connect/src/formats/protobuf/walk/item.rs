//! What becomes of one field's value on the wire. None where the value is not of its kind, or does not
//! fit into the property: the general way knows why.

use prost_reflect::{FieldDescriptor, Kind as Wire};
use tachograph_event::{Type, Value};

use super::super::super::cell::Cell;
use super::super::super::scalar::{self, Kind};
use super::super::super::varint::signed;
use super::super::bind::Make;
use super::super::read;
use super::Walk;
use super::input::{Raw, field};

/// A value that is wanted.
#[derive(Debug)]
pub enum Item {
    /// The text itself.
    Text,
    /// A single value.
    Scalar(Wire, Kind, Type),
    /// The name of a symbol.
    Symbol(prost_reflect::EnumDescriptor),
    /// The number of a symbol.
    Number(Type),
    /// The value within a message.
    Wrapped(Wire, Kind, Type),
    /// An instant.
    Timestamp(Type),
    /// A length of time.
    Duration,
    /// A nested event.
    Row(Walk),
}

impl Item {
    /// Of a field that is no list. None where it is not walked through.
    pub fn new(field: &FieldDescriptor, make: &Make) -> Option<Item> {
        Some(match make {
            Make::Scalar(Kind::Text, Type::Str) => Item::Text,
            Make::Scalar(kind, ty) => Item::Scalar(field.kind(), *kind, ty.clone()),
            Make::Symbol(symbols) => Item::Symbol(symbols.clone()),
            Make::Number(ty) => Item::Number(ty.clone()),
            Make::Wrapped(kind, ty) => {
                let inner = field.kind().as_message()?.get_field(1)?;
                Item::Wrapped(inner.kind(), *kind, ty.clone())
            }
            Make::Timestamp(ty) => Item::Timestamp(ty.clone()),
            Make::Duration => Item::Duration,
            Make::Row(plan) => Item::Row(Walk::new(plan)?),
            Make::Array(_) => return None,
        })
    }

    /// Reads the value.
    #[inline]
    pub fn read<'a>(&self, raw: Raw<'a>) -> Option<Cell<'a>> {
        match (self, raw) {
            (Item::Text, Raw::Bytes(bytes)) => Some(Cell::Text(std::str::from_utf8(bytes).ok()?)),
            (Item::Scalar(wire, kind, ty), raw) => single(wire, *kind, ty, raw).map(Cell::Value),
            (item, raw) => item.rare(raw).map(Cell::Value),
        }
    }

    fn rare(&self, raw: Raw<'_>) -> Option<Value> {
        match (self, raw) {
            (Item::Symbol(symbols), Raw::Varint(bits)) => Some(read::symbol(symbols, bits as i32)),
            (Item::Number(ty), Raw::Varint(bits)) => {
                scalar::whole(Kind::Whole, i64::from(bits as i32), ty)
            }
            (Item::Wrapped(wire, kind, ty), Raw::Bytes(bytes)) => {
                let [value] = parts(bytes)?;
                single(wire, *kind, ty, value.unwrap_or_else(|| zero(wire)))
            }
            (Item::Timestamp(ty), Raw::Bytes(bytes)) => {
                let (seconds, nanos) = time(bytes)?;
                read::timestamp(seconds, nanos, ty)
            }
            (Item::Duration, Raw::Bytes(bytes)) => {
                let (seconds, nanos) = time(bytes)?;
                read::duration(seconds, nanos)
            }
            (Item::Row(walk), Raw::Bytes(bytes)) => {
                let mut cells = vec![Cell::NULL; walk.width];
                walk.read(bytes, &mut cells)?;
                let values = cells.into_iter().map(Cell::into_value);
                Some(Value::Row(values.collect()))
            }
            _ => None,
        }
    }
}

fn single(wire: &Wire, kind: Kind, ty: &Type, raw: Raw<'_>) -> Option<Value> {
    let number = match (wire, raw) {
        (Wire::Int32, Raw::Varint(bits)) => i64::from(bits as i32),
        (Wire::Int64, Raw::Varint(bits)) => bits as i64,
        (Wire::Uint32, Raw::Varint(bits)) => i64::from(bits as u32),
        (Wire::Uint64, Raw::Varint(bits)) => i64::try_from(bits).ok()?,
        (Wire::Sint32, Raw::Varint(bits)) => signed(u64::from(bits as u32)),
        (Wire::Sint64, Raw::Varint(bits)) => signed(bits),
        (Wire::Fixed32, Raw::Four(bytes)) => i64::from(u32::from_le_bytes(bytes)),
        (Wire::Sfixed32, Raw::Four(bytes)) => i64::from(i32::from_le_bytes(bytes)),
        (Wire::Fixed64, Raw::Eight(bytes)) => i64::try_from(u64::from_le_bytes(bytes)).ok()?,
        (Wire::Sfixed64, Raw::Eight(bytes)) => i64::from_le_bytes(bytes),
        (Wire::Bool, Raw::Varint(bits)) => return Some(Value::Bool(bits != 0)),
        (Wire::Float, Raw::Four(bytes)) => {
            return scalar::real(f64::from(f32::from_le_bytes(bytes)), ty);
        }
        (Wire::Double, Raw::Eight(bytes)) => return scalar::real(f64::from_le_bytes(bytes), ty),
        (Wire::String, Raw::Bytes(bytes)) => {
            return scalar::text(std::str::from_utf8(bytes).ok()?, ty);
        }
        (Wire::Bytes, Raw::Bytes(bytes)) => return scalar::bytes(bytes, ty),
        _ => return None,
    };
    scalar::whole(kind, number, ty)
}

/// The value of a field that was not written.
fn zero(wire: &Wire) -> Raw<'static> {
    match wire {
        Wire::Double | Wire::Fixed64 | Wire::Sfixed64 => Raw::Eight([0; 8]),
        Wire::Float | Wire::Fixed32 | Wire::Sfixed32 => Raw::Four([0; 4]),
        Wire::String | Wire::Bytes | Wire::Message(_) => Raw::Bytes(&[]),
        _ => Raw::Varint(0),
    }
}

/// The first fields of a message by number, each as it was written last.
fn parts<const N: usize>(mut bytes: &[u8]) -> Option<[Option<Raw<'_>>; N]> {
    let mut found = [None; N];
    while !bytes.is_empty() {
        let (number, raw) = field(&mut bytes)?;
        if let Some(part) = found.get_mut(number as usize - 1) {
            *part = Some(raw);
        }
    }
    Some(found)
}

/// Seconds and nanoseconds of a message that has these two.
fn time(bytes: &[u8]) -> Option<(i64, i64)> {
    match parts(bytes)?.map(|part| part.unwrap_or(Raw::Varint(0))) {
        [Raw::Varint(seconds), Raw::Varint(nanos)] => {
            Some((seconds as i64, i64::from(nanos as i32)))
        }
        _ => None,
    }
}
