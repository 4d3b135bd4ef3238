//! Records of an older schema, read as those of a newer one.

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Written;
use tachograph_event::{Type, Value};

use super::{Reading, event_type, field, record, write};

#[test]
fn the_reader_knows_old_names_and_what_was_not_written() {
    let old = record(
        "R",
        &[
            field("v", r#""int""#),
            field(
                "kind",
                r#"{"type": "enum", "name": "K", "symbols": ["NEW", "OLD"]}"#,
            ),
        ]
        .join(","),
    );
    let new = record(
        "R",
        r#"{"name": "speed", "type": "double", "aliases": ["v"]},
           {"name": "area", "type": ["null", "string"], "default": null},
           {"name": "lanes", "type": "int", "default": 2},
           {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["OTHER", "OLD"], "default": "OTHER"}}"#,
    );
    let properties = [
        ("speed", Type::Double),
        ("area", Type::Str),
        ("lanes", Type::Int),
        ("kind", Type::Str),
    ];
    let event_type = event_type(properties);
    let mut reading = Reading::of(&event_type, &old, Some(&new), &[]).expect("a plan");
    let kind = Written::Enum(0, "NEW".into());
    let bytes = write(&old, vec![("v", Written::Int(80)), ("kind", kind)]);
    let wanted = [
        Value::Double(80.0),
        Value::Null,
        Value::Int(2),
        Value::str("OTHER"),
    ];
    assert_eq!(reading.read(&bytes), Ok(wanted.to_vec()));
    // The same as the library resolves it; aliases of fields it does not know.
    let old = old.replace("\"v\"", "\"speed\"");
    let schemas = [&old, &new].map(|text| Schema::parse_str(text).expect("a schema"));
    let library = GenericDatumReader::builder(&schemas[0]).reader_schema(&schemas[1]);
    let library = library.build().expect("a reader");
    let resolved = library.read_value(&mut &bytes[..]);
    let Ok(Written::Record(fields)) = resolved else {
        panic!("{resolved:?}");
    };
    assert_eq!(fields[0].1, Written::Double(80.0));
    assert_eq!(fields[2].1, Written::Int(2));
    assert_eq!(fields[3].1, Written::Enum(0, "OTHER".into()));
}

#[test]
fn without_a_default_what_was_not_written_is_missed() {
    let old = record("R", &field("a", r#""int""#));
    let new = record(
        "R",
        &[field("a", r#""int""#), field("b", r#""int""#)].join(","),
    );
    let properties = [("a", Type::Int), ("b", Type::Int)];
    let told = Reading::of(&event_type(properties), &old, Some(&new), &[]).err();
    assert!(told.expect("missed").contains("no default"));
}
