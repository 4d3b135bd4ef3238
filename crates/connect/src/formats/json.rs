//! JSON: one object a line. Members that no property names are passed over, missing ones are
//! null, a member of another type is a fault of the record.

use std::sync::Arc;

use memchr::memchr;
use serde_json::Value as Member;
use tachograph_event::{Batch, BatchBuilder, EventType, Millis, Origin, Type, Value};
use tachograph_topology::Reject;

use super::fields::with_article;
use super::{Chunk, LONGEST_LINE, LineDecoder, TimeField};

/// Decodes JSON lines.
#[derive(Debug)]
pub struct Json {
    event_type: Arc<EventType>,
    time: Option<TimeField>,
}

impl Json {
    /// A decoder.
    pub fn new(event_type: Arc<EventType>, time: Option<TimeField>) -> Json {
        Json { event_type, time }
    }

    fn record(&self, line: &[u8]) -> Result<(Millis, Vec<Value>), String> {
        if line.len() > LONGEST_LINE {
            return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
        }
        let member: Member = serde_json::from_slice(line).map_err(|e| format!("not JSON: {e}"))?;
        let Member::Object(members) = member else {
            return Err("not a JSON object".into());
        };
        let mut values = Vec::new();
        for property in &self.event_type.properties {
            let value = match members.get(&property.name) {
                None => Some(Value::Null),
                Some(member) => typed(member, &property.ty),
            };
            let fault = || {
                format!(
                    "member {}: not {}",
                    property.name,
                    with_article(&property.ty)
                )
            };
            values.push(value.ok_or_else(fault)?);
        }
        Ok((self.time_of(&values)?, values))
    }

    fn time_of(&self, values: &[Value]) -> Result<Millis, String> {
        let Some(time) = &self.time else {
            return Ok(0);
        };
        let text = values[time.slot].to_string();
        let name = &self.event_type.properties[time.slot].name;
        let fault = || format!("member {name}: \"{text}\" is not a time of the format");
        time.pattern.parse(text.as_bytes()).ok_or_else(fault)
    }
}

/// A member as a value of a type; none where it is of another.
pub(crate) fn typed(member: &Member, ty: &Type) -> Option<Value> {
    Some(match (member, ty) {
        (Member::Null, _) => Value::Null,
        (Member::Bool(v), Type::Bool) => Value::Bool(*v),
        (Member::String(v), Type::Str) => Value::str(v),
        (Member::String(v), Type::Char) if v.chars().count() == 1 => Value::Char(v.chars().next()?),
        (Member::Number(n), Type::Byte) => Value::Byte(i8::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Short) => Value::Short(i16::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Int) => Value::Int(i32::try_from(n.as_i64()?).ok()?),
        (Member::Number(n), Type::Long) => Value::Long(n.as_i64()?),
        (Member::Number(n), Type::Float) => Value::Float(n.as_f64()? as f32),
        (Member::Number(n), Type::Double) => Value::Double(n.as_f64()?),
        (Member::Array(items), Type::Array(element)) => {
            let items: Option<Vec<Value>> = items.iter().map(|i| typed(i, element)).collect();
            Value::Array(Arc::from(items?))
        }
        (Member::Object(members), Type::Event(inner)) => {
            let value = |p: &tachograph_event::Property| match members.get(&p.name) {
                None => Some(Value::Null),
                Some(member) => typed(member, &p.ty),
            };
            let values: Option<Vec<Value>> = inner.properties.iter().map(value).collect();
            Value::Row(Arc::from(values?))
        }
        _ => return None,
    })
}

impl LineDecoder for Json {
    fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }

    fn decode(&mut self, chunk: Chunk) -> (Batch, Vec<Reject>) {
        let mut builder = BatchBuilder::new(Arc::clone(&self.event_type));
        let mut rejects = Vec::new();
        let bytes = &chunk.bytes;
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let line = bytes[start..end].trim_ascii();
            let position = chunk.position + start as u64;
            if !line.is_empty() {
                match self.record(line) {
                    Ok((time, values)) => {
                        let origin = Origin {
                            partition: chunk.partition,
                            position,
                        };
                        builder.push(time, origin, values);
                    }
                    Err(reason) => rejects.push(Reject {
                        position,
                        raw: line.to_vec(),
                        reason,
                    }),
                }
            }
            start = end + 1;
        }
        (builder.finish(), rejects)
    }
}
