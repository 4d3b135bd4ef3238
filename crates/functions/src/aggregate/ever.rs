//! The aggregates that never forget: `firstever`, `lastever`, `countever`, `minever`, `maxever`.
//! Over a stream without a window nothing leaves, so `first` and `last` are these there. Nulls are
//! passed over.

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction, Registry};

use super::argument;
use super::extreme::Extreme;

/// Adds the functions of this file.
pub fn register(registry: &mut Registry) {
    for kind in [Kind::First, Kind::Last, Kind::Count] {
        registry.add_aggregate(Arc::new(Ever { kind }));
    }
    registry.add_aggregate(Arc::new(Extreme::min_ever()));
    registry.add_aggregate(Arc::new(Extreme::max_ever()));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Last,
    Count,
}

/// `firstever`, `lastever`, `countever`
#[derive(Debug)]
struct Ever {
    kind: Kind,
}

impl AggregateFunction for Ever {
    fn name(&self) -> &str {
        match self.kind {
            Kind::First => "firstever",
            Kind::Last => "lastever",
            Kind::Count => "countever",
        }
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match (self.kind, arguments) {
            (Kind::Count, [] | [_]) => Ok(Type::Long),
            (_, [ty]) => Ok(ty.clone()),
            _ => Err(format!(
                "{} takes one argument, not {}",
                self.name(),
                arguments.len()
            )),
        }
    }

    fn outlives_events(&self) -> bool {
        true
    }

    fn accumulator(&self, _arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        Box::new(EverState {
            kind: self.kind,
            value: Value::Null,
            count: 0,
        })
    }
}

/// The accumulator of `first` (or `last`) where nothing leaves.
pub(super) fn unwindowed(last: bool) -> Box<dyn Accumulator> {
    Box::new(EverState {
        kind: if last { Kind::Last } else { Kind::First },
        value: Value::Null,
        count: 0,
    })
}

#[derive(Debug)]
struct EverState {
    kind: Kind,
    value: Value,
    count: i64,
}

impl Accumulator for EverState {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        if self.kind != Kind::Count && argument(arguments).is_null() {
            return;
        }
        match self.kind {
            Kind::Count => {
                let counts = arguments.first().is_none_or(|v| !v.is_null());
                self.count += i64::from(counts);
            }
            Kind::First if self.count > 0 => {}
            _ => {
                self.count += 1;
                self.value = argument(arguments).clone();
            }
        }
    }

    fn leave(&mut self, _sequence: u64, _arguments: &[Value]) {}

    fn value(&self) -> Value {
        match self.kind {
            Kind::Count => Value::Long(self.count),
            _ => self.value.clone(),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.value(&self.value);
        to.i64(self.count);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.value = from.value()?;
        self.count = from.i64()?;
        Ok(())
    }
}
