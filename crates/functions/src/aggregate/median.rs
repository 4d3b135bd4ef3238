//! `median(x)`: the middle value, or the mean of the two middle ones, as a double.

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction};

use super::{argument, one_number};

/// `median`
#[derive(Debug)]
pub struct Median;

impl AggregateFunction for Median {
    fn name(&self) -> &str {
        "median"
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        one_number("median", arguments).map(|_| Type::Double)
    }

    fn accumulator(&self, _arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        Box::new(Sorted::default())
    }
}

/// All values, ascending.
#[derive(Debug, Default)]
struct Sorted {
    values: Vec<f64>,
}

impl Sorted {
    fn place(&self, value: f64) -> usize {
        self.values.partition_point(|v| v.total_cmp(&value).is_lt())
    }
}

impl Accumulator for Sorted {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_f64() {
            let place = self.place(v);
            self.values.insert(place, v);
        }
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_f64() {
            let place = self.place(v);
            if self
                .values
                .get(place)
                .is_some_and(|held| held.total_cmp(&v).is_eq())
            {
                self.values.remove(place);
            }
        }
    }

    fn value(&self) -> Value {
        let middle = self.values.len() / 2;
        match self.values.len() {
            0 => Value::Null,
            n if n % 2 == 1 => Value::Double(self.values[middle]),
            _ => Value::Double((self.values[middle - 1] + self.values[middle]) / 2.0),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.values.iter(), |to, v| to.f64(*v));
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.values = from.list(Decoder::f64)?;
        Ok(())
    }
}
