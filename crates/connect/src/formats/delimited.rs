//! Delimited text: fields in a fixed order with one separator between.
//!
//! A chunk is checked for UTF-8 once; text columns are spans into it, so no text is copied.
//! A field may be empty: a null, except in a text column, where it is the empty text.

use std::sync::Arc;

use memchr::{memchr, memchr_iter};
use tachograph_event::{
    Batch, Bitmap, Column, ColumnBuilder, ColumnData, EventType, Millis, Origin, StringColumn,
    Type, Value,
};
use tachograph_topology::Reject;

use super::fields::{integer, shown, value, with_article};
use super::{Chunk, LONGEST_LINE, LineDecoder, TimeField};

/// Most fields that a line may have.
const MOST_FIELDS: usize = 1_024;

/// Decodes delimited lines.
#[derive(Debug)]
pub struct Delimited {
    event_type: Arc<EventType>,
    separator: u8,
    /// For each field of a line, the slot that it fills.
    slots: Vec<Option<usize>>,
    time: Option<TimeField>,
    /// The time text read last, with its instant: neighbours share it.
    last_time: (Vec<u8>, Millis),
}

/// A column that is being filled.
enum Filling {
    Text(Vec<(u32, u32)>),
    Int(Vec<i32>, Nulls),
    Long(Vec<i64>, Nulls),
    Other(ColumnBuilder),
}

/// Null bits, kept from the first null on.
#[derive(Default)]
struct Nulls {
    bits: Option<Bitmap>,
}

impl Nulls {
    #[inline]
    fn push(&mut self, null: bool, rows_before: usize) {
        if null && self.bits.is_none() {
            self.bits = Some(Bitmap::filled(rows_before, false));
        }
        if let Some(bits) = &mut self.bits {
            bits.push(null);
        }
    }
}

impl Delimited {
    /// A decoder; `fields` names the property of each field in order, an empty name skips one.
    ///
    /// # Errors
    /// A sentence where a field names no property.
    pub fn new(
        event_type: Arc<EventType>,
        separator: u8,
        fields: &[String],
        time: Option<TimeField>,
    ) -> Result<Delimited, String> {
        if fields.len() > MOST_FIELDS {
            return Err(format!(
                "{} fields; {MOST_FIELDS} is the most",
                fields.len()
            ));
        }
        let slot = |name: &String| match (name.is_empty(), event_type.slot(name)) {
            (true, _) => Ok(None),
            (false, Some(slot)) => Ok(Some(slot)),
            (false, None) => Err(format!("`{}` has no property `{name}`", event_type.name)),
        };
        let slots = fields
            .iter()
            .map(slot)
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Delimited {
            event_type,
            separator,
            slots,
            time,
            last_time: (Vec::new(), 0),
        })
    }

    fn filling(&self) -> Vec<Filling> {
        let filling = |ty: &Type| match ty {
            Type::Str => Filling::Text(Vec::new()),
            Type::Int => Filling::Int(Vec::new(), Nulls::default()),
            Type::Long => Filling::Long(Vec::new(), Nulls::default()),
            other => Filling::Other(ColumnBuilder::new(other)),
        };
        self.event_type
            .properties
            .iter()
            .map(|p| filling(&p.ty))
            .collect()
    }

    /// Splits a line into spans of its fields; the number of fields.
    #[inline]
    fn split(&self, line: &[u8], start: usize, spans: &mut Vec<(u32, u32)>) -> usize {
        spans.clear();
        let mut from = 0;
        for at in memchr_iter(self.separator, line) {
            spans.push(((start + from) as u32, (at - from) as u32));
            from = at + 1;
        }
        spans.push(((start + from) as u32, (line.len() - from) as u32));
        spans.len()
    }

    #[inline]
    fn time_of(&mut self, text: &[u8]) -> Option<Millis> {
        if self.last_time.0 == text {
            return Some(self.last_time.1);
        }
        let instant = self.time.as_ref()?.pattern.parse(text)?;
        self.last_time.0.clear();
        self.last_time.0.extend_from_slice(text);
        self.last_time.1 = instant;
        Some(instant)
    }

    /// Reads a line into the columns; nothing is added where it fails.
    fn line(
        &mut self,
        text: &[u8],
        spans: &[(u32, u32)],
        columns: &mut [Filling],
        rows: usize,
    ) -> Result<Millis, String> {
        if spans.len() != self.slots.len() {
            return Err(format!(
                "{} fields expected, {} found",
                self.slots.len(),
                spans.len()
            ));
        }
        let field = |i: usize| {
            let (start, len) = spans[i];
            &text[start as usize..(start + len) as usize]
        };
        let time = match &self.time {
            None => 0,
            Some(time) => {
                let slot = time.slot;
                let i = self.slots.iter().position(|s| *s == Some(slot));
                let i = i.ok_or("the time field is not among the fields")?;
                let found = self.time_of(field(i));
                found.ok_or_else(|| self.fault(i, field(i), "is not a time of the format"))?
            }
        };
        for (i, span) in spans.iter().enumerate() {
            let Some(slot) = self.slots[i] else { continue };
            if let Err(fault) = fill(&mut columns[slot], field(i), *span, rows) {
                let ty = with_article(&self.event_type.properties[slot].ty);
                let fault = if fault.is_empty() {
                    format!("is not {ty}")
                } else {
                    fault
                };
                let reason = self.fault(i, field(i), &fault);
                self.take_back(columns, rows);
                return Err(reason);
            }
        }
        for (slot, column) in columns.iter_mut().enumerate() {
            if !self.slots.contains(&Some(slot)) {
                let _ = fill(column, b"", (0, 0), rows);
            }
        }
        Ok(time)
    }

    fn fault(&self, i: usize, field: &[u8], fault: &str) -> String {
        let name = match self.slots[i] {
            Some(slot) => &self.event_type.properties[slot].name,
            None => "",
        };
        format!("field {} ({name}): {} {fault}", i + 1, shown(field))
    }

    /// Removes what a failing line has put into the columns before it failed.
    fn take_back(&self, columns: &mut [Filling], rows: usize) {
        for column in columns.iter_mut() {
            match column {
                Filling::Text(spans) => spans.truncate(rows),
                Filling::Int(v, nulls) => {
                    v.truncate(rows);
                    truncate_nulls(nulls, rows);
                }
                Filling::Long(v, nulls) => {
                    v.truncate(rows);
                    truncate_nulls(nulls, rows);
                }
                Filling::Other(builder) if builder.len() > rows => {
                    let empty = ColumnBuilder::new(builder.ty());
                    let full = std::mem::replace(builder, empty).finish();
                    (0..rows).for_each(|row| builder.push_from(&full, row));
                }
                Filling::Other(_) => {}
            }
        }
    }
}

