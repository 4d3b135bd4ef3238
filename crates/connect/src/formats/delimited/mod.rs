//! Delimited text: fields in a fixed order with one separator between.
//!
//! A chunk is checked for UTF-8 once and cut into fields in one pass; then each column is read by
//! itself. Text columns are spans into the chunk, so no text is copied. A field may be empty: a
//! null, except in a text column, where it is the empty text.

mod fill;
mod lines;
mod scan;

use std::collections::BTreeMap;
use std::sync::Arc;

use memchr::memchr;
use tachograph_event::{Batch, Column, ColumnBuilder, EventType, Millis, Type, Value};
use tachograph_topology::Reject;

use super::fields::{shown, with_article};
use super::times::Times;
use super::{Chunk, LineDecoder, TimeField};
use fill::Fields;
use lines::{Lines, cut};

/// Most fields that a line may have.
const MOST_FIELDS: usize = 1_024;

/// Decodes delimited lines.
#[derive(Debug)]
pub struct Delimited {
    event_type: Arc<EventType>,
    separator: u8,
    /// For each field of a line, the slot that it fills.
    slots: Vec<Option<usize>>,
    times: Option<Times>,
}

/// Reasons against records, by their row among those that were cut.
type Faults = BTreeMap<usize, String>;

impl Delimited {
    /// A decoder; `fields` names the property of each field in order, an empty name skips one.
    ///
    /// # Errors
    /// A sentence where a field names no property, or two fields name one.
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
        let mut slots: Vec<Option<usize>> = Vec::new();
        for name in fields {
            let slot = event_type.slot(name);
            if slot.is_none() && !name.is_empty() {
                return Err(format!("`{}` has no property `{name}`", event_type.name));
            }
            if slot.is_some() && slots.contains(&slot) {
                return Err(format!("`{name}` stands twice among the fields"));
            }
            slots.push(slot);
        }
        Ok(Delimited {
            event_type,
            separator,
            slots,
            times: time.map(Times::new),
        })
    }

    /// The field that fills a slot.
    fn field_of(&self, slot: usize) -> Option<usize> {
        self.slots.iter().position(|s| *s == Some(slot))
    }

    fn fields<'a>(&self, text: &'a Arc<String>, lines: &'a Lines, first: usize) -> Fields<'a> {
        Fields {
            text,
            spans: &lines.spans,
            first,
            of: self.slots.len().max(1),
        }
    }

    /// The time of each record.
    fn times(&mut self, text: &Arc<String>, lines: &Lines, faults: &mut Faults) -> Vec<Millis> {
        let Some(slot) = self.times.as_ref().map(Times::slot) else {
            return vec![0; lines.starts.len()];
        };
        let Some(field) = self.field_of(slot) else {
            let reason = "the time field is not among the fields";
            faults.extend((0..lines.starts.len()).map(|row| (row, reason.to_string())));
            return vec![0; lines.starts.len()];
        };
        let mut times = Vec::with_capacity(lines.starts.len());
        for (row, bytes) in self.fields(text, lines, field).bytes().enumerate() {
            let time = self.times.as_mut().and_then(|times| times.of(bytes));
            if time.is_none() {
                let reason = self.fault(field, bytes, "is not a time of the format");
                faults.insert(row, reason);
            }
            times.push(time.unwrap_or(0));
        }
        times
    }

    /// The column of a slot.
    fn column(
        &self,
        slot: usize,
        text: &Arc<String>,
        lines: &Lines,
        faults: &mut Faults,
    ) -> Column {
        let ty = &self.event_type.properties[slot].ty;
        let Some(field) = self.field_of(slot) else {
            return missing(ty, lines.starts.len());
        };
        let fields = self.fields(text, lines, field);
        let mut bad = Vec::new();
        let column = fill::column(ty, &fields, |row| bad.push(row));
        for row in bad {
            let bytes = fields.bytes().nth(row).unwrap_or_default();
            let fault = format!("is not {}", with_article(ty));
            let reason = || self.fault(field, bytes, &fault);
            faults.entry(row).or_insert_with(reason);
        }
        column
    }

    fn fault(&self, field: usize, bytes: &[u8], fault: &str) -> String {
        let name = match self.slots[field] {
            Some(slot) => &self.event_type.properties[slot].name,
            None => "",
        };
        format!("field {} ({name}): {} {fault}", field + 1, shown(bytes))
    }
}

/// A column that no field fills.
fn missing(ty: &Type, rows: usize) -> Column {
    let mut builder = ColumnBuilder::new(ty);
    (0..rows).for_each(|_| builder.push(Value::Null));
    builder.finish()
}

