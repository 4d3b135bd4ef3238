//! Kernels: expressions over whole columns, for the rows that are selected.
//!
//! Hot forms run in loops over typed slices: comparisons with constants, arithmetic, logic,
//! in-lists, ranges. Every other form asks the row evaluator, row by row. A fault of a row is
//! reported to the caller and leaves the row out, as it does in the row path.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use tachograph_event::strings::StringBuilder;
use tachograph_event::{
    Column, ColumnBuilder, ColumnData, Shared, StringColumn, Type, Value, order,
};
use tachograph_plan::{ArithmeticOp, CompareOp, Expr, ExprKind, ScalarFunction};

use super::frame::Frame;
use super::selected::Selected;
use crate::eval::{eval, holds};
use crate::fault::{Fault, FaultLog};

/// Keeps the rows of a selection for which a condition holds.
pub fn filter(condition: &Expr, frame: &Frame<'_>, rows: &mut Selected, faults: &mut FaultLog) {
    match &condition.kind {
        ExprKind::And(parts) if parts.iter().all(cannot_fault) => {
            for part in parts {
                filter(part, frame, rows, faults);
            }
        }
        ExprKind::Compare(op, left, right) => {
            if !compare(*op, left, right, frame, rows) {
                filter_by_row(condition, frame, rows, faults);
            }
        }
        _ => filter_by_row(condition, frame, rows, faults),
    }
}

/// May the parts of a conjunction be tested one after the other? Only if none can fault, since
/// the row path would test the later ones first when an earlier one is null.
pub fn cannot_fault(expr: &Expr) -> bool {
    let mut safe = true;
    expr.walk(&mut |e| {
        safe &= !matches!(
            e.kind,
            ExprKind::Call(..)
                | ExprKind::ParseText(_)
                | ExprKind::Regexp { .. }
                | ExprKind::Arithmetic(ArithmeticOp::Modulo, ..)
                | ExprKind::Arithmetic(ArithmeticOp::Divide, ..)
        );
    });
    safe
}

/// Does an expression over an event always give the same, whenever it is asked?
pub fn is_fixed(expr: &Expr) -> bool {
    let mut fixed = true;
    expr.walk(&mut |e| {
        fixed &= !matches!(
            e.kind,
            ExprKind::CurrentTimestamp
                | ExprKind::IsIStream
                | ExprKind::RecordId
                | ExprKind::Event
                | ExprKind::Prev(..)
                | ExprKind::Prior(..)
        );
    });
    fixed
}

fn filter_by_row(condition: &Expr, frame: &Frame<'_>, rows: &mut Selected, faults: &mut FaultLog) {
    rows.retain(|row| {
        let held = frame.with_scope(row, |scope| holds(Some(condition), scope));
        held.unwrap_or_else(|fault| {
            faults.record(&fault);
            false
        })
    });
}

