//! Scalar functions: numbers, text, time. A null argument gives null.

mod math;
mod text;
mod time;

use std::sync::Arc;

use tachograph_event::{Type, Value};
use tachograph_plan::{Registry, ScalarFunction};

/// Adds all scalar functions.
pub fn register(registry: &mut Registry) {
    math::register(registry);
    text::register(registry);
    time::register(registry);
}

/// What kind of argument a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    Number,
    Integer,
}

impl Takes {
    fn accepts(self, ty: &Type) -> bool {
        match self {
            Takes::Text => matches!(ty, Type::Str | Type::Null),
            Takes::Number => ty.is_numeric() || *ty == Type::Null,
            Takes::Integer => {
                matches!(
                    ty,
                    Type::Byte | Type::Short | Type::Int | Type::Long | Type::Null
                )
            }
        }
    }
}

impl std::fmt::Display for Takes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Takes::Text => "string",
            Takes::Number => "number",
            Takes::Integer => "integer",
        })
    }
}

type Body = fn(&[Value]) -> Result<Value, String>;

/// A function with a fixed list of arguments and a result type.
#[derive(Debug)]
struct Simple {
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    body: Body,
}

impl ScalarFunction for Simple {
    fn name(&self) -> &str {
        self.name
    }

    fn result_type(&self, arguments: &[Type]) -> Result<Type, String> {
        let fits = self.takes.len() == arguments.len()
            && self
                .takes
                .iter()
                .zip(arguments)
                .all(|(takes, ty)| takes.accepts(ty));
        if fits {
            return Ok(self.gives.clone());
        }
        let takes: Vec<String> = self.takes.iter().map(Takes::to_string).collect();
        let given: Vec<String> = arguments.iter().map(Type::to_string).collect();
        let (name, takes, given) = (self.name, takes.join(", "), given.join(", "));
        Err(format!("{name} takes ({takes}), not ({given})"))
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, String> {
        match arguments.iter().any(Value::is_null) {
            true => Ok(Value::Null),
            false => (self.body)(arguments),
        }
    }
}

fn add(
    registry: &mut Registry,
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    body: Body,
) {
    registry.add_scalar(Arc::new(Simple {
        name,
        takes,
        gives,
        body,
    }));
}

/// Text argument `i`; empty where it is of another kind, which the planner rules out.
fn text(arguments: &[Value], i: usize) -> &str {
    arguments.get(i).and_then(Value::as_str).unwrap_or_default()
}

/// Whole argument `i`; zero where it is of another kind, which the planner rules out.
fn whole(arguments: &[Value], i: usize) -> i64 {
    arguments.get(i).and_then(Value::as_i64).unwrap_or_default()
}
