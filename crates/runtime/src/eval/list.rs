//! `in` lists and ranges.

use std::cmp::Ordering;

use tachograph_event::{Value, order};
use tachograph_plan::{Expr, ExprKind};

use super::{Evaluated, Scope, compare, eval};

/// `value [not] in (list)`: true if found; else null if a member or the value is null.
pub fn is_in(value: &Expr, list: &[Expr], negated: bool, scope: &Scope<'_>) -> Evaluated {
    let value = eval(value, scope)?;
    if value.is_null() {
        return Ok(Value::Null);
    }
    let mut unknown = false;
    for member in list {
        match eval(member, scope)? {
            Value::Array(items) if items.iter().any(|i| compare::same(&value, i)) => {
                return Ok(Value::Bool(!negated));
            }
            // A null array is passed over; a null member leaves the question open.
            Value::Null => unknown |= !matches!(member.ty, tachograph_event::Type::Array(_)),
            member if compare::same(&value, &member) => return Ok(Value::Bool(!negated)),
            _ => {}
        }
    }
    Ok(if unknown {
        Value::Null
    } else {
        Value::Bool(negated)
    })
}

/// `between` and interval ranges: a null operand gives false, negated or not.
pub fn in_range(expr: &Expr, scope: &Scope<'_>) -> Evaluated {
    let ExprKind::Range {
        value,
        low,
        high,
        include_low,
        include_high,
        negated,
    } = &expr.kind
    else {
        unreachable!("called for ranges alone");
    };
    let value = eval(value, scope)?;
    let (mut low, mut high) = (eval(low, scope)?, eval(high, scope)?);
    if value.is_null() || low.is_null() || high.is_null() {
        return Ok(Value::Bool(false));
    }
    if order::compare(&low, &high) == Some(Ordering::Greater) {
        std::mem::swap(&mut low, &mut high);
    }
    let above = beyond(
        order::compare(&value, &low),
        Ordering::Greater,
        *include_low,
    );
    let below = beyond(order::compare(&value, &high), Ordering::Less, *include_high);
    Ok(Value::Bool((above && below) != *negated))
}

fn beyond(ordering: Option<Ordering>, wanted: Ordering, inclusive: bool) -> bool {
    ordering == Some(wanted) || inclusive && ordering == Some(Ordering::Equal)
}
