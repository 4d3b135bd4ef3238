//! `create schema`.

use tachograph_event::{EventType, Type};
use tachograph_syntax::ast::{CreateSchema, QualifiedName, Representation, Statement, TypeName};

use crate::catalog::Catalog;
use crate::faults::Faults;

/// Adds the declared type to the catalog.
pub fn declare(
    schema: &CreateSchema,
    item: &Statement,
    catalog: &mut Catalog,
    faults: &mut Faults,
) {
    if matches!(schema.representation, Some(Representation::Variant)) || schema.any_type {
        return faults.unsupported("create variant schema", item.span);
    }
    if !schema.types.is_empty() {
        return faults.unsupported("create schema … as a class", item.span);
    }
    if catalog.find(&schema.name.name).is_some() {
        let message = format!("event type `{}` is declared already", schema.name.name);
        return faults.semantic(message, schema.name.span);
    }
    let mut event_type = EventType {
        name: schema.name.name.clone(),
        properties: Vec::new(),
    };
    for parent in schema.copyfrom.iter().chain(&schema.inherits) {
        inherit(parent, &mut event_type, catalog, faults);
    }
    for column in &schema.columns {
        if event_type.slot(&column.name.name).is_some() {
            let message = format!("property `{}` is declared twice", column.name.name);
            faults.semantic(message, column.name.span);
        } else if let Some(ty) = type_of(&column.ty, catalog, faults) {
            event_type.properties.push(tachograph_event::Property {
                name: column.name.name.clone(),
                ty,
            });
        }
    }
    catalog.add(event_type);
}

fn inherit(
    parent: &QualifiedName,
    event_type: &mut EventType,
    catalog: &Catalog,
    faults: &mut Faults,
) {
    let name = parent.text();
    let Some(id) = catalog.find(&name) else {
        return faults.unknown("event type", &name, parent.span, catalog.names());
    };
    for property in &catalog.get(id).properties {
        if event_type.slot(&property.name).is_none() {
            event_type.properties.push(property.clone());
        }
    }
}

/// The type that a name stands for; a fault where there is none.
pub fn type_of(name: &TypeName, catalog: &Catalog, faults: &mut Faults) -> Option<Type> {
    let text = name.name.text();
    let simple = Type::from_name(&text).or_else(|| match text.as_str() {
        "java.util.Date"
        | "java.math.BigDecimal"
        | "java.math.BigInteger"
        | "BigDecimal"
        | "BigInteger"
        | "biginteger"
        | "bigdecimal" => None,
        other => catalog
            .find(other)
            .map(|id| Type::Event(catalog.get(id).clone())),
    });
    let Some(simple) = simple else {
        if text.to_ascii_lowercase().contains("big") {
            faults.unsupported(&format!("type {text}"), name.span);
        } else {
            let known = [
                "boolean", "byte", "short", "int", "long", "float", "double", "string",
            ];
            let known = known.into_iter().chain(catalog.names());
            faults.unknown("type", &text, name.span, known);
        }
        return None;
    };
    Some((0..name.dimensions).fold(simple, |ty, _| Type::Array(Box::new(ty))))
}
