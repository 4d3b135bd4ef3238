//! Coercion: every operand gets the type in which its operator computes.

use tachograph_event::{Type, Value, number};
use tachograph_plan::{Expr, ExprKind};

/// The expression in another numeric type; literals are converted at once.
pub fn to_number(expr: Expr, ty: &Type) -> Expr {
    if expr.ty == *ty || expr.ty == Type::Null {
        return expr;
    }
    if let ExprKind::Literal(value) = &expr.kind
        && let Some(value) = number::cast_number(value, ty)
    {
        return Expr::literal(value, ty.clone());
    }
    Expr {
        kind: ExprKind::CastNumber(Box::new(expr)),
        ty: ty.clone(),
    }
}

/// The expression as another type, if that needs no loss: wider numbers, or the same type.
pub fn assign(expr: Expr, ty: &Type) -> Result<Expr, Expr> {
    if expr.ty == *ty || expr.ty == Type::Null || *ty == Type::Object {
        return Ok(expr);
    }
    match (expr.ty.rank(), ty.rank()) {
        (Some(from), Some(to)) if from <= to => Ok(to_number(expr, ty)),
        _ => Err(expr),
    }
}

/// The common type of several values that one result may take: the type in which numbers of
/// several types are computed with, or the one type that all have; nulls fit any.
pub fn unify(types: &[&Type]) -> Option<Type> {
    let mut common = Type::Null;
    for ty in types {
        common = match (&common, ty) {
            (_, Type::Null) => common,
            (Type::Null, ty) => (*ty).clone(),
            (a, b) if a == *b => common,
            (a, b) => number::arithmetic_type(a, b)?,
        };
    }
    Some(common)
}

/// Brings a branch of a result to the common type.
pub fn to_common(expr: Expr, common: &Type) -> Expr {
    if expr.ty.is_numeric() && common.is_numeric() {
        return to_number(expr, common);
    }
    expr
}

/// A null of no type.
pub fn null() -> Expr {
    Expr::literal(Value::Null, Type::Null)
}
