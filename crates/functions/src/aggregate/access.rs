//! `first(x)`, `last(x)`, `window(x)`: the events of the window themselves, or an expression over
//! each. Nulls count here as values.

use std::collections::BTreeMap;
use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction};

use super::argument;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Last,
    All,
}

/// `first`, `last`, `window`
#[derive(Debug)]
pub struct Access {
    name: &'static str,
    which: Which,
}

impl Access {
    /// `first`
    pub fn first() -> Access {
        Access {
            name: "first",
            which: Which::First,
        }
    }

    /// `last`
    pub fn last() -> Access {
        Access {
            name: "last",
            which: Which::Last,
        }
    }

    /// `window`
    pub fn window() -> Access {
        Access {
            name: "window",
            which: Which::All,
        }
    }
}

impl AggregateFunction for Access {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match (self.which, arguments) {
            (Which::All, [ty]) => Ok(Type::Array(Box::new(ty.clone()))),
            (_, [ty]) => Ok(ty.clone()),
            _ => Err(format!("{} takes * or one argument", self.name)),
        }
    }

    fn accumulator(&self, _arguments: &[Type], retracts: bool) -> Box<dyn Accumulator> {
        if !retracts && self.which != Which::All {
            return super::ever::unwindowed(self.which == Which::Last);
        }
        Box::new(AccessState {
            which: self.which,
            values: BTreeMap::new(),
        })
    }
}

/// The values by event, oldest first.
#[derive(Debug)]
struct AccessState {
    which: Which,
    values: BTreeMap<u64, Value>,
}

impl Accumulator for AccessState {
    fn enter(&mut self, sequence: u64, arguments: &[Value]) {
        self.values.insert(sequence, argument(arguments).clone());
    }

    fn leave(&mut self, sequence: u64, _arguments: &[Value]) {
        self.values.remove(&sequence);
    }

    fn value(&self) -> Value {
        let one = |entry: Option<(&u64, &Value)>| entry.map_or(Value::Null, |(_, v)| v.clone());
        match self.which {
            Which::First => one(self.values.first_key_value()),
            Which::Last => one(self.values.last_key_value()),
            Which::All if self.values.is_empty() => Value::Null,
            Which::All => Value::Array(self.values.values().cloned().collect::<Arc<[Value]>>()),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.values.iter(), |to, (sequence, value)| {
            to.u64(*sequence);
            to.value(value);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let values = from.list(|from| Ok((from.u64()?, from.value()?)))?;
        self.values = values.into_iter().collect();
        Ok(())
    }
}
