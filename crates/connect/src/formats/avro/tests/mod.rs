//! What the library writes is what we read, in every shape; and whatever bytes come, reading ends
//! with values or a reason. Here is what the tests have in common.

mod chance;
mod places;
mod resolution;
mod rows;
mod types;

use std::sync::Arc;

use apache_avro::Schema;
use apache_avro::types::Value as Written;
use apache_avro::writer::datum::GenericDatumWriter;
use tachograph_event::{EventType, Type, Value};

use super::super::cell::Cell;
use super::super::framed::{SchemaFormat, Unread};
use super::Avro;
use super::plan::Plan;
use crate::registry::{Referenced, Schema as Registered, SchemaKind};

fn registered(text: &str, references: &[(&str, &str)]) -> Registered {
    let referenced = |(name, text): &(&str, &str)| Referenced {
        name: name.to_string(),
        text: text.to_string(),
    };
    Registered {
        id: 1,
        subject: None,
        kind: SchemaKind::Avro,
        text: text.to_string(),
        references: references.iter().map(referenced).collect(),
    }
}

fn event_type<const N: usize>(properties: [(&str, Type); N]) -> Arc<EventType> {
    Arc::new(EventType::new("T", properties))
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
}

fn field(name: &str, ty: &str) -> String {
    format!(r#"{{"name": "{name}", "type": {ty}}}"#)
}

fn write(schema: &str, fields: Vec<(&str, Written)>) -> Vec<u8> {
    let schema = Schema::parse_str(schema).expect("a schema");
    let fields = fields.into_iter().map(|(n, v)| (n.to_string(), v));
    let writer = GenericDatumWriter::builder(&schema)
        .build()
        .expect("a writer");
    let record = Written::Record(fields.collect());
    writer.write_value_to_vec(record).expect("written")
}

struct Reading {
    format: Avro,
    plan: Plan,
    width: usize,
}

impl Reading {
    fn new(event_type: &Arc<EventType>, schema: &str) -> Reading {
        Reading::of(event_type, schema, None, &[]).expect("a plan")
    }

    fn of(
        event_type: &Arc<EventType>,
        schema: &str,
        reader: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Result<Reading, String> {
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(p, place)| (p.to_string(), place.to_string()))
            .collect();
        let format = Avro::new(Arc::clone(event_type), reader, &fields, &[])?;
        let plan = format.bind(&registered(schema, &[]))?;
        let width = event_type.properties.len();
        Ok(Reading {
            format,
            plan,
            width,
        })
    }

    fn read(&mut self, record: &[u8]) -> Result<Vec<Value>, Unread> {
        let mut cells = vec![Cell::NULL; self.width];
        self.format.read(&mut self.plan, record, &mut cells)?;
        Ok(cells.into_iter().map(Cell::into_value).collect())
    }
}
