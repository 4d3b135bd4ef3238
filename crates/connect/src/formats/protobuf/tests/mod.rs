//! What the library writes is what we read, in every shape; and whatever bytes come, reading ends
//! with values or a reason. Here is what the tests have in common.

mod chance;
mod rows;
mod schemas;
mod types;
mod walked;

use std::sync::Arc;

use prost_reflect::DynamicMessage;
use prost_reflect::prost::Message as _;
use tachograph_event::{EventType, Type, Value};

use super::super::cell::Cell;
use super::super::framed::{SchemaFormat, Unread};
use super::{Messages, Protobuf, pool};
use crate::registry::{Schema, SchemaKind};

const TEXT: &str = r#"
syntax = "proto3";
package cars;
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
message Other { string x = 1; }
message Reading {
  message Engine { int32 rpm = 1; Kind kind = 2; }
  enum Kind { UNKNOWN = 0; DIESEL = 1; }
  string car = 1;
  optional int32 speed = 2;
  uint64 odometer = 3;
  google.protobuf.Timestamp at = 4;
  google.protobuf.Int32Value gear = 5;
  Engine engine = 6;
  oneof place { string area = 7; int64 cell = 8; }
  repeated double loads = 9;
  map<string, sint64> tags = 10;
  bytes raw = 11;
}
"#;

fn schema(text: &str) -> Schema {
    Schema {
        id: 1,
        subject: None,
        kind: SchemaKind::Protobuf,
        text: text.to_string(),
        references: Vec::new(),
    }
}

fn message(name: &str) -> DynamicMessage {
    let (pool, _) = pool::compile(TEXT, &[]).expect("compiled");
    DynamicMessage::new(pool.get_message_by_name(name).expect("a message"))
}

fn event_type<const N: usize>(properties: [(&str, Type); N]) -> Arc<EventType> {
    Arc::new(EventType::new("T", properties))
}

/// A whole record: the place of the message, and the message.
fn framed(place: &[u8], message: &DynamicMessage) -> Vec<u8> {
    [place, &message.encode_to_vec()].concat()
}

const READING: [u8; 2] = [2, 2];

struct Reading {
    format: Protobuf,
    messages: Messages,
    width: usize,
}

impl Reading {
    fn new(event_type: &Arc<EventType>, fields: &[(&str, &str)]) -> Reading {
        Reading::of(event_type, TEXT, None, fields)
    }

    fn of(
        event_type: &Arc<EventType>,
        text: &str,
        reader: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Reading {
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(p, place)| (p.to_string(), place.to_string()))
            .collect();
        let name = Some("cars.Reading");
        let format = Protobuf::new(Arc::clone(event_type), reader, name, &fields, &[]);
        let format = format.expect("a format");
        let messages = format.bind(&schema(text)).expect("a schema");
        let width = event_type.properties.len();
        Reading {
            format,
            messages,
            width,
        }
    }

    fn read(&mut self, record: &[u8]) -> Result<Vec<Value>, Unread> {
        let mut cells = vec![Cell::NULL; self.width];
        self.format.read(&mut self.messages, record, &mut cells)?;
        Ok(cells.into_iter().map(Cell::into_value).collect())
    }
}
