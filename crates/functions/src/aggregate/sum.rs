//! `sum(x)` in the type of its argument (byte and short give int), `avg(x)` as a double.
//!
//! Integer sums wrap. Sums of floats and doubles are kept by adding and taking away, so that a
//! sliding sum costs the same however long its window is.

use tachograph_event::{CodecError, Decoder, Encoder, Type, Value};
use tachograph_plan::{Accumulator, AggregateFunction, Kernel};

use super::{argument, one_number};

/// `sum`
#[derive(Debug)]
pub struct Sum;

/// `avg`
#[derive(Debug)]
pub struct Avg;

impl AggregateFunction for Sum {
    fn name(&self) -> &str {
        "sum"
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        Ok(match one_number("sum", arguments)? {
            Type::Byte | Type::Short => Type::Int,
            other => other,
        })
    }

    fn kernel(&self, arguments: &[Type]) -> Option<Kernel> {
        match arguments {
            [Type::Int | Type::Long] => Some(Kernel::SumInteger),
            [Type::Float | Type::Double] => Some(Kernel::SumFloat),
            _ => None,
        }
    }

    fn accumulator(&self, arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        let ty = self.result_type(arguments).unwrap_or(Type::Double);
        match ty {
            Type::Int | Type::Long => Box::new(IntegerSum {
                ty,
                sum: 0,
                count: 0,
            }),
            _ => Box::new(FloatSum {
                shows: Shows::Sum(ty),
                sum: 0.0,
                count: 0,
            }),
        }
    }
}

impl AggregateFunction for Avg {
    fn name(&self) -> &str {
        "avg"
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        one_number("avg", arguments).map(|_| Type::Double)
    }

    fn kernel(&self, arguments: &[Type]) -> Option<Kernel> {
        match arguments {
            [Type::Int | Type::Long | Type::Double] => Some(Kernel::Average),
            _ => None,
        }
    }

    fn accumulator(&self, _arguments: &[Type], _retracts: bool) -> Box<dyn Accumulator> {
        Box::new(FloatSum {
            shows: Shows::Mean,
            sum: 0.0,
            count: 0,
        })
    }
}

#[derive(Debug)]
struct IntegerSum {
    ty: Type,
    sum: i64,
    count: u64,
}

impl Accumulator for IntegerSum {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_i64() {
            self.sum = self.sum.wrapping_add(v);
            self.count += 1;
        }
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_i64() {
            self.sum = self.sum.wrapping_sub(v);
            self.count -= 1;
        }
    }

    fn value(&self) -> Value {
        match (&self.ty, self.count) {
            (_, 0) => Value::Null,
            // The low bits of a wide sum are the sum that wraps in 32 bits.
            (Type::Int, _) => Value::Int(self.sum as i32),
            _ => Value::Long(self.sum),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.i64(self.sum);
        to.u64(self.count);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.sum = from.i64()?;
        self.count = from.u64()?;
        Ok(())
    }
}

#[derive(Debug)]
enum Shows {
    Sum(Type),
    Mean,
}

#[derive(Debug)]
struct FloatSum {
    shows: Shows,
    sum: f64,
    count: u64,
}

impl FloatSum {
    fn rounded(&self, sum: f64) -> f64 {
        match self.shows {
            Shows::Sum(Type::Float) => f64::from(sum as f32),
            _ => sum,
        }
    }
}

impl Accumulator for FloatSum {
    fn enter(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_f64() {
            self.sum = self.rounded(self.sum + v);
            self.count += 1;
        }
    }

    fn leave(&mut self, _sequence: u64, arguments: &[Value]) {
        if let Some(v) = argument(arguments).as_f64() {
            self.count -= 1;
            // An empty sum is exact again, whatever was added and taken away before.
            self.sum = if self.count == 0 {
                0.0
            } else {
                self.rounded(self.sum - v)
            };
        }
    }

    fn value(&self) -> Value {
        match (&self.shows, self.count) {
            (_, 0) => Value::Null,
            (Shows::Mean, count) => Value::Double(self.sum / count as f64),
            (Shows::Sum(Type::Float), _) => Value::Float(self.sum as f32),
            _ => Value::Double(self.sum),
        }
    }

    fn save(&self, to: &mut Encoder) {
        to.f64(self.sum);
        to.u64(self.count);
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.sum = from.f64()?;
        self.count = from.u64()?;
        Ok(())
    }
}
