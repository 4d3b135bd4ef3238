//! Texts that are joined.

use std::borrow::Cow;
use std::sync::Arc;

use tachograph_event::{Column, ColumnData, StringColumn, Value};
use tachograph_plan::{Expr, ExprKind};

use super::super::frame::Frame;
use super::column;
use crate::fault::Fault;

/// A part of a concatenation.
enum Part<'a> {
    Text(&'a str),
    Column(Cow<'a, Column>),
}

/// Joins text columns and constants; none where a part may be null.
pub(super) fn concat(parts: &[Expr], frame: &Frame<'_>) -> Result<Option<Column>, (usize, Fault)> {
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
