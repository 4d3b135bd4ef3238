//! The row evaluator: one expression over one event, complete and plain. Kernels over columns
//! are held to its answers.

mod arithmetic;
mod compare;
mod convert;
mod list;
mod previous;
mod scope;
mod text;

pub use compare::accepts;
pub use scope::Scope;

use std::sync::Arc;

use tachograph_event::Value;
use tachograph_plan::{Expr, ExprKind};

use crate::fault::Fault;

/// The result of an evaluation.
pub type Evaluated = Result<Value, Fault>;

/// Evaluates an expression.
///
/// # Errors
/// [`Fault`] where it has no result.
pub fn eval(expr: &Expr, scope: &Scope<'_>) -> Evaluated {
    match &expr.kind {
        ExprKind::Literal(value) => Ok(value.clone()),
        ExprKind::Property(slot) => Ok(scope.property(*slot)),
        ExprKind::Nested(inner, slot) => nested(inner, *slot, scope),
        ExprKind::Event => Ok(scope.row()),
        ExprKind::GroupKey(i) => Ok(scope.key.get(*i).cloned().unwrap_or_default()),
        ExprKind::Aggregate(i) => Ok(scope.aggregates.get(*i).cloned().unwrap_or_default()),
        ExprKind::Column(i) => Ok(scope.columns.get(*i).cloned().unwrap_or_default()),
        ExprKind::CurrentTimestamp => Ok(Value::Long(scope.now)),
        ExprKind::IsIStream => Ok(Value::Bool(scope.is_new)),
        ExprKind::RecordId => Ok(scope
            .event
            .map_or(Value::Null, |event| Value::str(event.origin.record_id()))),
        ExprKind::Call(function, arguments) => {
            let arguments = eval_all(arguments, scope)?;
            function.call(&arguments).map_err(Fault)
        }
        ExprKind::Array(items) => Ok(Value::Array(Arc::from(eval_all(items, scope)?))),
        ExprKind::Prev(kind, index, inner) => previous::prev(*kind, index, inner, scope),
        ExprKind::Prior(n, inner) => previous::prior(*n, inner, scope),
        _ => eval_operator(expr, scope),
    }
}

fn eval_operator(expr: &Expr, scope: &Scope<'_>) -> Evaluated {
    match &expr.kind {
        ExprKind::CastNumber(x) => convert::number(eval(x, scope)?, &expr.ty),
        ExprKind::CastText(x) => Ok(convert::text(&eval(x, scope)?)),
        ExprKind::ParseText(x) => convert::parse(&eval(x, scope)?, &expr.ty),
        ExprKind::Negate(x) => arithmetic::negate(eval(x, scope)?),
        ExprKind::Arithmetic(op, l, r) => {
            arithmetic::apply(*op, &eval(l, scope)?, &eval(r, scope)?)
        }
        ExprKind::Bitwise(op, l, r) => arithmetic::bitwise(*op, &eval(l, scope)?, &eval(r, scope)?),
        ExprKind::Concat(parts) => text::concat(&eval_all(parts, scope)?),
        ExprKind::Compare(op, l, r) => compare::compare(*op, &eval(l, scope)?, &eval(r, scope)?),
        ExprKind::Is {
            left,
            right,
            negated,
        } => {
            let same = compare::same(&eval(left, scope)?, &eval(right, scope)?);
            Ok(Value::Bool(same != *negated))
        }
        ExprKind::And(parts) => compare::all_of(parts, scope),
        ExprKind::Or(parts) => compare::any_of(parts, scope),
        ExprKind::Not(x) => Ok(match eval(x, scope)? {
            Value::Bool(b) => Value::Bool(!b),
            _ => Value::Null,
        }),
        ExprKind::In {
            value,
            list,
            negated,
        } => list::is_in(value, list, *negated, scope),
        ExprKind::Range { .. } => list::in_range(expr, scope),
        ExprKind::Like {
            subject,
            pattern,
            escape,
            negated,
        } => {
            let (subject, pattern) = (eval(subject, scope)?, eval(pattern, scope)?);
            Ok(text::negate(
                text::like(&subject, &pattern, *escape),
                *negated,
            ))
        }
        ExprKind::Regexp {
            subject,
            pattern,
            negated,
        } => {
            let (subject, pattern) = (eval(subject, scope)?, eval(pattern, scope)?);
            Ok(text::negate(text::regexp(&subject, &pattern)?, *negated))
        }
        ExprKind::Case {
            branches,
            otherwise,
        } => case(branches, otherwise.as_deref(), scope),
        ExprKind::Coalesce(parts) => coalesce(parts, scope),
        ExprKind::Least(parts) => compare::extreme(parts, scope, std::cmp::Ordering::Less),
        ExprKind::Greatest(parts) => compare::extreme(parts, scope, std::cmp::Ordering::Greater),
        _ => unreachable!("eval handles every leaf"),
    }
}

/// True where a condition holds; null and false do not.
///
/// # Errors
/// [`Fault`] where the condition has no result.
pub fn holds(condition: Option<&Expr>, scope: &Scope<'_>) -> Result<bool, Fault> {
    match condition {
        None => Ok(true),
        Some(condition) => Ok(eval(condition, scope)?.as_bool() == Some(true)),
    }
}

/// Evaluates several expressions.
///
/// # Errors
/// The first [`Fault`].
pub fn eval_all<'a>(
    expressions: impl IntoIterator<Item = &'a Expr>,
    scope: &Scope<'_>,
) -> Result<Vec<Value>, Fault> {
    expressions.into_iter().map(|e| eval(e, scope)).collect()
}

fn nested(inner: &Expr, slot: usize, scope: &Scope<'_>) -> Evaluated {
    Ok(match eval(inner, scope)? {
        Value::Row(values) => values.get(slot).cloned().unwrap_or_default(),
        _ => Value::Null,
    })
}

fn case(branches: &[(Expr, Expr)], otherwise: Option<&Expr>, scope: &Scope<'_>) -> Evaluated {
    for (condition, result) in branches {
        if holds(Some(condition), scope)? {
            return eval(result, scope);
        }
    }
    otherwise.map_or(Ok(Value::Null), |e| eval(e, scope))
}

fn coalesce(parts: &[Expr], scope: &Scope<'_>) -> Evaluated {
    for part in parts {
        let value = eval(part, scope)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}
