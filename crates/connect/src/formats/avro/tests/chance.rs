//! Records by chance: good ones, damaged ones, and no records at all.

use apache_avro::types::Value as Written;
use proptest::prelude::*;
use tachograph_event::{Type, Value};

use super::places::{NESTED, nested};
use super::{Reading, event_type, field, record, write};

#[test]
fn rubbish_may_not_ask_for_the_moon() {
    // Four thousand million items of no bytes; and a list of one's own kind, nested without end.
    let nulls = record("R", &field("a", r#"{"type": "array", "items": "null"}"#));
    let mut reading = Reading::of(&event_type([]), &nulls, None, &[]).expect("a plan");
    assert!(reading.read(&[0xfe, 0xff, 0xff, 0xff, 0x1f, 0]).is_err());
    let endless = record("R", &field("a", r#"["null", "R"]"#));
    let mut reading = Reading::of(&event_type([]), &endless, None, &[]).expect("a plan");
    assert!(reading.read(&[2; 100_000]).is_err());
    assert!(reading.read(&[2, 2, 0]).is_ok());
}

fn smartcar() -> String {
    let text = ["date", "carNumber", "ac", "area"].map(|n| field(n, r#"["null", "string"]"#));
    let whole = ["speed", "brake"].map(|n| field(n, r#""int""#));
    record("Reading", &[&text[..], &whole[..]].concat().join(","))
}

proptest! {
    #[test]
    fn what_the_library_writes_we_read(
        texts in prop::collection::vec(prop::option::of(".{0,12}"), 4),
        speed in any::<i32>(),
        brake in any::<i32>(),
    ) {
        let schema = smartcar();
        let text = |n: usize| match &texts[n] {
            Some(text) => Written::Union(1, Box::new(Written::String(text.clone()))),
            None => Written::Union(0, Box::new(Written::Null)),
        };
        let fields = vec![
            ("date", text(0)),
            ("carNumber", text(1)),
            ("ac", text(2)),
            ("area", text(3)),
            ("speed", Written::Int(speed)),
            ("brake", Written::Int(brake)),
        ];
        let bytes = write(&schema, fields);
        let properties = [
            ("brake", Type::Int),
            ("area", Type::Str),
            ("speed", Type::Long),
            ("carNumber", Type::Str),
        ];
        let mut reading = Reading::new(&event_type(properties), &schema);
        let shown = |n: usize| texts[n].as_ref().map_or(Value::Null, Value::str);
        let wanted = vec![
            Value::Int(brake),
            shown(3),
            Value::Long(i64::from(speed)),
            shown(1),
        ];
        prop_assert_eq!(reading.read(&bytes), Ok(wanted));
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let properties = [("speed", Type::Int), ("area", Type::Str)];
        let mut reading = Reading::new(&event_type(properties), &smartcar());
        // With values or with a reason: it comes back.
        let _ = reading.read(&bytes);
        let fields = [("vin", "car.next.vin"), ("speed", "tags.speed")];
        let properties = [("vin", Type::Str), ("speed", Type::Int)];
        let event_type = event_type(properties);
        let mut reading = Reading::of(&event_type, NESTED, None, &fields).expect("a plan");
        let _ = reading.read(&bytes);
    }

    #[test]
    fn damaged_records_are_read_or_told(at in 0usize..60, byte in any::<u8>()) {
        let mut bytes = nested(&[("a", 1), ("speed", 80)]);
        let at = at % bytes.len();
        bytes[at] = byte;
        let properties = [("last", Type::Str)];
        let fields = [("last", "last.vin")];
        let event_type = event_type(properties);
        let mut reading = Reading::of(&event_type, NESTED, None, &fields).expect("a plan");
        let _ = reading.read(&bytes);
    }
}
