//! A key's bytes, and how values become them.

use std::sync::Arc;

use tachograph_event::{Decoder, Encoder, Type, Value};

/// Longest key that is kept in place.
pub const SHORT: usize = 14;

/// A key's bytes.
#[derive(Debug, Clone, Default)]
pub enum Key {
    /// Up to [`SHORT`] bytes in place, zeros behind them.
    Short(u8, [u8; SHORT]),
    /// Longer ones.
    Long(Arc<Box<[u8]>>),
    /// The key null.
    Null,
    /// The number is free.
    #[default]
    Free,
}

impl Key {
    /// A key of some bytes.
    pub fn new(bytes: &[u8]) -> Key {
        if bytes.len() > SHORT {
            return Key::Long(Arc::new(bytes.into()));
        }
        let mut short = [0; SHORT];
        short[..bytes.len()].copy_from_slice(bytes);
        Key::Short(bytes.len() as u8, short)
    }

    /// Its bytes; none of null.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Key::Short(len, bytes) => &bytes[..usize::from(*len)],
            Key::Long(bytes) => bytes,
            Key::Null | Key::Free => &[],
        }
    }
}

/// How key columns become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Those of the text.
    Text,
    /// Those of the number as long.
    Int,
    /// Those of the number.
    Long,
    /// The saved form of all values.
    Mixed,
}

impl Form {
    /// The form of keys of some types.
    pub fn of(types: &[Type]) -> Form {
        match types {
            [Type::Str] => Form::Text,
            [Type::Int] => Form::Int,
            [Type::Long] => Form::Long,
            _ => Form::Mixed,
        }
    }

    /// The bytes of a key.
    pub fn encode(self, values: &[Value]) -> Vec<u8> {
        match (self, values) {
            (Form::Text, [Value::Str(text)]) => text.as_bytes().to_vec(),
            (Form::Int, [Value::Int(v)]) => i64::from(*v).to_le_bytes().to_vec(),
            (Form::Long, [Value::Long(v)]) => v.to_le_bytes().to_vec(),
            _ => {
                let mut encoder = Encoder::new();
                encoder.values(values);
                encoder.into_bytes()
            }
        }
    }

    /// The values of a key.
    pub fn decode(self, key: &Key) -> Vec<Value> {
        if matches!(key, Key::Null | Key::Free) {
            return vec![Value::Null];
        }
        match self {
            Form::Text => vec![Value::str(String::from_utf8_lossy(key.bytes()))],
            Form::Int => vec![Value::Int(whole(key) as i32)],
            Form::Long => vec![Value::Long(whole(key))],
            Form::Mixed => Decoder::new(key.bytes()).values().unwrap_or_default(),
        }
    }
}

fn whole(key: &Key) -> i64 {
    let bytes = key.bytes().try_into();
    i64::from_le_bytes(bytes.expect("an integer key has eight bytes"))
}
