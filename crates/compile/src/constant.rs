//! Arguments that must be constants: sizes, periods, flags.

use tachograph_plan::Period;
use tachograph_syntax::ast::{BinaryOp, Expr, ExprKind, Literal, TimePart, TimeUnit, UnaryOp};

/// A whole number, or sums and products of such.
pub fn integer(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Int(v)) => Some(i64::from(*v)),
        ExprKind::Literal(Literal::Long(v)) => Some(*v),
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        } => integer(operand).map(|v| -v),
        ExprKind::Binary { op, left, right } => {
            let (left, right) = (integer(left)?, integer(right)?);
            match op {
                BinaryOp::Add => left.checked_add(right),
                BinaryOp::Subtract => left.checked_sub(right),
                BinaryOp::Multiply => left.checked_mul(right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A number.
pub fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Double(v)) => Some(*v),
        ExprKind::Literal(Literal::Float(v)) => Some(f64::from(*v)),
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        } => number(operand).map(|v| -v),
        _ => integer(expr).map(|v| v as f64),
    }
}

/// A text.
pub fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

/// A period: `30 sec`, or a bare number of seconds.
pub fn period(expr: &Expr) -> Option<Period> {
    let period = match &expr.kind {
        ExprKind::TimePeriod(parts) => parts.iter().try_fold(
            Period {
                months: 0,
                millis: 0,
            },
            add,
        )?,
        _ => Period {
            months: 0,
            millis: (number(expr)? * 1_000.0).round() as i64,
        },
    };
    (period.months > 0 || period.millis > 0).then_some(period)
}

fn add(sum: Period, part: &TimePart) -> Option<Period> {
    let amount = number(&part.amount)?;
    let months = match part.unit {
        TimeUnit::Year => 12.0,
        TimeUnit::Month => 1.0,
        _ => 0.0,
    };
    let millis = match part.unit {
        TimeUnit::Week => 604_800_000.0,
        TimeUnit::Day => 86_400_000.0,
        TimeUnit::Hour => 3_600_000.0,
        TimeUnit::Minute => 60_000.0,
        TimeUnit::Second => 1_000.0,
        TimeUnit::Millisecond => 1.0,
        TimeUnit::Microsecond => 0.001,
        TimeUnit::Year | TimeUnit::Month => 0.0,
    };
    Some(Period {
        months: sum.months + (amount * months) as i64,
        millis: sum.millis + (amount * millis).round() as i64,
    })
}
