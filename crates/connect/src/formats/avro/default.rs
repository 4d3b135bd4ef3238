//! Values that the reader's schema has for fields that a writer did not know.

use serde_json::Value as Json;
use tachograph_event::{EventType, Property, Type, Value};

use super::super::scalar::{self, Kind};
use super::decimal;
use super::shape::{Place, Shape, Shapes};

/// The value at a path within a field's default, as a value of a type; none where it is not one.
pub fn value(
    shapes: &Shapes,
    place: Place,
    json: &Json,
    path: &[String],
    ty: &Type,
) -> Option<Value> {
    match (shapes.at(place), path, json) {
        (Shape::Union(branches), ..) => {
            let mut branches = branches.iter();
            branches.find_map(|branch| value(shapes, *branch, json, path, ty))
        }
        (Shape::Null, _, Json::Null) => Some(Value::Null),
        (Shape::Record(_), [name, path @ ..], Json::Object(_)) => {
            let (place, json) = member(shapes, place, json, name)?;
            value(shapes, place, json, path, ty)
        }
        (Shape::Map(inner), [name, path @ ..], Json::Object(members)) => match members.get(name) {
            None => Some(Value::Null),
            Some(json) => value(shapes, *inner, json, path, ty),
        },
        (shape, [], json) => leaf(shapes, shape, place, json, ty),
        _ => None,
    }
}

fn leaf(shapes: &Shapes, shape: &Shape, place: Place, json: &Json, ty: &Type) -> Option<Value> {
    match (shape, json, ty) {
        (Shape::Bool, Json::Bool(truth), Type::Bool) => Some(Value::Bool(*truth)),
        (Shape::Whole(kind), Json::Number(number), _) if kind.fits(ty) => {
            scalar::whole(*kind, number.as_i64()?, ty)
        }
        (Shape::Float | Shape::Double, Json::Number(number), _) => {
            scalar::real(number.as_f64()?, ty)
        }
        (Shape::Text, Json::String(text), _) => scalar::text(text, ty),
        (Shape::Enum { .. }, Json::String(symbol), Type::Str) => Some(Value::str(symbol)),
        (Shape::Bytes(kind) | Shape::Fixed(_, kind), Json::String(text), _) if kind.fits(ty) => {
            octets(*kind, text, ty)
        }
        (Shape::Array(item), Json::Array(items), Type::Array(element)) => {
            let one = |json| value(shapes, *item, json, &[], element);
            let items: Option<Vec<Value>> = items.iter().map(one).collect();
            Some(Value::Array(items?.into()))
        }
        (Shape::Record(_), Json::Object(_), Type::Event(inner)) => row(shapes, place, json, inner),
        _ => None,
    }
}

/// A default of bytes is a text of which each letter is a byte.
fn octets(kind: Kind, text: &str, ty: &Type) -> Option<Value> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    decimal::value(kind, &bytes.ok()?, ty)
}

fn row(shapes: &Shapes, place: Place, json: &Json, event_type: &EventType) -> Option<Value> {
    let one = |property: &Property| {
        let (place, json) = member(shapes, place, json, &property.name)?;
        value(shapes, place, json, &[], &property.ty)
    };
    let values: Option<Vec<Value>> = event_type.properties.iter().map(one).collect();
    Some(Value::Row(values?.into()))
}

/// A field of a record's default, or the field's own default.
fn member<'a>(
    shapes: &'a Shapes,
    place: Place,
    json: &'a Json,
    name: &str,
) -> Option<(Place, &'a Json)> {
    let Shape::Record(fields) = shapes.at(place) else {
        return None;
    };
    let field = fields.iter().find(|field| field.name == name)?;
    let given = json.get(name).or(field.default.as_ref())?;
    Some((field.shape, given))
}
