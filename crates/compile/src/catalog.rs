//! The event types that a module can name.

use std::sync::Arc;

use tachograph_event::EventType;
use tachograph_plan::TypeId;

/// Event types by number.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    types: Vec<Arc<EventType>>,
}

impl Catalog {
    /// A catalog of types known beforehand.
    pub fn new(types: Vec<Arc<EventType>>) -> Catalog {
        Catalog { types }
    }

    /// Finds a type.
    pub fn find(&self, name: &str) -> Option<TypeId> {
        self.types.iter().position(|t| t.name == name).map(TypeId)
    }

    /// A type by number.
    pub fn get(&self, id: TypeId) -> &Arc<EventType> {
        &self.types[id.0]
    }

    /// Adds a type.
    pub fn add(&mut self, event_type: EventType) -> TypeId {
        self.types.push(Arc::new(event_type));
        TypeId(self.types.len() - 1)
    }

    /// All names.
    pub fn names(&self) -> Vec<&str> {
        self.types.iter().map(|t| t.name.as_str()).collect()
    }

    /// The types in the order of their numbers.
    pub fn into_types(self) -> Vec<Arc<EventType>> {
        self.types
    }
}
