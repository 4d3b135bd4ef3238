//! Comparisons of a column with a constant, in loops over typed slices.

use tachograph_event::{Column, ColumnData, Value, order};
use tachograph_plan::{CompareOp, Expr, ExprKind};

use super::super::frame::Frame;
use super::super::selected::Selected;
use crate::eval::accepts;

/// Tries the typed loops; false where the operands have no such form.
pub(super) fn compare(
    op: CompareOp,
    left: &Expr,
    right: &Expr,
    frame: &Frame<'_>,
    rows: &mut Selected,
) -> bool {
    if let (Some(column), ExprKind::Literal(constant)) = (source(left, frame), &right.kind) {
        return compare_constant(op, column, constant, rows);
    }
    if let (ExprKind::Literal(constant), Some(column)) = (&left.kind, source(right, frame)) {
        return compare_constant(mirrored(op), column, constant, rows);
    }
    false
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        other => other,
    }
}

/// The column that an expression names, through a widening cast whose order is the same.
fn source<'a>(expr: &Expr, frame: &Frame<'a>) -> Option<&'a Column> {
    match &expr.kind {
        ExprKind::Property(slot) => frame.properties.get(*slot),
        ExprKind::GroupKey(i) => frame.keys.get(*i),
        ExprKind::Aggregate(i) => frame.aggregates.get(*i),
        ExprKind::CastNumber(inner) if inner.ty.rank() <= expr.ty.rank() => source(inner, frame),
        _ => None,
    }
}

fn compare_constant(op: CompareOp, column: &Column, constant: &Value, rows: &mut Selected) -> bool {
    match (column.data(), constant) {
        (ColumnData::Int(values), _) if constant.as_i64().is_some() => {
            let constant = constant.as_i64().expect("just tested");
            let values: &[i32] = values;
            keep_compared(op, column, rows, |i| i64::from(values[i]), constant);
        }
        (ColumnData::Long(values), _) if constant.as_i64().is_some() => {
            let constant = constant.as_i64().expect("just tested");
            let values: &[i64] = values;
            keep_compared(op, column, rows, |i| values[i], constant);
        }
        (ColumnData::Int(values), Value::Double(constant)) => {
            let values: &[i32] = values;
            keep_compared(op, column, rows, |i| f64::from(values[i]), *constant);
        }
        (ColumnData::Double(values), _) if constant.as_f64().is_some() => {
            let constant = constant.as_f64().expect("just tested");
            let values: &[f64] = values;
            keep_compared(op, column, rows, |i| values[i], constant);
        }
        (ColumnData::Str(values), Value::Str(text)) => match op {
            CompareOp::Equal => keep(column, rows, |i| values.bytes(i) == text.as_bytes()),
            CompareOp::NotEqual => keep(column, rows, |i| values.bytes(i) != text.as_bytes()),
            _ => keep(column, rows, |i| {
                accepts(op, order::compare_text(values.get(i), text))
            }),
        },
        (_, Value::Null) => *rows = Selected::none(),
        _ => return false,
    }
    true
}

/// Keeps rows that are not null and pass a test.
#[inline]
fn keep(column: &Column, rows: &mut Selected, test: impl Fn(usize) -> bool) {
    match column.nulls() {
        None => rows.retain(test),
        Some(nulls) => rows.retain(|row| !nulls.get(row) && test(row)),
    }
}

/// As `keep`, with the comparison chosen before the loop.
fn keep_compared<T: PartialOrd + Copy>(
    op: CompareOp,
    column: &Column,
    rows: &mut Selected,
    value: impl Fn(usize) -> T,
    constant: T,
) {
    match op {
        CompareOp::Equal => keep(column, rows, |i| value(i) == constant),
        CompareOp::NotEqual => keep(column, rows, |i| value(i) != constant),
        CompareOp::Less => keep(column, rows, |i| value(i) < constant),
        CompareOp::LessOrEqual => keep(column, rows, |i| value(i) <= constant),
        CompareOp::Greater => keep(column, rows, |i| value(i) > constant),
        CompareOp::GreaterOrEqual => keep(column, rows, |i| value(i) >= constant),
    }
}
