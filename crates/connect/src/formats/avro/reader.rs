//! What the reader's schema says of a type: its own shape, or that of the first branch of a union
//! that is of the kind asked for.

use super::shape::{Field, Place, Shape, Shapes};

/// The reader's schema, where there is one.
pub type Reader<'a> = Option<&'a Shapes>;

/// Fields of a record.
pub fn fields(reader: Reader<'_>, place: Option<Place>) -> Option<&[Field]> {
    of(reader, place, |shape| match shape {
        Shape::Record(fields) => Some(&fields[..]),
        _ => None,
    })
}

/// Type of a map's values.
pub fn map(reader: Reader<'_>, place: Option<Place>) -> Option<Place> {
    of(reader, place, |shape| match shape {
        Shape::Map(value) => Some(*value),
        _ => None,
    })
}

/// Type of an array's items.
pub fn array(reader: Reader<'_>, place: Option<Place>) -> Option<Place> {
    of(reader, place, |shape| match shape {
        Shape::Array(item) => Some(*item),
        _ => None,
    })
}

/// Symbols of an enumeration, and what stands for others.
pub fn symbols(reader: Reader<'_>, place: Option<Place>) -> Option<(&[String], &Option<String>)> {
    of(reader, place, |shape| match shape {
        Shape::Enum { symbols, default } => Some((&symbols[..], default)),
        _ => None,
    })
}

fn of<'a, T>(
    reader: Reader<'a>,
    place: Option<Place>,
    pick: impl Fn(&'a Shape) -> Option<T>,
) -> Option<T> {
    let (reader, place) = (reader?, place?);
    match reader.at(place) {
        Shape::Union(branches) => branches.iter().find_map(|b| pick(reader.at(*b))),
        shape => pick(shape),
    }
}

/// The writer's field that the reader knows, perhaps by another name.
pub fn written(fields: &[Field], known: &Field) -> Option<usize> {
    let names = [&known.name].into_iter().chain(&known.aliases);
    let mut found = names.map(|name| fields.iter().position(|f| f.name == *name));
    found.find_map(|number| number)
}
