//! Reading an object into the slots of an event type, as the parser meets its members. What no property
//! names is passed over, but looked at as closely as the rest: a line is JSON to its last byte, or a fault.
//!
//! A member of another type is no fault before its object is whole: the last one of a name counts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use tachograph_event::{Type, Value};

use super::names::{At, Names};
use super::shape::{Object, Shape};
use crate::formats::cell::Cell;

/// A member as a value; none where it is of another type than its property.
pub(super) type Slot<'de> = Option<Cell<'de>>;

/// Reads an object into slots, one for each property, which are null before.
pub(super) struct Members<'s, 'c, 'de> {
    pub object: &'s mut Object,
    pub slots: &'c mut [Slot<'de>],
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        fill(self.object, self.slots, members)
    }
}

/// Reads the members of an object.
fn fill<'de, A: MapAccess<'de>>(
    object: &mut Object,
    slots: &mut [Slot<'de>],
    mut members: A,
) -> Result<(), A::Error> {
    let mut at = object.names.start();
    loop {
        let (names, at) = (&mut object.names, &mut at);
        match members.next_key_seed(Key { names, at })? {
            None => return Ok(()),
            Some(None) => members.next_value_seed(Skip)?,
            Some(Some(slot)) => {
                slots[slot] = members.next_value_seed(&mut object.shapes[slot])?;
            }
        }
    }
}

/// Finds the slot that a key names.
struct Key<'s> {
    names: &'s mut Names,
    at: &'s mut At,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<usize>, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.names.slot(self.at, key))
    }
}

impl<'de> DeserializeSeed<'de> for &mut Shape {
    type Value = Slot<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Slot<'de>, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Shape {
    type Value = Slot<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Slot<'de>, E> {
        Ok(Some(Cell::NULL))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Slot<'de>, E> {
        let is_one = matches!(self, Shape::Single(Type::Bool));
        Ok(is_one.then_some(Cell::Value(Value::Bool(truth))))
    }

    #[inline]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Slot<'de>, E> {
        Ok(whole(number, self).map(Cell::Value))
    }

    #[inline]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Slot<'de>, E> {
        let value = match i64::try_from(number) {
            Ok(number) => whole(number, self),
            Err(_) => real(number as f64, self),
        };
        Ok(value.map(Cell::Value))
    }

    #[inline]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Slot<'de>, E> {
        Ok(real(number, self).map(Cell::Value))
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Slot<'de>, E> {
        match self {
            Shape::Single(Type::Str) => Ok(Some(Cell::Text(text))),
            other => other.visit_str(text),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Slot<'de>, E> {
        let value = match self {
            Shape::Single(Type::Str) => Some(Value::str(text)),
            Shape::Single(Type::Char) => letter(text).map(Value::Char),
            _ => None,
        };
        Ok(value.map(Cell::Value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Slot<'de>, A::Error> {
        let Shape::Array(element) = self else {
            Skip.visit_seq(items)?;
            return Ok(None);
        };
        let mut values = Some(Vec::new());
        while let Some(item) = items.next_element_seed(&mut **element)? {
            match (item, &mut values) {
                (Some(item), Some(values)) => values.push(item.into_value()),
                _ => values = None,
            }
        }
        Ok(values.map(|values| Cell::Value(Value::Array(values.into()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Slot<'de>, A::Error> {
        let Shape::Object(object) = self else {
            Skip.visit_map(members)?;
            return Ok(None);
        };
        let mut slots = vec![Some(Cell::NULL); object.shapes.len()];
        fill(object, &mut slots, members)?;
        let values = slots.into_iter().map(|slot| slot.map(Cell::into_value));
        let values: Option<Vec<Value>> = values.collect();
        Ok(values.map(|values| Cell::Value(Value::Row(values.into()))))
    }
}

/// A whole number as a value of a type; none where it is of another, or too large.
#[inline]
fn whole(number: i64, shape: &Shape) -> Option<Value> {
    let Shape::Single(ty) = shape else {
        return None;
    };
    Some(match ty {
        Type::Byte => Value::Byte(i8::try_from(number).ok()?),
        Type::Short => Value::Short(i16::try_from(number).ok()?),
        Type::Int => Value::Int(i32::try_from(number).ok()?),
        Type::Long => Value::Long(number),
        _ => return real(number as f64, shape),
    })
}

/// A number with a fraction, or one that is too large for a whole one.
#[inline]
fn real(number: f64, shape: &Shape) -> Option<Value> {
    match shape {
        Shape::Single(Type::Float) => Some(Value::Float(number as f32)),
        Shape::Single(Type::Double) => Some(Value::Double(number)),
        _ => None,
    }
}

/// The letter that a text is.
fn letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

/// Passes over a value.
pub(super) struct Skip;

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Skip)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry_seed(Skip, Skip)?.is_some() {}
        Ok(())
    }
}
