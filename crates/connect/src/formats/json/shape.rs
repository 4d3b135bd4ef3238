//! What a member must be to become a value of a type, made once of the type. State: that of the
//! [`Names`] of each object.

use tachograph_event::{EventType, Type};

use super::names::Names;

/// The type of a value.
#[derive(Debug)]
pub(super) enum Shape {
    /// One that holds no others.
    Single(Type),
    /// An array of such.
    Array(Box<Shape>),
    /// An event.
    Object(Object),
}

/// The type of an event.
#[derive(Debug)]
pub(super) struct Object {
    /// Its keys.
    pub names: Names,
    /// Shape of each property.
    pub shapes: Vec<Shape>,
}

impl Shape {
    fn new(ty: &Type) -> Shape {
        match ty {
            Type::Array(element) => Shape::Array(Box::new(Shape::new(element))),
            Type::Event(inner) => Shape::Object(Object::new(inner)),
            other => Shape::Single(other.clone()),
        }
    }
}

impl Object {
    pub fn new(event_type: &EventType) -> Object {
        let shapes = event_type.properties.iter().map(|p| Shape::new(&p.ty));
        Object {
            names: Names::new(event_type),
            shapes: shapes.collect(),
        }
    }
}