impl LineDecoder for Delimited {
    fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }

    fn has_room_within(&self) -> bool {
        false
    }

    fn decode(&mut self, chunk: Chunk) -> (Batch, Vec<Reject>) {
        let (text, bad) = clean(chunk.bytes);
        let text = Arc::new(text);
        let fields = self.slots.len();
        let mut lines = cut(text.as_bytes(), self.separator, fields, chunk.position, bad);
        let mut faults = Faults::new();
        let times = self.times(&text, &lines, &mut faults);
        let slots = 0..self.event_type.properties.len();
        let columns = slots.map(|slot| self.column(slot, &text, &lines, &mut faults));
        let columns = columns.collect();
        let origins = lines.origins(chunk.partition, chunk.position);
        let batch = Batch::new(Arc::clone(&self.event_type), times, origins, columns);
        let mut rejects = std::mem::take(&mut lines.rejects);
        if faults.is_empty() {
            return (batch, rejects);
        }
        let is_good = |row: &u32| !faults.contains_key(&(*row as usize));
        let good: Vec<u32> = (0..batch.len() as u32).filter(is_good).collect();
        let reject = |(row, reason): (&usize, &String)| {
            let start = lines.starts[*row] as usize;
            Reject {
                position: chunk.position + start as u64,
                raw: line_at(text.as_bytes(), start).to_vec(),
                reason: reason.clone(),
            }
        };
        rejects.extend(faults.iter().map(reject));
        rejects.sort_by_key(|reject| reject.position);
        (batch.take(&good), rejects)
    }
}

/// The line that begins at `start`, without its end.
fn line_at(text: &[u8], start: usize) -> &[u8] {
    let end = memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at);
    let line = &text[start..end];
    line.strip_suffix(b"\r").unwrap_or(line)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tachograph_time::DatePattern;

    fn event_type() -> Arc<EventType> {
        let properties = [
            ("at", Type::Str),
            ("n", Type::Int),
            ("name", Type::Str),
            ("x", Type::Double),
        ];
        let properties = properties.map(|(name, ty)| (name.to_string(), ty));
        Arc::new(EventType::new("S", properties))
    }

    fn decoder() -> Delimited {
        let fields = ["at", "n", "name", "x"].map(String::from);
        let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
        let time = Some(TimeField { slot: 0, pattern });
        Delimited::new(event_type(), b',', &fields, time).expect("a decoder")
    }

    /// What a line says, read the slow and obvious way: a row, a reason, or nothing.
    fn obvious(line: &[u8]) -> Option<Result<Vec<Value>, &'static str>> {
        let Ok(line) = std::str::from_utf8(line) else {
            return Some(Err("not UTF-8"));
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        let fields: Vec<&str> = line.split(',').collect();
        let [at, n, name, x] = fields[..] else {
            return Some(Err("4 fields expected"));
        };
        let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").expect("a pattern");
        if pattern.parse(at.as_bytes()).is_none() {
            return Some(Err("field 1 (at)"));
        }
        let number = match n {
            "" => Value::Null,
            n => match n.parse() {
                Ok(n) => Value::Int(n),
                Err(_) => return Some(Err("field 2 (n)")),
            },
        };
        let double = match x {
            "" => Value::Null,
            x => match x.parse() {
                Ok(x) => Value::Double(x),
                Err(_) => return Some(Err("field 4 (x)")),
            },
        };
        Some(Ok(vec![Value::str(at), number, Value::str(name), double]))
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let at =
            prop_oneof![8 => Just("20160101000010"), 1 => Just("2016010100001x"), 1 => Just("")];
        let n = prop_oneof!["-?[0-9]{1,4}", "[0-9]{9,11}", "[0-9a]{0,3}"];
        let x = prop_oneof!["[0-9]{1,3}\\.[0-9]{1,3}", "[0-9e.]{0,4}"];
        let record = (
            at,
            n,
            "[a-z\u{e9}]{0,9}",
            x,
            prop_oneof![9 => Just(""), 1 => Just(",more")],
        )
            .prop_map(|(at, n, name, x, rest)| format!("{at},{n},{name},{x}{rest}").into_bytes());
        let junk = prop::collection::vec(
            any::<u8>().prop_filter("a line end", |b| *b != b'\n'),
            0..20,
        );
        prop_oneof![8 => record, 1 => junk, 1 => Just(b"\r".to_vec()), 1 => Just(Vec::new())]
    }

    proptest! {
        #[test]
        fn lines_mean_what_they_obviously_mean(
            lines in prop::collection::vec((line(), any::<bool>()), 0..40),
        ) {
            let (mut bytes, mut starts) = (Vec::new(), Vec::new());
            for (line, carriage_return) in &lines {
                starts.push(bytes.len() as u64);
                bytes.extend_from_slice(line);
                bytes.extend_from_slice(if *carriage_return { b"\r\n" } else { b"\n" });
            }
            bytes.pop();
            let chunk = Chunk { bytes, position: 100, partition: 3 };
            let (batch, rejects) = decoder().decode(chunk);
            let (mut row, mut reject) = (0, 0);
            for ((line, carriage_return), start) in lines.iter().zip(starts) {
                let ended = if *carriage_return { [line, &b"\r"[..]].concat() } else { line.clone() };
                match obvious(&ended) {
                    None => {}
                    Some(Ok(values)) => {
                        prop_assert_eq!(batch.row(row), values);
                        prop_assert_eq!(batch.origins()[row].position, 100 + start);
                        row += 1;
                    }
                    Some(Err(reason)) => {
                        prop_assert!(rejects[reject].reason.contains(reason), "{:?}", rejects[reject]);
                        prop_assert_eq!(rejects[reject].position, 100 + start);
                        reject += 1;
                    }
                }
            }
            prop_assert_eq!((row, reject), (batch.len(), rejects.len()));
        }
    }
}
