//! `min(x)` and `max(x)` of anything that has an order.

use std::cmp::Ordering;

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value, order};
use tachograph_plan::{Accumulator, AggregateFunction};

use super::argument;

/// `min`, `max` and their `ever` forms, which keep the extreme after its event has left.
#[derive(Debug)]
pub struct Extreme {
    name: &'static str,
    wanted: Ordering,
    ever: bool,
}

impl Extreme {
    /// `min`
    pub fn min() -> Extreme {
        Extreme {
            name: "min",
            wanted: Ordering::Less,
            ever: false,
        }
    }

    /// `max`
    pub fn max() -> Extreme {
        Extreme {
            name: "max",
            wanted: Ordering::Greater,
            ever: false,
        }
    }

    /// `minever`
    pub fn min_ever() -> Extreme {
        Extreme {
            name: "minever",
            wanted: Ordering::Less,
            ever: true,
        }
    }

    /// `maxever`
    pub fn max_ever() -> Extreme {
        Extreme {
            name: "maxever",
            wanted: Ordering::Greater,
            ever: true,
        }
    }
}

impl AggregateFunction for Extreme {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match arguments {
            [ty] if ty.is_numeric() || matches!(ty, Type::Str | Type::Char | Type::Bool) => {
                Ok(ty.clone())
            }
            [ty] => Err(format!(
                "{} needs values that have an order, not {ty}",
                self.name
            )),
            _ => Err(format!(
                "{} takes one argument, not {}",
                self.name,
                arguments.len()
            )),
        }
    }

    fn outlives_events(&self) -> bool {
        self.ever
    }

    fn accumulator(&self, _arguments: &[Type], retracts: bool) -> Box<dyn Accumulator> {
        if retracts && !self.ever {
            return Box::new(Held {
                wanted: self.wanted,
                values: Vec::new(),
            });
        }
        Box::new(Ever {
            wanted: self.wanted,
            value: Value::Null,
        })
    }
}

/// The extreme of all that ever came.
#[derive(Debug)]
struct Ever {
    wanted: Ordering,
    value: Value,
}

impl Accumulator for Ever {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        let value = argument(arguments);
        let better =
            self.value.is_null() || order::compare(value, &self.value) == Some(self.wanted);
        if !value.is_null() && better {
            self.value = value.clone();
        }
    }

    fn leave(&mut self, _sequence: u64, _arguments: &[Value]) {}

    fn value(&self) -> Value {
        self.value.clone()
    }

    fn save(&self, to: &mut Encoder) {
        to.value(&self.value);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.value = from.value()?;
        Ok(())
    }
}

/// Values in ascending order, each with its number of events.
#[derive(Debug)]
struct Held {
    wanted: Ordering,
    values: Vec<(Value, u64)>,
}

impl Held {
    fn find(&self, value: &Value) -> Result<usize, usize> {
        let compare = |held: &Value| order::compare(held, value).unwrap_or(Ordering::Equal);
        self.values.binary_search_by(|(held, _)| compare(held))
    }
}

impl Accumulator for Held {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        let value = argument(arguments);
        if value.is_null() {
            return;
        }
        match self.find(value) {
            Ok(i) => self.values[i].1 += 1,
            Err(i) => self.values.insert(i, (value.clone(), 1)),
        }
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        let value = argument(arguments);
        if value.is_null() {
            return;
        }
        if let Ok(i) = self.find(value) {
            self.values[i].1 -= 1;
            if self.values[i].1 == 0 {
                self.values.remove(i);
            }
        }
    }

    fn value(&self) -> Value {
        let end = match self.wanted {
            Ordering::Less => self.values.first(),
            _ => self.values.last(),
        };
        end.map_or(Value::Null, |(v, _)| v.clone())
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.values.iter(), |to, (value, count)| {
            to.value(value);
            to.u64(*count);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.values = from.list(|from| Ok((from.value()?, from.u64()?)))?;
        Ok(())
    }
}
