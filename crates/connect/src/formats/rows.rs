//! Rows as records with the id of their schema, which is made of their event type.

use tachograph_event::{Batch, EventType, Type};

use super::framed::MAGIC;
use crate::registry::SchemaKind;

/// Writes rows of one event type.
pub trait RowWriter: Send {
    /// The language of the schema.
    fn kind(&self) -> SchemaKind;

    /// The text of the schema.
    fn schema(&self) -> &str;

    /// Adds a row, as what follows the id of its schema.
    ///
    /// # Errors
    /// Why the row cannot be written.
    fn write(&self, batch: &Batch, row: usize, out: &mut Vec<u8>) -> Result<(), String>;
}

/// A row as a whole record.
///
/// # Errors
/// Why the row cannot be written.
pub fn framed_row(
    writer: &dyn RowWriter,
    id: u32,
    batch: &Batch,
    row: usize,
) -> Result<Vec<u8>, String> {
    let mut out = vec![MAGIC];
    out.extend_from_slice(&id.to_be_bytes());
    writer.write(batch, row, &mut out)?;
    Ok(out)
}

/// Checks that all names of a type can stand in a schema, and that each type has one there.
pub(super) fn check(event_type: &EventType) -> Result<(), String> {
    let names = event_type.properties.iter().map(|p| &p.name);
    for name in [&event_type.name].into_iter().chain(names) {
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        let begins = name.starts_with(is_letter);
        if !begins || !name.chars().all(|c| is_letter(c) || c.is_ascii_digit()) {
            return Err(format!("a schema cannot have the name `{name}`"));
        }
    }
    let mut properties = event_type.properties.iter();
    properties.try_for_each(|property| check_type(&property.name, &property.ty))
}

fn check_type(name: &str, ty: &Type) -> Result<(), String> {
    match ty {
        Type::Null | Type::Object => {
            Err(format!("a schema has no type for `{name}`, which is {ty}"))
        }
        Type::Array(element) => check_type(name, element),
        Type::Event(inner) => check(inner),
        _ => Ok(()),
    }
}
