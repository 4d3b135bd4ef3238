//! Numbers: `abs`, `sqrt`, `pow`, `floor`, `ceil`, `round`, also as `Math.abs` and so on.

use std::sync::Arc;

use tachograph_event::{Type, Value, number};
use tachograph_plan::{Registry, ScalarFunction};

use super::{Simple, Takes};

/// Adds the functions of this file.
pub fn register(registry: &mut Registry) {
    for name in ["abs", "Math.abs"] {
        registry.add_scalar(Arc::new(Abs { name }));
    }
    one(registry, ["sqrt", "Math.sqrt"], f64::sqrt);
    one(registry, ["floor", "Math.floor"], f64::floor);
    one(registry, ["ceil", "Math.ceil"], f64::ceil);
    for name in ["round", "Math.round"] {
        registry.add_scalar(Arc::new(Simple {
            name,
            takes: &[Takes::Number],
            gives: Type::Long,
            body: |v| Ok(Value::Long((double(v, 0) + 0.5).floor() as i64)),
        }));
    }
    for name in ["pow", "Math.pow"] {
        registry.add_scalar(Arc::new(Simple {
            name,
            takes: &[Takes::Number, Takes::Number],
            gives: Type::Double,
            body: |v| Ok(Value::Double(double(v, 0).powf(double(v, 1)))),
        }));
    }
}

fn double(arguments: &[Value], i: usize) -> f64 {
    arguments.get(i).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// A function from double to double.
#[derive(Debug)]
struct OfDouble {
    name: &'static str,
    body: fn(f64) -> f64,
}

fn one(registry: &mut Registry, names: [&'static str; 2], body: fn(f64) -> f64) {
    for name in names {
        registry.add_scalar(Arc::new(OfDouble { name, body }));
    }
}

impl ScalarFunction for OfDouble {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match arguments {
            [ty] if Takes::Number.accepts(ty) => Ok(Type::Double),
            _ => Err(format!("{} takes one number", self.name)),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, String> {
        let value = arguments.first().and_then(Value::as_f64);
        Ok(value.map_or(Value::Null, |v| Value::Double((self.body)(v))))
    }
}

/// `abs`, in the type of its argument.
#[derive(Debug)]
struct Abs {
    name: &'static str,
}

impl ScalarFunction for Abs {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        match arguments {
            [Type::Byte | Type::Short] => Ok(Type::Int),
            [ty] if ty.is_numeric() => Ok(ty.clone()),
            _ => Err(format!("{} takes one number", self.name)),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, String> {
        Ok(match arguments {
            [Value::Int(v)] => Value::Int(v.wrapping_abs()),
            [Value::Long(v)] => Value::Long(v.wrapping_abs()),
            [Value::Float(v)] => Value::Float(v.abs()),
            [Value::Double(v)] => Value::Double(v.abs()),
            [other] => match number::cast_number(other, &Type::Int) {
                Some(Value::Int(v)) => Value::Int(v.wrapping_abs()),
                _ => Value::Null,
            },
            _ => Value::Null,
        })
    }
}
