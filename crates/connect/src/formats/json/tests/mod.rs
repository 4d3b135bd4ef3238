//! Lines are read as a tree of them would be: values, refusals and their texts.

mod tree;

use std::sync::Arc;

use proptest::prelude::*;
use tachograph_event::{Batch, EventType, Origin, Type, Value};
use tachograph_time::DatePattern;
use tachograph_topology::Reject;

use super::Json;
use crate::formats::{Chunk, LineDecoder, TimeField};

const POSITION: u64 = 100;
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e\u{e9}"];

fn decode(decoder: &mut Json, bytes: &[u8]) -> (Batch, Vec<Reject>) {
    decoder.decode(Chunk {
        bytes: bytes.to_vec(),
        position: POSITION,
        partition: 3,
    })
}

/// Holds what the decoder makes of a chunk against the trees of its lines.
fn compare(event_type: &Arc<EventType>, time: Option<&TimeField>, bytes: &[u8]) {
    let mut decoder = Json::new(Arc::clone(event_type), time.cloned());
    // What the decoder remembers of the first reading must not show in the second.
    for _ in 0..2 {
        let (batch, rejects) = decode(&mut decoder, bytes);
        let (mut row, mut reject, mut position) = (0, 0, POSITION);
        for whole in bytes.split(|b| *b == b'\n') {
            let line = whole.trim_ascii();
            match (line, tree::record(event_type, time, line)) {
                ([], _) => {}
                (_, Ok((time, values))) => {
                    let partition = 3;
                    let origin = Origin {
                        partition,
                        position,
                    };
                    assert_eq!(batch.row(row), values);
                    assert_eq!((batch.times()[row], batch.origins()[row]), (time, origin));
                    row += 1;
                }
                (_, Err(reason)) => {
                    assert_eq!(rejects[reject].reason, reason);
                    assert_eq!(rejects[reject].position, position);
                    assert_eq!(rejects[reject].raw, line);
                    reject += 1;
                }
            }
            position += whole.len() as u64 + 1;
        }
        assert_eq!((row, reject), (batch.len(), rejects.len()));
    }
}

fn ty() -> impl Strategy<Value = Type> {
    let single = prop::sample::select(vec![
        Type::Bool,
        Type::Byte,
        Type::Short,
        Type::Int,
        Type::Long,
        Type::Float,
        Type::Double,
        Type::Char,
        Type::Str,
        Type::Str,
        Type::Object,
    ]);
    single.prop_recursive(3, 12, 4, |inner| {
        let array = inner
            .clone()
            .prop_map(|element| Type::Array(Box::new(element)));
        let event = properties(inner).prop_map(|event| Type::Event(Arc::new(event)));
        prop_oneof![array, event]
    })
}

fn properties(ty: impl Strategy<Value = Type>) -> impl Strategy<Value = EventType> {
    prop::collection::vec(ty, 0..=NAMES.len())
        .prop_map(|types| EventType::new("T", NAMES.into_iter().zip(types)))
}

fn number() -> impl Strategy<Value = String> {
    let edges = [
        "-0",
        "0.0",
        "1.0",
        "1e2",
        "1E400",
        "-1e-400",
        "0.1",
        "127",
        "128",
        "-129",
        "32768",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "123456789012345678901234567890",
        "01",
        "1.",
        "+1",
        ".5",
        "NaN",
    ];
    prop_oneof![
        any::<i8>().prop_map(|n| n.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| format!("{n:e}")),
        prop::sample::select(edges.to_vec()).prop_map(str::to_string),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let parts = [
        "x",
        "speed",
        "20160101000010",
        "\u{e9}",
        "\u{1f697}",
        "\\n",
        "\\u0041",
        "\\ud83d\\ude97",
        "\\ud83d",
        "\\udc00",
        "\\u00",
        "\\q",
        "\u{1}",
        "\\\"",
        "\\\\",
        "\\/",
    ];
    let parts = prop::collection::vec(prop::sample::select(parts.to_vec()), 0..3);
    parts.prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => prop::sample::select(NAMES.to_vec()).prop_map(|name| format!("\"{name}\"")),
        2 => Just("\"stranger\"".to_string()),
        1 => Just("\"\\u0061\"".to_string()),
        1 => text(),
        1 => Just("1".to_string()),
    ]
}

/// A value of a type, as JSON.
fn of_type(ty: &Type) -> BoxedStrategy<String> {
    match ty {
        Type::Bool => any::<bool>().prop_map(|v| v.to_string()).boxed(),
        Type::Str => text().boxed(),
        Type::Char => prop_oneof![Just("\"x\""), Just("\"\u{1f697}\""), Just("\"\"")]
            .prop_map(str::to_string)
            .boxed(),
        Type::Array(element) => {
            let items = prop::collection::vec(value(element), 0..4);
            items
                .prop_map(|items| format!("[{}]", items.join(" ,")))
                .boxed()
        }
        Type::Event(inner) => object(inner).boxed(),
        _ => number().boxed(),
    }
}

/// A value, mostly of a type.
fn value(ty: &Type) -> BoxedStrategy<String> {
    let other = prop_oneof![
        Just("null".to_string()),
        Just("true".to_string()),
        Just("nul".to_string()),
        number(),
        text(),
        Just("[1,[\"x\"],{\"a\":1e999}]".to_string()),
        Just("{\"a\":{\"b\":[]}}".to_string()),
        (1..140usize).prop_map(|n| format!("{}{}", "[".repeat(n), "]".repeat(n))),
    ];
    prop_oneof![12 => of_type(ty), 1 => other].boxed()
}

