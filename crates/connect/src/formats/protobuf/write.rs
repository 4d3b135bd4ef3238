//! Rows as messages of Protocol Buffers: every field that is no list may be absent, which is null.
//! A list is never null, and has no nulls in it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor, Value as Wire};
use tachograph_event::{Batch, EventType, Type, Value};

use super::super::rows::{RowWriter, check};
use super::pool;
use crate::registry::SchemaKind;

/// Writes rows of an event type.
pub struct ProtobufWriter {
    event_type: Arc<EventType>,
    schema: String,
    message: MessageDescriptor,
}

impl ProtobufWriter {
    /// A writer.
    ///
    /// # Errors
    /// A sentence where a name or a type cannot stand in a schema.
    pub fn new(event_type: Arc<EventType>) -> Result<ProtobufWriter, String> {
        check(&event_type)?;
        let mut messages = BTreeMap::new();
        let first = message(&event_type, &mut messages)?;
        let rest = messages.into_values().filter(|text| *text != first);
        let rest: String = rest.collect();
        let schema = format!("syntax = \"proto3\";\n\n{first}{rest}");
        let (pool, _) = pool::compile(&schema, &[])?;
        let found = pool.get_message_by_name(&event_type.name);
        let missing = || format!("a schema cannot have the name `{}`", event_type.name);
        Ok(ProtobufWriter {
            message: found.ok_or_else(missing)?,
            event_type,
            schema,
        })
    }
}

impl RowWriter for ProtobufWriter {
    fn kind(&self) -> SchemaKind {
        SchemaKind::Protobuf
    }

    fn schema(&self) -> &str {
        &self.schema
    }

    fn write(&self, batch: &Batch, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        let message = filled(&self.message, &self.event_type, &batch.row(row))?;
        // The row's message is the first of its schema.
        out.push(0);
        message.encode(out).map_err(|e| e.to_string())
    }
}

/// The text of a message; those that it has within are added to `messages`.
fn message(
    event_type: &EventType,
    messages: &mut BTreeMap<String, String>,
) -> Result<String, String> {
    let mut text = format!("message {} {{\n", event_type.name);
    for (n, property) in event_type.properties.iter().enumerate() {
        let (label, ty) = match &property.ty {
            Type::Array(element) => ("repeated", &**element),
            ty => ("optional", ty),
        };
        let name = type_name(&property.name, ty, messages)?;
        // Writing into a text does not fail.
        let _ = writeln!(text, "  {label} {name} {} = {};", property.name, n + 1);
    }
    text.push_str("}\n");
    messages.insert(event_type.name.clone(), text.clone());
    Ok(text)
}

fn type_name(
    property: &str,
    ty: &Type,
    messages: &mut BTreeMap<String, String>,
) -> Result<String, String> {
    Ok(match ty {
        Type::Bool => "bool".into(),
        Type::Byte | Type::Short | Type::Int => "int32".into(),
        Type::Long => "int64".into(),
        Type::Float => "float".into(),
        Type::Double => "double".into(),
        Type::Array(_) => return Err(format!("`{property}`: a list of lists has no type there")),
        Type::Event(inner) => {
            message(inner, messages)?;
            inner.name.clone()
        }
        _ => "string".into(),
    })
}

fn filled(
    descriptor: &MessageDescriptor,
    event_type: &EventType,
    values: &[Value],
) -> Result<DynamicMessage, String> {
    let mut message = DynamicMessage::new(descriptor.clone());
    let properties = event_type.properties.iter().zip(values).enumerate();
    for (n, (property, value)) in properties {
        let field = descriptor.get_field(n as u32 + 1);
        let (Some(field), false) = (field, value.is_null()) else {
            continue;
        };
        let kind = field.kind();
        let wire = wire(kind.as_message(), &property.ty, value);
        let wire = wire.map_err(|why| format!("{}: {why}", property.name))?;
        message.set_field(&field, wire);
    }
    Ok(message)
}

fn wire(inner: Option<&MessageDescriptor>, ty: &Type, value: &Value) -> Result<Wire, String> {
    Ok(match (value, ty) {
        (Value::Null, _) => return Err("a list with null in it".into()),
        (Value::Bool(truth), _) => Wire::Bool(*truth),
        (Value::Long(number), _) => Wire::I64(*number),
        (Value::Float(number), _) => Wire::F32(*number),
        (Value::Double(number), _) => Wire::F64(*number),
        (Value::Str(text), _) => Wire::String(text.to_string()),
        (Value::Char(letter), _) => Wire::String(letter.to_string()),
        (Value::Array(items), Type::Array(element)) => {
            let items = items.iter().map(|item| wire(inner, element, item));
            Wire::List(items.collect::<Result<_, String>>()?)
        }
        (Value::Row(values), Type::Event(of)) => {
            let missing = "a message without a type";
            Wire::Message(filled(inner.ok_or(missing)?, of, values)?)
        }
        (other, _) => Wire::I32(other.as_i64().unwrap_or_default() as i32),
    })
}
