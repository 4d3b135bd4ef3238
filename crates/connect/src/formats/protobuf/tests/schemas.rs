//! Schemas that lack something, are older, import others, or come compiled.

use tachograph_event::{Type, Value};

use super::super::super::cell::Cell;
use super::super::super::framed::{SchemaFormat, Unread};
use super::super::{Protobuf, pool};
use super::{READING, Reading, TEXT, event_type, schema};
use crate::registry::Referenced;

#[test]
fn all_that_a_message_lacks_is_told() {
    let properties = [("car", Type::Int), ("none", Type::Int), ("tags", Type::Str)];
    let mut reading = Reading::new(&event_type(properties), &[]);
    let Err(Unread::Schema(told)) = reading.read(&READING) else {
        panic!("it does not fit");
    };
    for word in [
        "cars.Reading",
        "`car` is a text",
        "no field `none`",
        "`tags` is a map",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
}

#[test]
fn the_reader_message_says_how_old_records_are_read() {
    let old = r#"syntax = "proto3"; package cars; message Reading { string car = 1; }
                 message Other { string x = 1; }"#;
    let properties = [
        ("car", Type::Str),
        ("speed", Type::Int),
        ("odometer", Type::Long),
    ];
    let event_type = event_type(properties);
    let mut reading = Reading::of(&event_type, old, Some(TEXT), &[]);
    let wanted = vec![Value::str("A"), Value::Null, Value::Long(0)];
    assert_eq!(reading.read(&[0, 10, 1, b'A']), Ok(wanted));
    let other = reading.read(&[2, 2]);
    assert!(matches!(other, Err(Unread::Record(why)) if why.contains("`cars.Other`")));
}

#[test]
fn imports_come_from_the_registry() {
    let text = r#"syntax = "proto3"; import "part.proto"; message R { parts.P p = 1; }"#;
    let part = r#"syntax = "proto3"; package parts; message P { int32 n = 1; }"#;
    let referenced = Referenced {
        name: "part.proto".into(),
        text: part.into(),
    };
    let mut schema = schema(text);
    assert!(pool::compile(text, &[]).is_err());
    schema.references.push(referenced);
    let fields = [("n".to_string(), "p.n".to_string())];
    let format = Protobuf::new(event_type([("n", Type::Int)]), None, None, &fields, &[]);
    let format = format.expect("a format");
    let mut messages = format.bind(&schema).expect("compiled");
    let mut cells = [Cell::NULL];
    let read = format.read(&mut messages, &[0, 10, 2, 8, 5], &mut cells);
    let value = cells.map(Cell::into_value);
    assert_eq!((read, value), (Ok(()), [Value::Int(5)]));
}

#[test]
fn a_schema_may_come_compiled() {
    use base64::Engine;
    let (pool, name) = pool::compile(TEXT, &[]).expect("compiled");
    let file = pool.get_file_by_name(&name).expect("the file");
    let text = base64::engine::general_purpose::STANDARD.encode(file.encode_to_vec());
    let (pool, name) = pool::compile(&text, &[]).expect("compiled again");
    let file = pool.get_file_by_name(&name).expect("the file");
    let names: Vec<String> = file.messages().map(|m| m.full_name().to_string()).collect();
    assert_eq!(names, ["cars.Other", "cars.Reading"]);
}
