//! `first(x)`, `last(x)`, `window(x)`, and `first(x, n)`, `last(x, n)`, the n-th from an end: the
//! events of the window themselves, or an expression over each. Nulls count here as values. Over a
//! stream without a window the number does not count.

use std::collections::{BTreeMap, HashMap};
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
            (Which::First | Which::Last, [ty]) => Ok(ty.clone()),
            (Which::First | Which::Last, [ty, n]) if is_whole(n) => Ok(ty.clone()),
            (Which::All, _) => Err("window takes * or one argument".into()),
            _ => Err(format!(
                "{} takes * or a value, and a whole number",
                self.name
            )),
        }
    }

    fn takes_place(&self) -> bool {
        true
    }

    fn accumulator(&self, _arguments: &[Type], retracts: bool) -> Box<dyn Accumulator> {
        if !retracts && self.which != Which::All {
            return super::ever::unwindowed(self.which == Which::Last);
        }
        Box::new(AccessState {
            which: self.which,
            index: 0,
            values: BTreeMap::new(),
            moved: HashMap::new(),
            newest: None,
        })
    }
}

/// The values in the order in which their events entered.
#[derive(Debug)]
struct AccessState {
    which: Which,
    /// Which value from its end: the second argument.
    index: usize,
    /// By place; the place of an event is its number, unless one with a higher number entered
    /// before it.
    values: BTreeMap<u64, (u64, Value)>,
    /// The places of events that have another.
    moved: HashMap<u64, u64>,
    /// The last place that was taken.
    newest: Option<u64>,
}

impl Accumulator for AccessState {
    fn enter(&mut self, sequence: u64, arguments: &[Value]) {
        let place = match self.newest {
            Some(newest) if sequence <= newest => {
                self.moved.insert(sequence, newest + 1);
                newest + 1
            }
            _ => sequence,
        };
        self.newest = Some(place);
        let index = arguments.get(1).and_then(Value::as_i64).unwrap_or(0);
        self.index = usize::try_from(index).unwrap_or(usize::MAX);
        let value = argument(arguments).clone();
        self.values.insert(place, (sequence, value));
    }

    fn leave(&mut self, sequence: u64, _arguments: &[Value]) {
        let place = self.moved.remove(&sequence).unwrap_or(sequence);
        self.values.remove(&place);
    }

    fn value(&self) -> Value {
        let mut all = self.values.values().map(|(_, value)| value.clone());
        match self.which {
            Which::First => all.nth(self.index).unwrap_or_default(),
            Which::Last => all.nth_back(self.index).unwrap_or_default(),
            Which::All if self.values.is_empty() => Value::Null,
            Which::All => Value::Array(all.collect::<Arc<[Value]>>()),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.u64(self.index as u64);
        to.list(self.values.values(), |to, (sequence, value)| {
            to.u64(*sequence);
            to.value(value);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let index = from.u64()?;
        for (sequence, value) in from.list(|from| Ok((from.u64()?, from.value()?)))? {
            self.enter(sequence, &[value]);
        }
        self.index = usize::try_from(index).unwrap_or(usize::MAX);
        Ok(())
    }
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Byte | Type::Short | Type::Int | Type::Long)
}
