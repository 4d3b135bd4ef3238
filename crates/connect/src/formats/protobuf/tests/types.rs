//! Each type of Protocol Buffers, and what it may become.

use std::sync::Arc;

use prost_reflect::DynamicMessage;
use tachograph_event::{EventType, Type, Value};

use super::super::super::framed::{SchemaFormat, Unread};
use super::{READING, Reading, event_type, framed, message};

fn full() -> DynamicMessage {
    use prost_reflect::{MapKey, Value as Wire};
    let mut at = message("google.protobuf.Timestamp");
    at.set_field_by_name("seconds", Wire::I64(1_451_606_400));
    at.set_field_by_name("nanos", Wire::I32(500_000_000));
    let mut gear = message("google.protobuf.Int32Value");
    gear.set_field_by_name("value", Wire::I32(3));
    let mut engine = message("cars.Reading.Engine");
    engine.set_field_by_name("rpm", Wire::I32(2_000));
    engine.set_field_by_name("kind", Wire::EnumNumber(1));
    let mut reading = message("cars.Reading");
    let tags = [(MapKey::String("lane".into()), Wire::I64(-2))];
    let fields = [
        ("car", Wire::String("A1".into())),
        ("speed", Wire::I32(0)),
        ("odometer", Wire::U64(u64::MAX)),
        ("at", Wire::Message(at)),
        ("gear", Wire::Message(gear)),
        ("engine", Wire::Message(engine)),
        ("cell", Wire::I64(9)),
        ("loads", Wire::List(vec![Wire::F64(0.5)])),
        ("tags", Wire::Map(tags.into_iter().collect())),
        ("raw", Wire::Bytes(vec![1, 255].into())),
    ];
    for (name, value) in fields {
        reading.set_field_by_name(name, value);
    }
    reading
}

#[test]
fn each_type_becomes_what_it_may() {
    let engine = EventType::new("Engine", [("rpm", Type::Int)]);
    let properties = [
        ("car", Type::Str),
        ("speed", Type::Int),
        ("at", Type::Long),
        ("shown", Type::Str),
        ("gear", Type::Int),
        ("engine", Type::Event(Arc::new(engine))),
        ("rpm", Type::Double),
        ("kind", Type::Str),
        ("number", Type::Int),
        ("area", Type::Str),
        ("cell", Type::Long),
        ("loads", Type::Array(Box::new(Type::Double))),
        ("lane", Type::Int),
        ("raw", Type::Array(Box::new(Type::Byte))),
    ];
    let fields = [
        ("shown", "at"),
        ("rpm", "engine.rpm"),
        ("kind", "engine.kind"),
        ("number", "engine.kind"),
        ("lane", "tags.lane"),
    ];
    let mut reading = Reading::new(&event_type(properties), &fields);
    let wanted = vec![
        Value::str("A1"),
        Value::Int(0),
        Value::Long(1_451_606_400_500),
        Value::str("2016-01-01T00:00:00.5Z"),
        Value::Int(3),
        Value::Row(Arc::from([Value::Int(2_000)])),
        Value::Double(2_000.0),
        Value::str("DIESEL"),
        Value::Int(1),
        Value::Null,
        Value::Long(9),
        Value::Array(Arc::from([Value::Double(0.5)])),
        Value::Int(-2),
        Value::Array(Arc::from([Value::Byte(1), Value::Byte(-1)])),
    ];
    assert_eq!(reading.read(&framed(&READING, &full())), Ok(wanted));
    assert!(reading.format.is_instant(&reading.messages, 2));
    assert!(!reading.format.is_instant(&reading.messages, 3));
}

#[test]
fn what_is_not_there_is_null_only_where_that_can_be_told() {
    let properties = [
        ("car", Type::Str),
        ("speed", Type::Int),
        ("at", Type::Long),
        ("gear", Type::Int),
        ("rpm", Type::Int),
        ("area", Type::Str),
        ("loads", Type::Array(Box::new(Type::Double))),
        ("lane", Type::Int),
    ];
    let fields = [("rpm", "engine.rpm"), ("lane", "tags.lane")];
    let mut reading = Reading::new(&event_type(properties), &fields);
    let mut wanted = vec![Value::Null; 8];
    wanted[0] = Value::str("");
    wanted[6] = Value::Array(Arc::from([]));
    assert_eq!(reading.read(&READING), Ok(wanted));
}

#[test]
fn a_number_that_does_not_fit_is_a_fault_of_its_record() {
    let mut reading = Reading::new(&event_type([("odometer", Type::Long)]), &[]);
    let Err(Unread::Record(told)) = reading.read(&framed(&READING, &full())) else {
        panic!("it does not fit");
    };
    assert!(told.starts_with("odometer: 18446744073709551615"), "{told}");
}

/// A record as Confluent's serializer for Python wrote it, after the id of its schema.
const RECORDED: &str = "02040a054130303034120608848397b4051a0208042204302e3034280132080a046c616e651000\
                        32120a056f7468657210ffffffffffffffffff013a0308ec074206617265612d34";

#[test]
fn what_confluents_serializer_wrote_is_read() {
    let text = r#"syntax = "proto3"; package cars;
        import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto";
        message Other { string x = 1; }
        message Engine { int32 rpm = 1; }
        message Reading { string car = 1; google.protobuf.Timestamp at = 2;
          google.protobuf.Int32Value speed = 3; string price = 4; Kind kind = 5;
          map<string, int64> tags = 6; Engine engine = 7; optional string area = 8; }
        enum Kind { DIESEL = 0; ELECTRIC = 1; }"#;
    let properties = [
        ("car", Type::Str),
        ("at", Type::Long),
        ("speed", Type::Int),
        ("kind", Type::Str),
        ("other", Type::Int),
        ("rpm", Type::Double),
        ("area", Type::Str),
    ];
    let places = [("other", "tags.other"), ("rpm", "engine.rpm")];
    let mut reading = Reading::of(&event_type(properties), text, None, &places);
    let bytes: Vec<u8> = (0..RECORDED.len() / 2)
        .map(|n| u8::from_str_radix(&RECORDED[2 * n..2 * n + 2], 16).expect("hexadecimal"))
        .collect();
    let wanted = vec![
        Value::str("A0004"),
        Value::Long(1_451_606_404_000),
        Value::Int(4),
        Value::str("ELECTRIC"),
        Value::Int(-1),
        Value::Double(1_004.0),
        Value::str("area-4"),
    ];
    assert_eq!(reading.read(&bytes), Ok(wanted));
}
