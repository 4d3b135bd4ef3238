//! Values within records and maps, and schemas that refer to others.

use std::sync::Arc;

use apache_avro::types::Value as Written;
use tachograph_event::{EventType, Type, Value};

use super::super::super::cell::Cell;
use super::super::super::framed::SchemaFormat;
use super::{Avro, Reading, event_type, field, record, registered, write};

pub const NESTED: &str = r#"{"type": "record", "name": "R", "namespace": "n", "fields": [
    {"name": "before", "type": {"type": "array", "items": ["null", "string"]}},
    {"name": "car", "type": ["null", {"type": "record", "name": "Car", "fields": [
        {"name": "vin", "type": "string"}, {"name": "next", "type": ["null", "Car"]}]}]},
    {"name": "tags", "type": {"type": "map", "values": "long"}},
    {"name": "last", "type": "Car"}]}"#;

pub fn nested(tags: &[(&str, i64)]) -> Vec<u8> {
    let car = |vin: &str, next| {
        Written::Record(vec![
            ("vin".into(), Written::String(vin.into())),
            ("next".into(), next),
        ])
    };
    let none = || Written::Union(0, Box::new(Written::Null));
    let some = |value| Written::Union(1, Box::new(value));
    let tags = tags.iter().map(|(k, v)| (k.to_string(), Written::Long(*v)));
    write(
        NESTED,
        vec![
            (
                "before",
                Written::Array(vec![none(), some(Written::String("x".into()))]),
            ),
            ("car", some(car("A", some(car("B", none()))))),
            ("tags", Written::Map(tags.collect())),
            ("last", car("C", none())),
        ],
    )
}

#[test]
fn parts_of_records_and_values_of_maps_are_found_by_their_places() {
    let properties = [
        ("vin", Type::Str),
        ("inner", Type::Str),
        ("speed", Type::Int),
        ("none", Type::Long),
        ("last", Type::Str),
    ];
    let fields = [
        ("vin", "car.vin"),
        ("inner", "car.next.vin"),
        ("speed", "tags.speed"),
        ("none", "tags.none"),
        ("last", "last.vin"),
    ];
    let event_type = event_type(properties);
    let mut reading = Reading::of(&event_type, NESTED, None, &fields).expect("a plan");
    let found = reading.read(&nested(&[("a", 1), ("speed", 80)]));
    let wanted = ["A", "B"].map(Value::str).into_iter();
    let rest = [Value::Int(80), Value::Null, Value::str("C")];
    assert_eq!(found, Ok(wanted.chain(rest).collect()));
}

#[test]
fn a_record_may_be_a_nested_event_and_be_read_twice() {
    let car = EventType::new("Car", [("vin", Type::Str)]);
    let properties = [("last", Type::Event(Arc::new(car))), ("vin", Type::Str)];
    let event_type = event_type(properties);
    let fields = [("vin", "last.vin")];
    let mut reading = Reading::of(&event_type, NESTED, None, &fields).expect("a plan");
    let row = Value::Row(Arc::from([Value::str("C")]));
    assert_eq!(reading.read(&nested(&[])), Ok(vec![row, Value::str("C")]));
}

#[test]
fn all_that_a_schema_lacks_is_told() {
    let properties = [("a", Type::Int), ("b", Type::Int), ("c", Type::Int)];
    let text = record(
        "R",
        &[field("a", r#""string""#), field("b", r#""long""#)].join(","),
    );
    let told = Reading::of(&event_type(properties), &text, None, &[]).err();
    let told = told.expect("it does not fit");
    assert!(
        told.contains("`a` is a text and cannot become int"),
        "{told}"
    );
    assert!(told.contains("no field `c` (int)"), "{told}");
    assert!(!told.contains("`b`"), "{told}");
    let map = record("R", &field("a", r#"{"type": "map", "values": "int"}"#));
    let told = Reading::of(&event_type([("a", Type::Int)]), &map, None, &[]).err();
    assert!(told.expect("a map").contains("a map"));
}

#[test]
fn definitions_may_stand_in_schemas_that_are_referred_to() {
    let car = r#"{"type": "record", "name": "Car", "namespace": "n",
        "fields": [{"name": "vin", "type": "string"}]}"#;
    let text = r#"{"type": "record", "name": "R", "fields": [{"name": "car", "type": "n.Car"}]}"#;
    let fields = [("vin".to_string(), "car.vin".to_string())];
    let format = Avro::new(event_type([("vin", Type::Str)]), None, &fields, &[]).expect("good");
    let schema = registered(text, &[("n.Car", car)]);
    let mut plan = format.bind(&schema).expect("a plan");
    let mut cells = [Cell::NULL];
    let read = format.read(&mut plan, &[2, b'A'], &mut cells);
    let value = cells.map(Cell::into_value);
    assert_eq!((read, value), (Ok(()), [Value::str("A")]));
    assert!(format.bind(&registered(text, &[])).is_err());
}
