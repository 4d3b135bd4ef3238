//! The values of an expression as a column.

use std::borrow::Cow;

use tachograph_event::strings::StringBuilder;
use tachograph_event::{Column, ColumnBuilder, ColumnData};
use tachograph_plan::{Expr, ExprKind};

use super::super::frame::Frame;
use super::calls::call;
use super::numbers::{arithmetic, cast};
use super::texts::concat;
use crate::eval::eval;
use crate::fault::Fault;

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