fn truncate_nulls(nulls: &mut Nulls, rows: usize) {
    if let Some(bits) = &nulls.bits {
        let mut kept = Bitmap::default();
        (0..rows.min(bits.len())).for_each(|i| kept.push(bits.get(i)));
        nulls.bits = Some(kept);
    }
}

#[inline]
fn fill(column: &mut Filling, field: &[u8], span: (u32, u32), rows: usize) -> Result<(), String> {
    match column {
        Filling::Text(spans) => spans.push(span),
        Filling::Int(v, nulls) => {
            let empty = field.is_empty();
            let number = if empty { Some(0) } else { integer(field) };
            v.push(
                number
                    .and_then(|n| i32::try_from(n).ok())
                    .ok_or_else(String::new)?,
            );
            nulls.push(empty, rows);
        }
        Filling::Long(v, nulls) => {
            let empty = field.is_empty();
            v.push(if empty { Some(0) } else { integer(field) }.ok_or_else(String::new)?);
            nulls.push(empty, rows);
        }
        Filling::Other(builder) => {
            let text = std::str::from_utf8(field).map_err(|_| "is not UTF-8".to_string())?;
            let ty_value = match field.is_empty() {
                true => Some(Value::Null),
                false => value(text, builder.ty()),
            };
            builder.push(ty_value.ok_or_else(String::new)?);
        }
    }
    Ok(())
}

impl LineDecoder for Delimited {
    fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }

    fn decode(&mut self, chunk: Chunk) -> (Batch, Vec<Reject>) {
        let (text, mut bad_lines) = clean(chunk.bytes);
        let mut columns = self.filling();
        let (mut times, mut origins, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
        let mut spans = Vec::new();
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let line = bytes[start..end]
                .strip_suffix(b"\r")
                .unwrap_or(&bytes[start..end]);
            let position = chunk.position + start as u64;
            let bad = bad_lines.first().is_some_and(|(at, _)| *at < end);
            if bad {
                let (_, raw) = bad_lines.remove(0);
                let reason = "not UTF-8".to_string();
                rejects.push(Reject {
                    position,
                    raw,
                    reason,
                });
            } else if line.len() > LONGEST_LINE {
                let reason = format!("the line is longer than {LONGEST_LINE} bytes");
                rejects.push(Reject {
                    position,
                    raw: line.to_vec(),
                    reason,
                });
            } else if !line.is_empty() {
                self.split(line, start, &mut spans);
                match self.line(bytes, &spans, &mut columns, times.len()) {
                    Ok(time) => {
                        times.push(time);
                        origins.push(Origin {
                            partition: chunk.partition,
                            position,
                        });
                    }
                    Err(reason) => rejects.push(Reject {
                        position,
                        raw: line.to_vec(),
                        reason,
                    }),
                }
            }
            start = end + 1;
        }
        let text = Arc::new(text);
        let columns = columns.into_iter().map(|c| finish(c, &text)).collect();
        let batch = Batch::new(Arc::clone(&self.event_type), times, origins, columns);
        (batch, rejects)
    }
}

fn finish(column: Filling, text: &Arc<String>) -> Column {
    match column {
        Filling::Text(spans) => {
            let strings = StringColumn::new(Arc::clone(text), spans);
            Column::new(ColumnData::Str(strings), None)
        }
        Filling::Int(v, nulls) => Column::new(ColumnData::Int(v), nulls.bits),
        Filling::Long(v, nulls) => Column::new(ColumnData::Long(v), nulls.bits),
        Filling::Other(builder) => builder.finish(),
    }
}

/// The chunk as text. Lines that are not UTF-8 are given apart, by their start, and blanked out
/// in the text, so that every position stays.
fn clean(bytes: Vec<u8>) -> (String, Vec<(usize, Vec<u8>)>) {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, Vec::new()),
        Err(error) => error.into_bytes(),
    };
    let mut bad = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if std::str::from_utf8(&bytes[start..end]).is_err() {
            bad.push((start, bytes[start..end].to_vec()));
            bytes[start..end].fill(b' ');
        }
        start = end + 1;
    }
    (String::from_utf8(bytes).unwrap_or_default(), bad)
}
