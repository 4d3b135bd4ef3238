//! Comparison and three-valued logic.

use std::cmp::Ordering;

use tachograph_event::{Value, order};
use tachograph_plan::{CompareOp, Expr};

use super::{Evaluated, Scope, eval};
use crate::fault::Fault;

/// `left op right`; null if one is null. Comparisons of doubles follow IEEE: NaN equals nothing.
pub fn compare(op: CompareOp, left: &Value, right: &Value) -> Evaluated {
    if left.is_null() || right.is_null() {
        return Ok(Value::Null);
    }
    if is_nan(left) || is_nan(right) {
        return Ok(Value::Bool(op == CompareOp::NotEqual));
    }
    let Some(ordering) = order::compare(left, right) else {
        return equality_of_others(op, left == right);
    };
    Ok(Value::Bool(accepts(op, ordering)))
}

/// Does a comparison hold for values of this order?
#[inline]
pub fn accepts(op: CompareOp, ordering: Ordering) -> bool {
    match op {
        CompareOp::Equal => ordering.is_eq(),
        CompareOp::NotEqual => ordering.is_ne(),
        CompareOp::Less => ordering.is_lt(),
        CompareOp::LessOrEqual => ordering.is_le(),
        CompareOp::Greater => ordering.is_gt(),
        CompareOp::GreaterOrEqual => ordering.is_ge(),
    }
}

fn is_nan(value: &Value) -> bool {
    match value {
        Value::Float(v) => v.is_nan(),
        Value::Double(v) => v.is_nan(),
        _ => false,
    }
}

fn equality_of_others(op: CompareOp, equal: bool) -> Evaluated {
    match op {
        CompareOp::Equal => Ok(Value::Bool(equal)),
        CompareOp::NotEqual => Ok(Value::Bool(!equal)),
        _ => Err(Fault("values without an order were compared".into())),
    }
}

/// Null-safe equality, numbers by value.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left.is_null(), right.is_null()) {
        (true, true) => true,
        (false, false) => order::compare(left, right).map_or(left == right, Ordering::is_eq),
        _ => false,
    }
}

/// False wins, then null.
pub fn all_of(parts: &[Expr], scope: &Scope<'_>) -> Evaluated {
    decide(parts, scope, false)
}

/// True wins, then null.
pub fn any_of(parts: &[Expr], scope: &Scope<'_>) -> Evaluated {
    decide(parts, scope, true)
}

fn decide(parts: &[Expr], scope: &Scope<'_>, winner: bool) -> Evaluated {
    let mut unknown = false;
    for part in parts {
        match eval(part, scope)?.as_bool() {
            Some(b) if b == winner => return Ok(Value::Bool(winner)),
            Some(_) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown {
        Value::Null
    } else {
        Value::Bool(!winner)
    })
}

/// The least or greatest of several values; null if one is null.
pub fn extreme(parts: &[Expr], scope: &Scope<'_>, wanted: Ordering) -> Evaluated {
    let mut best = Value::Null;
    for (i, part) in parts.iter().enumerate() {
        let value = eval(part, scope)?;
        if value.is_null() {
            return Ok(Value::Null);
        }
        if i == 0 || order::compare(&value, &best) == Some(wanted) {
            best = value;
        }
    }
    Ok(best)
}
