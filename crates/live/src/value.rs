//! The value of a key: one of six kinds.

use std::collections::VecDeque;

use crate::fixed::{FixedMap, FixedSet};
use crate::stream::Stream;
use crate::zset::SortedSet;

/// An immutable byte string: a key, a member, a field, a value.
pub type Bytes = Box<[u8]>;
/// A list, head first.
pub(crate) type List = VecDeque<Bytes>;
/// A hash: fields with values.
pub(crate) type Hash = FixedMap<Bytes>;
/// A set of members.
pub(crate) type Set = FixedSet;

/// What a key holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A byte string.
    Text(Bytes),
    /// A list.
    List(List),
    /// A set.
    Set(Set),
    /// A hash.
    Hash(Hash),
    /// A sorted set.
    Zset(SortedSet),
    /// A stream.
    Stream(Box<Stream>),
}

impl Value {
    /// The kind's name, as `TYPE` tells it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Set(_) => "set",
            Value::Hash(_) => "hash",
            Value::Zset(_) => "zset",
            Value::Stream(_) => "stream",
        }
    }

    /// Whether the key ceases to exist with this value: an empty collection. An empty stream stays.
    pub(crate) fn is_gone(&self) -> bool {
        match self {
            Value::Text(_) | Value::Stream(_) => false,
            Value::List(v) => v.is_empty(),
            Value::Set(v) => v.is_empty(),
            Value::Hash(v) => v.is_empty(),
            Value::Zset(v) => v.is_empty(),
        }
    }
}

/// A kind of value, seen from its own type.
pub(crate) trait Kind: Sized {
    /// The value, if it is of this kind.
    fn of(value: &Value) -> Option<&Self>;
    /// The value for change, if it is of this kind.
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    /// An empty value of this kind.
    fn fresh() -> Value;
}

macro_rules! kind {
    ($type:ty, $variant:ident, $fresh:expr) => {
        impl Kind for $type {
            fn of(value: &Value) -> Option<&Self> {
                if let Value::$variant(inner) = value {
                    Some(inner)
                } else {
                    None
                }
            }
            fn of_mut(value: &mut Value) -> Option<&mut Self> {
                if let Value::$variant(inner) = value {
                    Some(inner)
                } else {
                    None
                }
            }
            fn fresh() -> Value {
                Value::$variant($fresh)
            }
        }
    };
}

kind!(Bytes, Text, Bytes::default());
kind!(List, List, List::new());
kind!(Set, Set, Set::default());
kind!(Hash, Hash, Hash::default());
kind!(SortedSet, Zset, SortedSet::default());
kind!(Box<Stream>, Stream, Box::default());
