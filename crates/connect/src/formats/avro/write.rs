//! Rows as records of Avro: every field may be null.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tachograph_event::{Batch, EventType, Type, Value};

use super::super::rows::{RowWriter, check};
use crate::registry::SchemaKind;

/// Writes rows of an event type.
pub struct AvroWriter {
    event_type: Arc<EventType>,
    schema: String,
}

impl AvroWriter {
    /// A writer.
    ///
    /// # Errors
    /// A sentence where a name or a type cannot stand in a schema.
    pub fn new(event_type: Arc<EventType>) -> Result<AvroWriter, String> {
        check(&event_type)?;
        let schema = record(&event_type, &mut BTreeSet::new()).to_string();
        Ok(AvroWriter { event_type, schema })
    }
}

impl RowWriter for AvroWriter {
    fn kind(&self) -> SchemaKind {
        SchemaKind::Avro
    }

    fn schema(&self) -> &str {
        &self.schema
    }

    fn write(&self, batch: &Batch, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        fields(&self.event_type, &batch.row(row), out);
        Ok(())
    }
}

/// The type of a record; a type that is met again is named alone.
fn record(event_type: &EventType, met: &mut BTreeSet<String>) -> Json {
    if !met.insert(event_type.name.clone()) {
        return json!(event_type.name);
    }
    let fields = event_type.properties.iter().map(|property| {
        let ty = nullable(&property.ty, met);
        json!({ "name": property.name, "type": ty, "default": null })
    });
    let fields: Vec<Json> = fields.collect();
    json!({ "type": "record", "name": event_type.name, "fields": fields })
}

fn nullable(ty: &Type, met: &mut BTreeSet<String>) -> Json {
    let inner = match ty {
        Type::Bool => json!("boolean"),
        Type::Byte | Type::Short | Type::Int => json!("int"),
        Type::Long => json!("long"),
        Type::Float => json!("float"),
        Type::Double => json!("double"),
        Type::Array(element) => json!({ "type": "array", "items": nullable(element, met) }),
        Type::Event(inner) => record(inner, met),
        _ => json!("string"),
    };
    json!(["null", inner])
}

fn fields(event_type: &EventType, values: &[Value], out: &mut Vec<u8>) {
    for (property, value) in event_type.properties.iter().zip(values) {
        put(&property.ty, value, out);
    }
}

/// A value with the number of its branch.
fn put(ty: &Type, value: &Value, out: &mut Vec<u8>) {
    if value.is_null() {
        return long(0, out);
    }
    long(1, out);
    match (value, ty) {
        (Value::Bool(truth), _) => out.push(u8::from(*truth)),
        (Value::Float(number), _) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::Double(number), _) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::Str(words), _) => text(words, out),
        (Value::Char(letter), _) => text(letter.encode_utf8(&mut [0; 4]), out),
        (Value::Array(items), Type::Array(element)) => {
            if !items.is_empty() {
                long(items.len() as i64, out);
                items.iter().for_each(|item| put(element, item, out));
            }
            long(0, out);
        }
        (Value::Row(values), Type::Event(inner)) => fields(inner, values, out),
        (other, _) => long(other.as_i64().unwrap_or_default(), out),
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    long(text.len() as i64, out);
    out.extend_from_slice(text.as_bytes());
}

/// A whole number: the sign in the lowest bit, then seven bits a byte, the lowest first.
fn long(number: i64, out: &mut Vec<u8>) {
    let mut bits = ((number << 1) ^ (number >> 63)) as u64;
    while bits >= 0x80 {
        out.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}
