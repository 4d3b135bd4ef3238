//! Texts that are joined.

use tachograph_event::{Column, ColumnData, StringColumn, Value};
use tachograph_plan::{Expr, ExprKind};

use super::super::frame::Frame;
use super::column;
use crate::fault::Fault;

/// A part of a concatenation.
enum Part<'a> {
    Text(&'a str),
    Strings(StringColumn),
}

impl Part<'_> {
    fn bytes(&self, row: usize) -> &[u8] {
        match self {
            Part::Text(text) => text.as_bytes(),
            Part::Strings(strings) => strings.bytes(row),
        }
    }

    /// Bytes of so many rows.
    fn length(&self, rows: usize) -> usize {
        match self {
            Part::Text(text) => text.len() * rows,
            Part::Strings(strings) => strings.spans().iter().map(|(_, len)| *len as usize).sum(),
        }
    }
}

/// Joins text columns and constants; none where a part may be null.
///
/// # Errors
/// The number of the first row without a result, with its [`Fault`].
pub(super) fn concat(parts: &[Expr], frame: &Frame<'_>) -> Result<Option<Column>, (usize, Fault)> {
    let mut sources = Vec::with_capacity(parts.len());
    for part in parts {
        match source(part, frame)? {
            Some(source) => sources.push(source),
            None => return Ok(None),
        }
    }
    let rows = frame.len();
    let length = sources.iter().map(|source| source.length(rows)).sum();
    let (mut text, mut spans) = (Vec::with_capacity(length), Vec::with_capacity(rows));
    for row in 0..rows {
        let start = text.len();
        for source in &sources {
            text.extend_from_slice(source.bytes(row));
        }
        spans.push((start as u32, (text.len() - start) as u32));
    }
    let strings = StringColumn::of_bytes(text, spans);
    Ok(Some(Column::new(ColumnData::Str(strings), None)))
}

fn source<'a>(part: &'a Expr, frame: &Frame<'_>) -> Result<Option<Part<'a>>, (usize, Fault)> {
    if let ExprKind::Literal(Value::Str(text)) = &part.kind {
        return Ok(Some(Part::Text(text)));
    }
    let column = column(part, frame)?;
    Ok(match (column.data(), column.nulls()) {
        (ColumnData::Str(strings), None) => Some(Part::Strings(strings.clone())),
        _ => None,
    })
}
