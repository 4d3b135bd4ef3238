//! `count(*)`: how many events; `count(x)`: how many values that are not null.

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction, Kernel};

/// `count`
#[derive(Debug)]
pub struct Count;

impl AggregateFunction for Count {
    fn name(&self) -> &str {
        "count"
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match arguments {
            [] | [_] => Ok(Type::Long),
            _ => Err(format!(
                "count takes * or one argument, not {}",
                arguments.len()
            )),
        }
    }

    fn kernel(&self, arguments: &[Type]) -> Option<Kernel> {
        Some(if arguments.is_empty() {
            Kernel::CountAll
        } else {
            Kernel::Count
        })
    }

    fn accumulator(&self, _arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        Box::new(CountState::default())
    }
}

/// The number so far.
#[derive(Debug, Default)]
struct CountState {
    count: i64,
}

fn counts(arguments: &[Value]) -> bool {
    arguments.first().is_none_or(|v| !v.is_null())
}

impl Accumulator for CountState {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        self.count += i64::from(counts(arguments));
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        self.count -= i64::from(counts(arguments));
    }

    fn value(&self) -> Value {
        Value::Long(self.count)
    }

    fn save(&self, to: &mut Encoder) {
        to.i64(self.count);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.count = from.i64()?;
        Ok(())
    }
}
