//! Columns made of rows of others.

use std::ops::Range;

use super::{Column, ColumnData};
use crate::bitmap::Bitmap;
use crate::shared::Shared;
use crate::strings::StringColumn;

impl Column {
    /// The rows named by `rows`, in that order.
    pub fn take(&self, rows: &[u32]) -> Column {
        fn pick<T: Clone>(values: &[T], rows: &[u32]) -> Shared<T> {
            rows.iter().map(|&r| values[r as usize].clone()).collect()
        }
        let data = match &self.data {
            ColumnData::Bool(v) => ColumnData::Bool(pick(v, rows)),
            ColumnData::Int(v) => ColumnData::Int(pick(v, rows)),
            ColumnData::Long(v) => ColumnData::Long(pick(v, rows)),
            ColumnData::Float(v) => ColumnData::Float(pick(v, rows)),
            ColumnData::Double(v) => ColumnData::Double(pick(v, rows)),
            ColumnData::Str(v) => ColumnData::Str(v.take(rows)),
            ColumnData::Any(v) => ColumnData::Any(pick(v, rows)),
            ColumnData::Absent(_) => ColumnData::Absent(rows.len()),
        };
        let nulls = self.nulls.as_ref().map(|nulls| {
            let mut taken = Bitmap::default();
            rows.iter().for_each(|&r| taken.push(nulls.get(r as usize)));
            taken
        });
        Column { data, nulls }
    }

    /// Rows `range`; only null bits are copied.
    pub fn slice(&self, range: Range<usize>) -> Column {
        let part = range.clone();
        let data = match &self.data {
            ColumnData::Bool(v) => ColumnData::Bool(v.slice(part)),
            ColumnData::Int(v) => ColumnData::Int(v.slice(part)),
            ColumnData::Long(v) => ColumnData::Long(v.slice(part)),
            ColumnData::Float(v) => ColumnData::Float(v.slice(part)),
            ColumnData::Double(v) => ColumnData::Double(v.slice(part)),
            ColumnData::Str(v) => ColumnData::Str(v.slice(part)),
            ColumnData::Any(v) => ColumnData::Any(v.slice(part)),
            ColumnData::Absent(_) => ColumnData::Absent(part.len()),
        };
        let nulls = self.nulls.as_ref().map(|nulls| {
            let mut cut = Bitmap::default();
            range.for_each(|row| cut.push(nulls.get(row)));
            cut
        });
        Column { data, nulls }
    }

    /// The rows of several columns of one type, one after the other. Panics without a column.
    pub fn concat(parts: &[&Column]) -> Column {
        macro_rules! joined {
            ($variant:ident) => {{
                let mut all = Vec::with_capacity(parts.iter().map(|c| c.len()).sum());
                for part in parts {
                    match &part.data {
                        ColumnData::$variant(v) => all.extend_from_slice(v),
                        _ => all.resize_with(all.len() + part.len(), Default::default),
                    }
                }
                ColumnData::$variant(all.into())
            }};
        }
        let is_there = |c: &&&Column| !matches!(c.data, ColumnData::Absent(_));
        let data = match parts.iter().find(is_there).map(|c| &c.data) {
            None | Some(ColumnData::Absent(_)) => {
                ColumnData::Absent(parts.iter().map(|c| c.len()).sum())
            }
            Some(ColumnData::Bool(_)) => joined!(Bool),
            Some(ColumnData::Int(_)) => joined!(Int),
            Some(ColumnData::Long(_)) => joined!(Long),
            Some(ColumnData::Float(_)) => joined!(Float),
            Some(ColumnData::Double(_)) => joined!(Double),
            Some(ColumnData::Any(_)) => joined!(Any),
            Some(ColumnData::Str(_)) => {
                let nothing = StringColumn::default();
                let texts = parts.iter().map(|c| match &c.data {
                    ColumnData::Str(v) => (v, v.len()),
                    _ => (&nothing, c.len()),
                });
                ColumnData::Str(StringColumn::concat(texts))
            }
        };
        Column::new(data, Column::joined_nulls(parts))
    }

    fn joined_nulls(parts: &[&Column]) -> Option<Bitmap> {
        let may_be_null =
            |c: &&Column| c.nulls.is_some() || matches!(c.data, ColumnData::Absent(_));
        if !parts.iter().any(may_be_null) {
            return None;
        }
        let mut nulls = Bitmap::default();
        for part in parts {
            (0..part.len()).for_each(|row| nulls.push(part.is_null(row)));
        }
        Some(nulls)
    }
}
