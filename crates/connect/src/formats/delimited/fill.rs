//! Fields of one place become a column.

use std::sync::Arc;

use tachograph_event::{Bitmap, Column, ColumnBuilder, ColumnData, StringColumn, Type, Value};

use super::lines::Span;
use crate::formats::fields::{integer, value};

/// The fields of a column in the order of their records.
pub(super) struct Fields<'a> {
    pub text: &'a Arc<String>,
    /// The fields of all records.
    pub spans: &'a [Span],
    /// This column's field of the first record, and the number of fields of a record.
    pub first: usize,
    pub of: usize,
}

impl Fields<'_> {
    #[inline]
    fn spans(&self) -> impl Iterator<Item = Span> {
        let rest = self.spans.get(self.first..).unwrap_or(&[]);
        rest.iter().step_by(self.of).copied()
    }

    #[inline]
    pub fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        let text = self.text.as_bytes();
        self.spans()
            .map(|(start, len)| &text[start as usize..(start + len) as usize])
    }
}

/// The column of a type; `fault` is told the row of each field that cannot be read.
pub(super) fn column(ty: &Type, fields: &Fields<'_>, mut fault: impl FnMut(usize)) -> Column {
    match ty {
        Type::Str => {
            let strings = StringColumn::new(Arc::clone(fields.text), fields.spans().collect());
            Column::new(ColumnData::Str(strings), None)
        }
        Type::Int => {
            let (values, nulls) = numbers(fields, |n| i32::try_from(n).ok(), &mut fault);
            Column::new(ColumnData::Int(values.into()), nulls)
        }
        Type::Long => {
            let (values, nulls) = numbers(fields, Some, &mut fault);
            Column::new(ColumnData::Long(values.into()), nulls)
        }
        other => others(other, fields, fault),
    }
}

/// Whole numbers; an empty field is null.
fn numbers<T: Default>(
    fields: &Fields<'_>,
    narrow: impl Fn(i64) -> Option<T>,
    fault: &mut impl FnMut(usize),
) -> (Vec<T>, Option<Bitmap>) {
    let mut values = Vec::with_capacity(fields.spans.len() / fields.of + 1);
    let mut nulls: Option<Bitmap> = None;
    for (row, field) in fields.bytes().enumerate() {
        let number = small(field).or_else(|| integer(field)).and_then(&narrow);
        let is_null = field.is_empty();
        if number.is_none() && !is_null {
            fault(row);
        }
        if is_null && nulls.is_none() {
            nulls = Some(Bitmap::filled(row, false));
        }
        if let Some(nulls) = &mut nulls {
            nulls.push(is_null);
        }
        values.push(number.unwrap_or_default());
    }
    (values, nulls)
}

/// A number of one to three digits, as most are.
#[inline]
fn small(field: &[u8]) -> Option<i64> {
    let digit = |byte: u8| i64::from(byte.wrapping_sub(b'0'));
    let (a, b, c) = match *field {
        [c] => (0, 0, digit(c)),
        [b, c] => (0, digit(b), digit(c)),
        [a, b, c] => (digit(a), digit(b), digit(c)),
        _ => return None,
    };
    (a.max(b).max(c) <= 9).then_some(a * 100 + b * 10 + c)
}

fn others(ty: &Type, fields: &Fields<'_>, mut fault: impl FnMut(usize)) -> Column {
    let mut builder = ColumnBuilder::new(ty);
    for (row, field) in fields.bytes().enumerate() {
        let text = std::str::from_utf8(field).unwrap_or_default();
        let read = match text {
            "" => Some(Value::Null),
            text => value(text, ty),
        };
        if read.is_none() {
            fault(row);
        }
        builder.push(read.unwrap_or(Value::Null));
    }
    builder.finish()
}
