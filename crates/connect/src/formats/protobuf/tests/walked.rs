//! The walk over the wire against the general way: where both give an answer it is the same one.

use std::sync::Arc;

use proptest::prelude::*;
use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, MapKey, MessageDescriptor, Value as Wire};
use tachograph_event::{EventType, Type, Value};

use super::super::super::cell::Cell;
use super::super::super::wants::wants;
use super::super::bind::Plan;
use super::super::walk::Walk;
use super::super::{pool, read};

const TEXT: &str = r#"
syntax = "proto3";
package walked;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
message All {
  enum Kind { UNKNOWN = 0; DIESEL = 1; }
  message Inner { int32 a = 1; optional string b = 2; Inner deeper = 3; oneof c { bool d = 4; string e = 5; } }
  int32 i32 = 1; int64 i64 = 2; uint32 u32 = 3; uint64 u64 = 4; sint32 s32 = 5; sint64 s64 = 6;
  fixed32 f32 = 7; fixed64 f64 = 8; sfixed32 sf32 = 9; sfixed64 sf64 = 10;
  float real = 11; double wide = 12; bool truth = 13; string text = 14; bytes raw = 15;
  optional int32 present = 16; Kind kind = 17;
  google.protobuf.Timestamp at = 18; google.protobuf.Duration took = 19;
  google.protobuf.UInt64Value wrapped = 20; google.protobuf.StringValue name = 21;
  Inner inner = 22;
  oneof place { string area = 23; sint64 cell = 24; Inner lane = 25; Kind other = 26; }
  repeated int32 unwanted = 100; map<string, Inner> more = 101; string also = 1000;
}
"#;

/// What is wanted, with the place of each where it is not the name.
const WANTED: [(&str, Type, Option<&str>); 31] = [
    ("i32", Type::Int, None),
    ("i64", Type::Long, None),
    ("u32", Type::Long, None),
    ("u64", Type::Long, None),
    ("s32", Type::Double, None),
    ("s64", Type::Long, None),
    ("f32", Type::Int, None),
    ("f64", Type::Long, None),
    ("sf32", Type::Int, None),
    ("sf64", Type::Float, None),
    ("real", Type::Double, None),
    ("wide", Type::Float, None),
    ("truth", Type::Bool, None),
    ("text", Type::Str, None),
    ("raw", Type::Str, None),
    ("present", Type::Short, None),
    ("kind", Type::Str, None),
    ("symbol", Type::Int, Some("kind")),
    ("at", Type::Long, None),
    ("shown", Type::Str, Some("at")),
    ("took", Type::Long, None),
    ("wrapped", Type::Long, None),
    ("name", Type::Str, None),
    ("a", Type::Int, Some("inner.a")),
    ("b", Type::Str, Some("inner.b")),
    ("deep", Type::Bool, Some("inner.deeper.d")),
    ("deeper", Type::Char, Some("inner.deeper.e")),
    ("area", Type::Str, None),
    ("cell", Type::Long, None),
    ("lane", Type::Str, Some("lane.e")),
    ("other", Type::Str, None),
];

/// Both ways of reading one message.
struct Both {
    descriptor: MessageDescriptor,
    plan: Plan,
    walk: Walk,
}

impl Both {
    fn new() -> Both {
        let inner = EventType::new("Inner", [("a", Type::Int), ("b", Type::Str)]);
        let wanted = WANTED.map(|(name, ty, _)| (name, ty));
        let nested = [("inner", Type::Event(Arc::new(inner)))];
        let event_type = EventType::new("All", wanted.into_iter().chain(nested));
        let fields = WANTED
            .iter()
            .filter_map(|(name, _, place)| Some((name.to_string(), place.as_ref()?.to_string())));
        let fields: Vec<(String, String)> = fields.collect();
        let (pool, _) = pool::compile(TEXT, &[]).expect("compiled");
        let descriptor = pool.get_message_by_name("walked.All").expect("a message");
        let plan = Plan::new(
            &descriptor,
            &wants(&event_type, &fields, &[]).expect("wants"),
        );
        let plan = plan.expect("a plan");
        Both {
            walk: Walk::new(&plan).expect("it can be walked through"),
            descriptor,
            plan,
        }
    }

    fn walk(&self, bytes: &[u8]) -> Option<Vec<Value>> {
        let mut cells = vec![Cell::NULL; self.plan.width];
        self.walk.read(bytes, &mut cells)?;
        Some(cells.into_iter().map(Cell::into_value).collect())
    }

    fn general(&self, bytes: &[u8]) -> Result<Vec<Value>, String> {
        let message = DynamicMessage::decode(self.descriptor.clone(), bytes);
        let message = message.map_err(|e| e.to_string())?;
        let mut cells = vec![Cell::NULL; self.plan.width];
        let read = read::message(&self.plan, &message, &mut cells);
        read.map_err(|(_, why)| why)?;
        Ok(cells.into_iter().map(Cell::into_value).collect())
    }

