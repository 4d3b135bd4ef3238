//! What a rule's event type wants of a record: for each property, a place in it.

use tachograph_event::{EventType, Type};

/// A property and where its value stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Slot of the property.
    pub slot: usize,
    /// Its type.
    pub ty: Type,
    /// Names from the record inwards; the last one is the value's. Of a map, a name is a key.
    pub path: Vec<String>,
}

impl Want {
    /// The place as it is written.
    #[cfg(any(test, feature = "protobuf"))]
    pub fn place(&self) -> String {
        self.path.join(".")
    }

    /// The same, seen from within the first name of its path.
    #[cfg(feature = "avro")]
    pub fn inward(&self) -> Want {
        Want {
            path: self.path[1..].to_vec(),
            ..self.clone()
        }
    }
}

/// The wants of a type. `fields` gives places other than the property's own name, with dots
/// between names; the properties of the slots `beside` stand elsewhere.
///
/// # Errors
/// A sentence where a field names no property.
pub fn wants(
    event_type: &EventType,
    fields: &[(String, String)],
    beside: &[usize],
) -> Result<Vec<Want>, String> {
    let unknown = |(name, _): &&(String, String)| event_type.slot(name).is_none();
    if let Some((name, _)) = fields.iter().find(unknown) {
        return Err(format!("`{}` has no property `{name}`", event_type.name));
    }
    let properties = event_type.properties.iter().enumerate();
    let inside = properties.filter(|(slot, _)| !beside.contains(slot));
    let want = inside.map(|(slot, property)| {
        let given = fields.iter().find(|(name, _)| *name == property.name);
        let path = match given {
            Some((_, place)) => place.split('.').map(str::to_string).collect(),
            None => vec![property.name.clone()],
        };
        let ty = property.ty.clone();
        Want { slot, ty, path }
    });
    Ok(want.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_stands_under_its_own_name_or_where_it_is_said() {
        let properties = [("a", Type::Int), ("b", Type::Str), ("key", Type::Str)];
        let event_type = EventType::new("T", properties);
        let fields = [("b".to_string(), "x.y".to_string())];
        let found = wants(&event_type, &fields, &[2]).expect("good");
        let places: Vec<(usize, String)> = found.iter().map(|w| (w.slot, w.place())).collect();
        assert_eq!(places, [(0, "a".to_string()), (1, "x.y".to_string())]);
        let fields = [("c".to_string(), "x".to_string())];
        assert!(wants(&event_type, &fields, &[]).is_err());
    }
}
