//! Aggregate functions. Nulls are skipped unless a function says otherwise; over no value the
//! result is null, a count is zero.

mod access;
mod count;
mod deviation;
mod ever;
mod extreme;
mod median;
mod sum;

use std::sync::Arc;

use tachograph_event::{Type, Value};
use tachograph_plan::Registry;

/// Adds all aggregate functions.
pub fn register(registry: &mut Registry) {
    registry.add_aggregate(Arc::new(count::Count));
    registry.add_aggregate(Arc::new(sum::Sum));
    registry.add_aggregate(Arc::new(sum::Avg));
    registry.add_aggregate(Arc::new(extreme::Extreme::min()));
    registry.add_aggregate(Arc::new(extreme::Extreme::max()));
    registry.add_aggregate(Arc::new(median::Median));
    registry.add_aggregate(Arc::new(deviation::Deviation::stddev()));
    registry.add_aggregate(Arc::new(deviation::Deviation::avedev()));
    registry.add_aggregate(Arc::new(access::Access::first()));
    registry.add_aggregate(Arc::new(access::Access::last()));
    registry.add_aggregate(Arc::new(access::Access::window()));
    ever::register(registry);
}

/// The single numeric argument that a function takes.
fn one_number(name: &str, arguments: &[Type]) -> Result<Type, String> {
    match arguments {
        [ty] if ty.is_numeric() => Ok(ty.clone()),
        [ty] => Err(format!("{name} takes a number, not {ty}")),
        _ => Err(format!(
            "{name} takes one argument, not {}",
            arguments.len()
        )),
    }
}

/// The argument of an accumulator's call; null where there is none.
fn argument(arguments: &[Value]) -> &Value {
    arguments.first().unwrap_or(&Value::Null)
}
