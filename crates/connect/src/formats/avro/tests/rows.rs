//! Rows that we write, as the library reads them.

use std::sync::Arc;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Written;
use tachograph_event::{BatchBuilder, EventType, Origin, Type, Value};

use super::super::super::rows::{RowWriter, framed_row};
use super::super::AvroWriter;
use super::{Reading, event_type};

fn whole_type() -> Arc<EventType> {
    let inner = EventType::new("Inner", [("n", Type::Long)]);
    event_type([
        ("truth", Type::Bool),
        ("small", Type::Byte),
        ("int", Type::Int),
        ("long", Type::Long),
        ("float", Type::Float),
        ("double", Type::Double),
        ("letter", Type::Char),
        ("text", Type::Str),
        ("list", Type::Array(Box::new(Type::Int))),
        ("inner", Type::Event(Arc::new(inner.clone()))),
        ("again", Type::Event(Arc::new(inner))),
    ])
}

#[test]
fn rows_are_written_as_the_library_reads_them() {
    let event_type = whole_type();
    let row = || Value::Row(Arc::from([Value::Long(-5)]));
    let values = vec![
        Value::Bool(true),
        Value::Byte(-1),
        Value::Int(i32::MIN),
        Value::Long(i64::MAX),
        Value::Float(0.5),
        Value::Double(-0.1),
        Value::Char('ä'),
        Value::str("text"),
        Value::Array(Arc::from([Value::Int(1), Value::Null])),
        row(),
        row(),
    ];
    let nulls = vec![Value::Null; values.len()];
    let mut builder = BatchBuilder::new(Arc::clone(&event_type));
    for values in [&values, &nulls] {
        builder.push(0, Origin::default(), values.clone());
    }
    let batch = builder.finish();
    let writer = AvroWriter::new(Arc::clone(&event_type)).expect("a writer");
    let schema = Schema::parse_str(writer.schema()).expect("the library takes the schema");
    let library = GenericDatumReader::builder(&schema)
        .build()
        .expect("a reader");
    let mut reading = Reading::new(&event_type, writer.schema());
    for (row, values) in [values, nulls].into_iter().enumerate() {
        let record = framed_row(&writer, 7, &batch, row).expect("written");
        assert_eq!(record[..5], [0, 0, 0, 0, 7]);
        let mut rest = &record[5..];
        let Ok(Written::Record(fields)) = library.read_value(&mut rest) else {
            panic!("the library reads it");
        };
        assert!(rest.is_empty());
        let is_null = matches!(&fields[7].1, Written::Union(0, _));
        assert_eq!(is_null, values[7].is_null());
        assert_eq!(reading.read(&record[5..]), Ok(values));
    }
}

#[test]
fn what_has_no_place_in_a_schema_is_told() {
    let told = AvroWriter::new(event_type([("a b", Type::Int)])).err();
    assert!(told.expect("a name").contains("`a b`"));
    let told = AvroWriter::new(event_type([("a", Type::Object)])).err();
    assert!(told.expect("a type").contains("Object"));
}
