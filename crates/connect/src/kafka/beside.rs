//! What a record has beside its value, and the columns that are filled from it.

use std::sync::Arc;

use tachograph_event::{Batch, Column, ColumnBuilder, Millis, Type, Value};

use super::config::MetadataField;
use super::headers::Headed;
use crate::formats::field_value;

/// Properties that are filled from beside the value, by slot.
pub(super) type Wanted = [(usize, MetadataField)];

/// What a record has beside its value.
pub(super) struct Beside {
    pub offset: i64,
    pub timestamp: Option<Millis>,
    key: Option<Vec<u8>>,
    /// The headers that are wanted and have a value.
    headers: Vec<(String, Vec<u8>)>,
}

impl Beside {
    /// What is wanted of a message.
    pub fn of(message: &impl Headed, wanted: &Wanted) -> Beside {
        let header = |(_, field): &(usize, MetadataField)| match field {
            MetadataField::Header(name) => Some((name.clone(), message.header(name)?)),
            _ => None,
        };
        let has_key = wanted.iter().any(|(_, f)| *f == MetadataField::Key);
        Beside {
            offset: message.offset(),
            timestamp: message.timestamp().to_millis(),
            key: message.key().filter(|_| has_key).map(<[u8]>::to_vec),
            headers: wanted.iter().filter_map(header).collect(),
        }
    }

    /// A field as bytes or as a number; none where the record has it not.
    fn field(&self, field: &MetadataField, number: i32) -> Option<Field<'_>> {
        Some(match field {
            MetadataField::Key => Field::Bytes(self.key.as_ref()?),
            MetadataField::Header(name) => {
                let found = self.headers.iter().find(|(n, _)| n == name);
                Field::Bytes(found.map(|(_, value)| value)?)
            }
            MetadataField::Partition => Field::Number(i64::from(number)),
            MetadataField::Offset => Field::Number(self.offset),
            MetadataField::Timestamp => Field::Number(self.timestamp?),
        })
    }

    fn values(&self, fills: &[Fill<'_>], number: i32) -> Result<Vec<Value>, String> {
        let value = |fill: &Fill<'_>| match self.field(fill.field, number) {
            None => Ok(Value::Null),
            Some(field) => {
                let name = fill.name;
                let fault = |why| format!("{name}: {} {why}", title(fill.field));
                field.value(fill.ty).map_err(fault)
            }
        };
        fills.iter().map(value).collect()
    }
}

enum Field<'a> {
    Bytes(&'a [u8]),
    Number(i64),
}

impl Field<'_> {
    /// As a value of a type; the fault is the end of a sentence.
    fn value(&self, ty: &Type) -> Result<Value, String> {
        let text = match self {
            Field::Bytes(bytes) if is_bytes(ty) => {
                let items = bytes.iter().map(|b| Value::Byte(*b as i8));
                return Ok(Value::Array(items.collect()));
            }
            Field::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
                text.to_string()
            }
            Field::Number(number) => number.to_string(),
        };
        field_value(&text, ty).ok_or_else(|| format!("is \"{text}\", which is not of type {ty}"))
    }
}

fn is_bytes(ty: &Type) -> bool {
    matches!(ty, Type::Array(item) if **item == Type::Byte)
}

/// What is asked for, in a reason.
fn title(field: &MetadataField) -> String {
    match field {
        MetadataField::Key => "the key".into(),
        MetadataField::Header(name) => format!("the header `{name}`"),
        MetadataField::Partition => "the partition".into(),
        MetadataField::Offset => "the offset".into(),
        MetadataField::Timestamp => "the timestamp".into(),
    }
}

/// Puts values from beside into their columns. A row whose values do not fit is left out, and
/// `refused` is told which one and why.
pub(super) fn fill(
    batch: &Batch,
    rows: &[&Beside],
    number: i32,
    wanted: &Wanted,
    mut refused: impl FnMut(usize, String),
) -> Batch {
    let fills: Vec<Fill<'_>> = wanted.iter().map(|one| Fill::new(batch, one)).collect();
    let builder = |fill: &Fill<'_>| ColumnBuilder::new(fill.ty);
    let mut columns: Vec<ColumnBuilder> = fills.iter().map(builder).collect();
    let mut kept = Vec::new();
    for (row, record) in rows.iter().enumerate() {
        match record.values(&fills, number) {
            Ok(values) => {
                kept.push(row as u32);
                let filled = columns.iter_mut().zip(values);
                filled.for_each(|(column, value)| column.push(value));
            }
            Err(reason) => refused(row, reason),
        }
    }
    let batch = batch.take(&kept);
    let mut all: Vec<Column> = batch.columns().to_vec();
    for ((slot, _), column) in wanted.iter().zip(columns) {
        all[*slot] = column.finish();
    }
    let (times, origins) = (batch.times().to_vec(), batch.origins().to_vec());
    Batch::new(Arc::clone(batch.event_type()), times, origins, all)
}

/// A property that is filled.
struct Fill<'a> {
    name: &'a str,
    ty: &'a Type,
    field: &'a MetadataField,
}

impl<'a> Fill<'a> {
    fn new(batch: &'a Batch, (slot, field): &'a (usize, MetadataField)) -> Fill<'a> {
        let property = &batch.event_type().properties[*slot];
        Fill {
            name: &property.name,
            ty: &property.ty,
            field,
        }
    }
}