/// An object of members that are mostly those of a type, in any order and number.
fn object(event_type: &EventType) -> BoxedStrategy<String> {
    let mut members = vec![(key(), value(&Type::Str)).boxed()];
    for property in &event_type.properties {
        let name = Just(format!("\"{}\"", property.name));
        members.push((name, value(&property.ty)).boxed());
    }
    let most = members.len() + 1;
    let member = prop::strategy::Union::new(members).prop_map(|(k, v)| format!("{k}: {v}"));
    prop::collection::vec(member, 0..=most)
        .prop_map(|members| format!("{{{}}}", members.join(",")))
        .boxed()
}

/// A line: mostly an object, sometimes damaged or followed by something.
fn line(event_type: &EventType) -> impl Strategy<Value = Vec<u8>> + use<> {
    let whole = prop_oneof![12 => object(event_type), 1 => value(&Type::Int)];
    let end = prop_oneof![
        12 => Just(""), 1 => Just(" "), 1 => Just("\r"), 1 => Just("x"), 1 => Just("{}"), 1 => Just("\u{b}")
    ];
    let start =
        prop_oneof![12 => Just(""), 1 => Just(" \t"), 1 => Just("\u{feff}"), 1 => Just("\u{c}")];
    let damage = prop::option::weighted(0.2, (any::<prop::sample::Index>(), any::<u8>(), 0..3u8));
    (start, whole, end, damage).prop_map(|(start, whole, end, damage)| {
        let mut line = [start, &whole, end].concat().into_bytes();
        let Some((index, byte, way)) = damage.filter(|_| !line.is_empty()) else {
            return line;
        };
        let at = index.index(line.len());
        match way {
            0 => line.truncate(at),
            1 => line[at] = byte,
            _ => line.insert(at, byte),
        }
        line
    })
}

fn chunk() -> impl Strategy<Value = (Arc<EventType>, Vec<u8>)> {
    properties(ty()).prop_flat_map(|event_type| {
        let lines = prop::collection::vec(line(&event_type), 0..6);
        (
            Just(Arc::new(event_type)),
            lines.prop_map(|lines| lines.join(&b'\n')),
        )
    })
}

fn time(slot: usize) -> TimeField {
    let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
    TimeField { slot, pattern }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn lines_are_read_as_their_trees((event_type, bytes) in chunk(), timed in any::<bool>()) {
        let time = (timed && !event_type.properties.is_empty()).then(|| time(0));
        compare(&event_type, time.as_ref(), &bytes);
    }
}

fn read(ty: Type, line: &str) -> Result<Vec<Value>, String> {
    let event_type = Arc::new(EventType::new("T", [("at", ty), ("n", Type::Int)]));
    compare(&event_type, None, line.as_bytes());
    let (batch, mut rejects) = decode(&mut Json::new(event_type, None), line.as_bytes());
    match rejects.pop() {
        Some(reject) => Err(reject.reason),
        None => Ok(batch.row(0)),
    }
}

#[test]
fn the_last_member_of_a_name_counts() {
    let row = read(Type::Str, r#"{"at": 1, "n": "x", "n": 2, "at": "y"}"#);
    assert_eq!(row, Ok(vec![Value::str("y"), Value::Int(2)]));
    let row = read(Type::Str, r#"{"n": 2, "n": null}"#);
    assert_eq!(row, Ok(vec![Value::Null, Value::Null]));
    let row = read(Type::Str, r#"{"n": 2, "at": 1, "n": "x"}"#);
    assert_eq!(row, Err("member at: not a string".to_string()));
}

#[test]
fn a_line_is_json_to_its_last_byte() {
    for line in [
        r#"{"n": 1} x"#,
        r#"{"x": "\ud800"}"#,
        r#"{"x": 1e999}"#,
        "{\"n\": 1",
        "\u{feff}{}",
    ] {
        let reason = read(Type::Str, line).expect_err(line);
        assert!(reason.starts_with("not JSON: "), "{line}: {reason}");
        assert!(reason.contains("at line 1 column "), "{line}: {reason}");
    }
    assert_eq!(read(Type::Str, "[1]"), Err("not a JSON object".to_string()));
    let deep = format!("{{\"x\": {}{}}}", "[".repeat(200), "]".repeat(200));
    let reason = read(Type::Str, &deep).expect_err("too deep");
    assert!(reason.contains("recursion limit"), "{reason}");
}

#[test]
fn a_line_that_is_no_text_does_not_harm_its_neighbours() {
    let event_type = Arc::new(EventType::new("T", [("a", Type::Str)]));
    let bytes = b"{\"a\": \"x\"}\n{\"a\": \"\xff\"}\n{\"b\": \"\xff\"}\n{\"a\": \"\xc3\xa9\"}";
    compare(&event_type, None, bytes);
    let (batch, rejects) = decode(&mut Json::new(event_type, None), bytes);
    assert_eq!((batch.len(), rejects.len()), (2, 2));
}

#[test]
fn a_time_that_is_none_is_shown() {
    let event_type = Arc::new(EventType::new("T", [("at", Type::Str)]));
    let lines = b"{\"at\": \"20160101000010\"}\n{\"at\": \"2016\\u0030\"}\n{}\n{\"at\": \"20160101000010\"}";
    compare(&event_type, Some(&time(0)), lines);
    let mut decoder = Json::new(event_type, Some(time(0)));
    let (batch, rejects) = decode(&mut decoder, lines);
    assert_eq!(batch.len(), 2);
    let wanted = "member at: \"20160\" is not a time of the format";
    assert_eq!(rejects[0].reason, wanted);
    let wanted = "member at: \"null\" is not a time of the format";
    assert_eq!(rejects[1].reason, wanted);
}
