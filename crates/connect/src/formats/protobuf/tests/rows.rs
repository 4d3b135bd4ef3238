//! Rows that we write, as messages that are read.

use std::sync::Arc;

use tachograph_event::{BatchBuilder, EventType, Origin, Type, Value};

use super::super::super::framed::SchemaFormat;
use super::super::super::rows::{RowWriter, framed_row};
use super::super::{Protobuf, ProtobufWriter};
use super::{Reading, event_type, schema};

#[test]
fn rows_are_written_as_they_are_read() {
    let inner = EventType::new("Inner", [("n", Type::Long)]);
    let event_type = event_type([
        ("truth", Type::Bool),
        ("small", Type::Byte),
        ("long", Type::Long),
        ("float", Type::Float),
        ("double", Type::Double),
        ("letter", Type::Char),
        ("text", Type::Str),
        ("inner", Type::Event(Arc::new(inner))),
        ("list", Type::Array(Box::new(Type::Str))),
    ]);
    let list = |items: &[&str]| Value::Array(items.iter().map(Value::str).collect());
    let values = vec![
        Value::Bool(false),
        Value::Byte(-1),
        Value::Long(i64::MIN),
        Value::Float(0.0),
        Value::Double(-0.1),
        Value::Char('ä'),
        Value::str(""),
        Value::Row(Arc::from([Value::Long(-5)])),
        list(&["a", ""]),
    ];
    let mut nulls = vec![Value::Null; values.len()];
    let mut builder = BatchBuilder::new(Arc::clone(&event_type));
    for values in [&values, &nulls] {
        builder.push(0, Origin::default(), values.clone());
    }
    // A list is never null there.
    nulls[8] = list(&[]);
    let batch = builder.finish();
    let writer = ProtobufWriter::new(Arc::clone(&event_type)).expect("a writer");
    let mut messages = {
        let format = Protobuf::new(Arc::clone(&event_type), None, None, &[], &[]);
        let format = format.expect("a format");
        let messages = format.bind(&schema(writer.schema())).expect("a schema");
        let width = values.len();
        Reading {
            format,
            messages,
            width,
        }
    };
    for (row, values) in [values, nulls].into_iter().enumerate() {
        let record = framed_row(&writer, 7, &batch, row).expect("written");
        assert_eq!(record[..6], [0, 0, 0, 0, 7, 0]);
        assert_eq!(messages.read(&record[5..]), Ok(values));
    }
}
