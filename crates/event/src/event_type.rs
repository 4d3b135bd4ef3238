//! An event type: the name of a stream and its properties, each with a slot number.

use crate::types::Type;

/// One property of an event type.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Name as written in EPL; case counts.
    pub name: String,
    /// Declared type.
    pub ty: Type,
}

/// A named list of properties. The slot of a property is its place in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct EventType {
    /// Name of the type, which is the name of its stream.
    pub name: String,
    /// Properties in slot order.
    pub properties: Vec<Property>,
}

impl EventType {
    /// Builds a type from names and types.
    pub fn new<N: Into<String>>(
        name: impl Into<String>,
        properties: impl IntoIterator<Item = (N, Type)>,
    ) -> EventType {
        let property = |(name, ty): (N, Type)| Property {
            name: name.into(),
            ty,
        };
        EventType {
            name: name.into(),
            properties: properties.into_iter().map(property).collect(),
        }
    }

    /// The slot of a property, or none where the type has no such name.
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|p| p.name == name)
    }
}
