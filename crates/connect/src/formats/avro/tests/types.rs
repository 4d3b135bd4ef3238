//! Each type of Avro, and what it may become.

use std::sync::Arc;

use apache_avro::types::Value as Written;
use tachograph_event::{Type, Value};

use super::super::super::framed::{SchemaFormat, Unread};
use super::{Reading, event_type, field, record, write};

/// Of a field of each scalar type, the type, what is written and what is read.
fn scalars() -> Vec<(&'static str, Type, Written, Value)> {
    let decimal = Written::Decimal(apache_avro::Decimal::from([0x04, 0xd2]));
    let logical = r#"{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}"#;
    vec![
        (
            r#""boolean""#,
            Type::Bool,
            Written::Boolean(true),
            Value::Bool(true),
        ),
        (r#""int""#, Type::Int, Written::Int(-7), Value::Int(-7)),
        (r#""int""#, Type::Long, Written::Int(7), Value::Long(7)),
        (
            r#""int""#,
            Type::Double,
            Written::Int(7),
            Value::Double(7.0),
        ),
        (r#""int""#, Type::Short, Written::Int(7), Value::Short(7)),
        (
            r#""long""#,
            Type::Long,
            Written::Long(i64::MIN),
            Value::Long(i64::MIN),
        ),
        (
            r#""float""#,
            Type::Float,
            Written::Float(1.5),
            Value::Float(1.5),
        ),
        (
            r#""float""#,
            Type::Double,
            Written::Float(1.5),
            Value::Double(1.5),
        ),
        (
            r#""double""#,
            Type::Double,
            Written::Double(0.1),
            Value::Double(0.1),
        ),
        (
            r#""string""#,
            Type::Str,
            Written::String("ä".into()),
            Value::str("ä"),
        ),
        (
            r#""string""#,
            Type::Char,
            Written::String("ä".into()),
            Value::Char('ä'),
        ),
        (
            r#""bytes""#,
            Type::Array(Box::new(Type::Byte)),
            Written::Bytes(vec![1, 255]),
            Value::Array(Arc::from([Value::Byte(1), Value::Byte(-1)])),
        ),
        (logical, Type::Str, decimal.clone(), Value::str("12.34")),
        (logical, Type::Double, decimal, Value::Double(12.34)),
        (
            r#"{"type": "long", "logicalType": "timestamp-micros"}"#,
            Type::Long,
            Written::TimestampMicros(1_451_606_400_000_001),
            Value::Long(1_451_606_400_000),
        ),
        (
            r#"{"type": "int", "logicalType": "date"}"#,
            Type::Str,
            Written::Date(16_801),
            Value::str("2016-01-01"),
        ),
        (
            r#"{"type": "int", "logicalType": "time-millis"}"#,
            Type::Int,
            Written::TimeMillis(5),
            Value::Int(5),
        ),
        (
            r#"{"type": "enum", "name": "E", "symbols": ["A", "B"]}"#,
            Type::Str,
            Written::Enum(1, "B".into()),
            Value::str("B"),
        ),
        (
            r#"["null", "int"]"#,
            Type::Int,
            Written::Union(1, Box::new(Written::Int(3))),
            Value::Int(3),
        ),
        (
            r#"["null", "int"]"#,
            Type::Int,
            Written::Union(0, Box::new(Written::Null)),
            Value::Null,
        ),
        (
            r#"{"type": "array", "items": "int"}"#,
            Type::Array(Box::new(Type::Int)),
            Written::Array(vec![Written::Int(1), Written::Int(2)]),
            Value::Array(Arc::from([Value::Int(1), Value::Int(2)])),
        ),
    ]
}

#[test]
fn each_type_becomes_what_it_may() {
    for (schema, ty, written, wanted) in scalars() {
        let text = record("R", &field("a", schema));
        let bytes = write(&text, vec![("a", written)]);
        let mut reading = Reading::new(&event_type([("a", ty)]), &text);
        assert_eq!(reading.read(&bytes), Ok(vec![wanted]), "{schema}");
    }
}

#[test]
fn a_record_is_read_to_its_last_byte() {
    let text = record(
        "R",
        &[field("a", r#""string""#), field("b", r#"["null", "int"]"#)].join(","),
    );
    let some = Written::Union(1, Box::new(Written::Int(300)));
    let bytes = write(
        &text,
        vec![("a", Written::String("abc".into())), ("b", some)],
    );
    let properties = [("a", Type::Str), ("b", Type::Int)];
    let mut reading = Reading::new(&event_type(properties), &text);
    assert!(reading.read(&bytes).is_ok());
    for end in 0..bytes.len() {
        assert!(reading.read(&bytes[..end]).is_err(), "{end}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(reading.read(&longer).is_err());
}

#[test]
fn a_number_that_does_not_fit_is_a_fault_of_its_record() {
    let text = record("R", &field("a", r#""long""#));
    let mut reading = Reading::new(&event_type([("a", Type::Int)]), &text);
    let bytes = write(&text, vec![("a", Written::Long(1 << 40))]);
    let Err(Unread::Record(told)) = reading.read(&bytes) else {
        panic!("it does not fit");
    };
    assert_eq!(told, "a: 1099511627776 is not of type int");
}

/// A record as Confluent's serializer for Python wrote it, after the id of its schema.
const RECORDED: &str = "0400020878787878000a413030303480a483c1ce8e94050208020402040a6f7468657201086c616e65\
                        0000d80f020c617265612d34";

#[test]
fn what_confluents_serializer_wrote_is_read() {
    let fields = [
        field(
            "unused",
            r#"{"type": "array", "items": ["null", "string"]}"#,
        ),
        field("car", r#""string""#),
        field(
            "at",
            r#"{"type": "long", "logicalType": "timestamp-micros"}"#,
        ),
        field("speed", r#"["null", "int"]"#),
        field(
            "price",
            r#"{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}"#,
        ),
        field(
            "kind",
            r#"{"type": "enum", "name": "Kind", "symbols": ["DIESEL", "ELECTRIC"]}"#,
        ),
        field("tags", r#"{"type": "map", "values": "long"}"#),
        field("engine", &record("Engine", &field("rpm", r#""int""#))),
        field("area", r#"["null", "string"]"#),
    ];
    let properties = [
        ("car", Type::Str),
        ("at", Type::Long),
        ("speed", Type::Int),
        ("price", Type::Str),
        ("kind", Type::Str),
        ("lane", Type::Int),
        ("rpm", Type::Double),
        ("area", Type::Str),
    ];
    let places = [("lane", "tags.lane"), ("rpm", "engine.rpm")];
    let schema = record("Reading", &fields.join(","));
    let event_type = event_type(properties);
    let mut reading = Reading::of(&event_type, &schema, None, &places).expect("a plan");
    let bytes: Vec<u8> = (0..RECORDED.len() / 2)
        .map(|n| u8::from_str_radix(&RECORDED[2 * n..2 * n + 2], 16).expect("hexadecimal"))
        .collect();
    let wanted = vec![
        Value::str("A0004"),
        Value::Long(1_451_606_404_000),
        Value::Int(4),
        Value::str("0.04"),
        Value::str("ELECTRIC"),
        Value::Int(0),
        Value::Double(1_004.0),
        Value::str("area-4"),
    ];
    assert_eq!(reading.read(&bytes), Ok(wanted));
    assert!(reading.format.is_instant(&reading.plan, 1));
}