    /// A message of this type with some fields, by a source of chance.
    fn message(&self, dice: &mut Dice<'_>) -> Vec<u8> {
        some(&self.descriptor, dice, 3).encode_to_vec()
    }
}

/// Chance as it comes from bytes.
struct Dice<'a>(&'a [u8]);

impl Dice<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&1, &[]));
        self.0 = rest;
        *first
    }

    /// Often small, now and then one of the ends.
    fn number(&mut self) -> i64 {
        match self.next() % 64 {
            0 => i64::MAX,
            1 => i64::MIN,
            2 => -1,
            3 => i64::from(self.next()) << 33,
            _ => i64::from(self.next()),
        }
    }
}

fn some(of: &MessageDescriptor, dice: &mut Dice<'_>, deep: u32) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    for field in of.fields() {
        let is_written =
            dice.next().is_multiple_of(2) && (deep > 0 || field.kind().as_message().is_none());
        if !is_written {
            continue;
        }
        let value = |kind, dice: &mut Dice<'_>| value(&kind, dice, deep.saturating_sub(1));
        let written = if field.is_map() {
            let entry = field.kind().as_message().expect("an entry").clone();
            let inner = value(entry.map_entry_value_field().kind(), dice);
            Wire::Map([(MapKey::String("key".into()), inner)].into())
        } else if field.is_list() {
            Wire::List(
                (0..dice.next() % 3)
                    .map(|_| value(field.kind(), dice))
                    .collect(),
            )
        } else {
            value(field.kind(), dice)
        };
        message.set_field(&field, written);
    }
    message
}

fn value(kind: &prost_reflect::Kind, dice: &mut Dice<'_>, deep: u32) -> Wire {
    use prost_reflect::Kind;
    let texts = ["", "a", "ä", "some longer text"];
    match kind {
        Kind::Message(inner) => Wire::Message(some(inner, dice, deep)),
        Kind::Enum(_) => Wire::EnumNumber(i32::from(dice.next() % 3)),
        Kind::String => Wire::String(texts[usize::from(dice.next() % 4)].into()),
        Kind::Bytes => Wire::Bytes(texts[usize::from(dice.next() % 4)].as_bytes().into()),
        Kind::Bool => Wire::Bool(dice.next().is_multiple_of(2)),
        Kind::Float => Wire::F32(dice.number() as f32),
        Kind::Double => Wire::F64(dice.number() as f64),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Wire::I32(dice.number() as i32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Wire::I64(dice.number()),
        Kind::Uint32 | Kind::Fixed32 => Wire::U32(dice.number() as u32),
        Kind::Uint64 | Kind::Fixed64 => Wire::U64(dice.number() as u64),
    }
}

/// As texts, for a fraction that is no number is not equal to itself.
fn shown(values: &[Value]) -> String {
    format!("{values:?}")
}

proptest! {
    #[test]
    fn a_whole_message_is_walked_through(chance in prop::collection::vec(any::<u8>(), 0..400)) {
        let both = Both::new();
        let bytes = both.message(&mut Dice(&chance));
        let general = both.general(&bytes);
        let walked = both.walk(&bytes);
        prop_assert_eq!(walked.as_deref().map(shown), general.ok().as_deref().map(shown));
    }

    #[test]
    fn a_message_in_pieces_is_the_same_or_left_alone(
        chance in prop::collection::vec(any::<u8>(), 0..800),
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let both = Both::new();
        let mut dice = Dice(&chance);
        let mut bytes = both.message(&mut dice);
        bytes.extend(both.message(&mut dice));
        for (at, byte) in spoilt {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if let (Some(walked), Ok(general)) = (both.walk(&bytes), both.general(&bytes)) {
            prop_assert_eq!(shown(&walked), shown(&general));
        }
    }
}

#[test]
fn one_member_of_several_clears_the_others() {
    let both = Both::new();
    let slot = |name| {
        WANTED
            .iter()
            .position(|(is, _, _)| *is == name)
            .expect("wanted")
    };
    let area = [0xba, 0x01, 1, b'x'];
    let cell = [0xc0, 0x01, 2];
    let walked = |bytes: &[u8]| both.walk(bytes).expect("walked through");
    let last = walked(&[&area[..], &cell].concat());
    assert_eq!(last[slot("area")], Value::Null);
    assert_eq!(last[slot("cell")], Value::Long(1));
    let last = walked(&[&cell[..], &area].concat());
    assert_eq!(last[slot("area")], Value::str("x"));
    assert_eq!(last[slot("cell")], Value::Null);
}

#[test]
fn what_adds_to_an_earlier_message_is_left_to_the_general_way() {
    let both = Both::new();
    let inner = [0xb2, 0x01, 2, 0x08, 1];
    assert!(both.walk(&inner).is_some());
    assert_eq!(both.walk(&[inner, inner].concat()), None);
}
