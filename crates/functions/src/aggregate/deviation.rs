//! `stddev(x)`: the standard deviation of a sample, null below two values; `avedev(x)`: the mean
//! distance from the mean.

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction};

use super::{argument, one_number};

/// `stddev` and `avedev`
#[derive(Debug)]
pub struct Deviation {
    name: &'static str,
}

impl Deviation {
    /// `stddev`
    pub fn stddev() -> Deviation {
        Deviation { name: "stddev" }
    }

    /// `avedev`
    pub fn avedev() -> Deviation {
        Deviation { name: "avedev" }
    }
}

impl AggregateFunction for Deviation {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        one_number(self.name, arguments).map(|_| Type::Double)
    }

    fn accumulator(&self, _arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        match self.name {
            "stddev" => Box::new(Moments::default()),
            _ => Box::new(Values::default()),
        }
    }
}

/// Mean and sum of squared distances, updated in place. Welford, "Note on a method for
/// calculating corrected sums of squares and products", Technometrics 4 (1962).
#[derive(Debug, Default)]
struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Accumulator for Moments {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        let Some(v) = argument(arguments).as_f64() else {
            return;
        };
        self.count += 1;
        let before = v - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (v - self.mean);
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        let Some(v) = argument(arguments).as_f64() else {
            return;
        };
        if self.count <= 1 {
            *self = Moments::default();
            return;
        }
        self.count -= 1;
        let before = v - self.mean;
        self.mean -= before / self.count as f64;
        self.squares -= before * (v - self.mean);
    }

    fn value(&self) -> Value {
        if self.count < 2 {
            return Value::Null;
        }
        let variance = self.squares.max(0.0) / (self.count - 1) as f64;
        Value::Double(variance.sqrt())
    }

    fn save(&self, to: &mut Encoder) {
        to.u64(self.count);
        to.f64(self.mean);
        to.f64(self.squares);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.count = from.u64()?;
        self.mean = from.f64()?;
        self.squares = from.f64()?;
        Ok(())
    }
}

/// All values by event.
#[derive(Debug, Default)]
struct Values {
    values: Vec<(u64, f64)>,
}

impl Accumulator for Values {
    fn enter(&mut self, sequence: u64, arguments: &[Value]) {
        self.values
            .extend(argument(arguments).as_f64().map(|v| (sequence, v)));
    }

    fn leave(&mut self, sequence: u64, _arguments: &[Value]) {
        self.values.retain(|(s, _)| *s != sequence);
    }

    fn value(&self) -> Value {
        if self.values.is_empty() {
            return Value::Null;
        }
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|(_, v)| v).sum::<f64>() / count;
        // Equal values are taken together, the least first: the sum has one order.
        let mut values: Vec<f64> = self.values.iter().map(|(_, v)| *v).collect();
        values.sort_by(f64::total_cmp);
        let equal = values.chunk_by(|a, b| a == b);
        let distance: f64 = equal.map(|v| (v[0] - mean).abs() * v.len() as f64).sum();
        Value::Double(distance / count)
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.values.iter(), |to, (sequence, v)| {
            to.u64(*sequence);
            to.f64(*v);
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.values = from.list(|from| Ok((from.u64()?, from.f64()?)))?;
        Ok(())
    }
}