/// Tries the typed loops; false where the operands have no such form.
fn compare(
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

#[inline]
fn accepts(op: CompareOp, ordering: Ordering) -> bool {
    match op {
        CompareOp::Equal => ordering.is_eq(),
        CompareOp::NotEqual => ordering.is_ne(),
        CompareOp::Less => ordering.is_lt(),
        CompareOp::LessOrEqual => ordering.is_le(),
        CompareOp::Greater => ordering.is_gt(),
        CompareOp::GreaterOrEqual => ordering.is_ge(),
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

/// The values of an expression for every row of a frame.
///
/// # Errors
/// The number of the first row without a result, with its [`Fault`].
pub fn column<'a>(expr: &Expr, frame: &Frame<'a>) -> Result<Cow<'a, Column>, (usize, Fault)> {
    let named = match &expr.kind {
        ExprKind::Property(slot) => frame.properties.get(*slot),
        ExprKind::GroupKey(i) => frame.keys.get(*i),
        ExprKind::Aggregate(i) => frame.aggregates.get(*i),
        _ => None,
    };
    if let Some(column) = named {
        return Ok(Cow::Borrowed(column));
    }
    if let Some(column) = widened(expr, frame)? {
        return Ok(Cow::Owned(column));
    }
    let mut builder = ColumnBuilder::new(&expr.ty);
    for row in 0..frame.len() {
        let value = frame.with_scope(row, |scope| eval(expr, scope));
        builder.push(value.map_err(|fault| (row, fault))?);
    }
    Ok(Cow::Owned(builder.finish()))
}

/// Widening casts and the arithmetic of two columns of one type.
fn widened(expr: &Expr, frame: &Frame<'_>) -> Result<Option<Column>, (usize, Fault)> {
    Ok(match &expr.kind {
        ExprKind::CastNumber(inner) => {
            let inner = column(inner, frame)?;
            cast(&inner, &expr.ty)
        }
        ExprKind::Arithmetic(op, left, right) => {
            let (left, right) = (column(left, frame)?, column(right, frame)?);
            arithmetic(*op, &left, &right)
        }
        ExprKind::Concat(parts) => concat(parts, frame)?,
        ExprKind::RecordId if frame.origins.len() == frame.len() => Some(record_ids(frame)),
        ExprKind::Call(function, arguments) => Some(call(function, arguments, &expr.ty, frame)?),
        _ => None,
    })
}

fn record_ids(frame: &Frame<'_>) -> Column {
    let mut builder = StringBuilder::default();
    for origin in frame.origins {
        builder.push(&origin.record_id());
    }
    Column::new(ColumnData::Str(builder.finish()), None)
}

/// A part of a concatenation.
enum Part<'a> {
    Text(&'a str),
    Column(Cow<'a, Column>),
}

/// Joins text columns and constants; none where a part may be null.
fn concat(parts: &[Expr], frame: &Frame<'_>) -> Result<Option<Column>, (usize, Fault)> {
    let mut sources = Vec::with_capacity(parts.len());
    for part in parts {
        sources.push(match &part.kind {
            ExprKind::Literal(Value::Str(text)) => Part::Text(text),
            _ => Part::Column(column(part, frame)?),
        });
    }
    let plain = |part: &Part<'_>| match part {
        Part::Text(_) => true,
        Part::Column(c) => c.nulls().is_none() && matches!(c.data(), ColumnData::Str(_)),
    };
    if !sources.iter().all(plain) {
        return Ok(None);
    }
    let mut text = String::new();
    let mut spans = Vec::with_capacity(frame.len());
    for row in 0..frame.len() {
        let start = text.len();
        for source in &sources {
            match source {
                Part::Text(part) => text.push_str(part),
                Part::Column(column) => {
                    if let ColumnData::Str(strings) = column.data() {
                        text.push_str(strings.get(row));
                    }
                }
            }
        }
        spans.push((start as u32, (text.len() - start) as u32));
    }
    let strings = StringColumn::new(Arc::new(text), spans);
    Ok(Some(Column::new(ColumnData::Str(strings), None)))
}

/// Calls a function for each row; neighbours with equal arguments share a call.
fn call(
    function: &Arc<dyn ScalarFunction>,
    arguments: &[Expr],
    ty: &Type,
    frame: &Frame<'_>,
) -> Result<Column, (usize, Fault)> {
    let columns = arguments.iter().map(|a| column(a, frame));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut builder = ColumnBuilder::new(ty);
    for row in 0..frame.len() {
        if row > 0 && columns.iter().all(|c| same_as_before(c, row)) {
            builder.push_again();
            continue;
        }
        let values: Vec<Value> = columns.iter().map(|c| c.value(row)).collect();
        let result = function.call(&values);
        builder.push(result.map_err(|fault| (row, Fault(fault)))?);
    }
    Ok(builder.finish())
}

fn same_as_before(column: &Column, row: usize) -> bool {
    match (column.data(), column.nulls()) {
        (ColumnData::Str(v), None) => v.bytes(row) == v.bytes(row - 1),
        (ColumnData::Int(v), None) => v[row] == v[row - 1],
        (ColumnData::Long(v), None) => v[row] == v[row - 1],
        _ => column.value(row) == column.value(row - 1),
    }
}

fn cast(column: &Column, to: &Type) -> Option<Column> {
    let data = match (column.data(), to) {
        (ColumnData::Int(v), Type::Long) => {
            ColumnData::Long(v.iter().map(|x| i64::from(*x)).collect())
        }
        (ColumnData::Int(v), Type::Double) => {
            ColumnData::Double(v.iter().map(|x| f64::from(*x)).collect())
        }
        (ColumnData::Long(v), Type::Double) => {
            ColumnData::Double(v.iter().map(|x| *x as f64).collect())
        }
        _ => return None,
    };
    Some(Column::new(data, column.nulls().cloned()))
}

fn arithmetic(op: ArithmeticOp, left: &Column, right: &Column) -> Option<Column> {
    if left.nulls().is_some() || right.nulls().is_some() {
        return None;
    }
    let data = match (left.data(), right.data()) {
        (ColumnData::Int(a), ColumnData::Int(b)) => ColumnData::Int(zip(a, b, int_op(op)?)),
        (ColumnData::Long(a), ColumnData::Long(b)) => ColumnData::Long(zip(a, b, long_op(op)?)),
        (ColumnData::Double(a), ColumnData::Double(b)) => {
            ColumnData::Double(zip(a, b, double_op(op)))
        }
        _ => return None,
    };
    Some(Column::new(data, None))
}

fn zip<T: Copy>(a: &[T], b: &[T], op: fn(T, T) -> T) -> Shared<T> {
    a.iter().zip(b).map(|(a, b)| op(*a, *b)).collect()
}

fn int_op(op: ArithmeticOp) -> Option<fn(i32, i32) -> i32> {
    match op {
        ArithmeticOp::Add => Some(i32::wrapping_add),
        ArithmeticOp::Subtract => Some(i32::wrapping_sub),
        ArithmeticOp::Multiply => Some(i32::wrapping_mul),
        _ => None,
    }
}

fn long_op(op: ArithmeticOp) -> Option<fn(i64, i64) -> i64> {
    match op {
        ArithmeticOp::Add => Some(i64::wrapping_add),
        ArithmeticOp::Subtract => Some(i64::wrapping_sub),
        ArithmeticOp::Multiply => Some(i64::wrapping_mul),
        _ => None,
    }
}

fn double_op(op: ArithmeticOp) -> fn(f64, f64) -> f64 {
    match op {
        ArithmeticOp::Add => |a, b| a + b,
        ArithmeticOp::Subtract => |a, b| a - b,
        ArithmeticOp::Multiply => |a, b| a * b,
        ArithmeticOp::Divide => |a, b| a / b,
        ArithmeticOp::Modulo => |a, b| a % b,
    }
}
