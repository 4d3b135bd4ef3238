//! Records of one read: their values as the decoder takes them (lines of text, or whatever bytes they
//! are), and what they have beside.

use std::sync::Arc;

use memchr::memchr;
use rdkafka::Message;
use rdkafka::message::Headers;
use tachograph_event::{Batch, Column, ColumnBuilder, Millis, Value};
use tachograph_topology::Reject;

use super::config::MetadataField;
use crate::formats::{Chunk, RecordDecoder, Undecoded, Values, field_value};

/// Records in the order of their offsets.
#[derive(Default)]
pub(super) struct Records {
    /// Their values, a line each, or one after the other.
    bytes: Vec<u8>,
    /// Where each value begins, and whose it is.
    lines: Vec<(u64, Beside)>,
    rejects: Vec<Reject>,
    /// Are values taken as they are?
    is_raw: bool,
}

/// What a record has beside its value.
struct Beside {
    offset: i64,
    timestamp: Option<Millis>,
    key: Option<Vec<u8>>,
    headers: Vec<(String, Vec<u8>)>,
}

impl Records {
    /// No records yet, for a decoder.
    pub fn for_decoder(decoder: &RecordDecoder) -> Records {
        Records {
            is_raw: matches!(decoder, RecordDecoder::Values(_)),
            ..Records::default()
        }
    }

    /// Records read, those among them that cannot be decoded too.
    pub fn len(&self) -> usize {
        self.lines.len() + self.rejects.len()
    }

    /// Bytes of their values.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Takes a record in. `beside` says whether more than its value is needed.
    pub fn add(&mut self, message: &impl Message, beside: bool) {
        let value = match self.is_raw {
            true => message.payload(),
            false => message.payload().map(<[u8]>::trim_ascii),
        };
        let position = u64::try_from(message.offset()).unwrap_or(0);
        let mut reject = |raw: &[u8], reason: &str| {
            self.rejects.push(Reject {
                position,
                raw: raw.to_vec(),
                reason: reason.to_string(),
            });
        };
        match value {
            None => reject(message.key().unwrap_or_default(), "the record has no value"),
            Some([]) => reject(b"", "the record's value is empty"),
            Some(value) if self.is_raw => {
                self.lines
                    .push((self.bytes.len() as u64, of(message, beside)));
                self.bytes.extend_from_slice(value);
            }
            Some(value) => {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(value);
                // A value is one record, whatever it looks like. Between the parts of a JSON value a
                // room is as good as a new line; within a field no new line can stand.
                let is_json = value.first() == Some(&b'{');
                if is_json {
                    let lines = self.bytes[start..].iter_mut().filter(|b| **b == b'\n');
                    lines.for_each(|b| *b = b' ');
                } else if memchr(b'\n', value).is_some() {
                    self.bytes.truncate(start);
                    return reject(value, "the record has more than one line");
                }
                self.bytes.push(b'\n');
                self.lines.push((start as u64, of(message, beside)));
            }
        }
    }

    /// Rows and rejects. `wanted` are the properties to fill from beside the value.
    ///
    /// # Errors
    /// [`Undecoded`]; the records are as they were, to be decoded later.
    pub fn decode(
        &mut self,
        decoder: &mut RecordDecoder,
        partition: u32,
        number: i32,
        wanted: &[(usize, MetadataField)],
        broker_time: bool,
    ) -> Result<(Batch, Vec<Reject>), Undecoded> {
        let (batch, undecoded) = self.rows(decoder, partition)?;
        let lines = &self.lines;
        let mut rejects = std::mem::take(&mut self.rejects);
        let place = |start: u64| {
            lines
                .partition_point(|(s, _)| *s <= start)
                .saturating_sub(1)
        };
        let offset = |start: u64| u64::try_from(lines[place(start)].1.offset).unwrap_or(0);
        rejects.extend(undecoded.into_iter().map(|reject| Reject {
            position: offset(reject.position),
            ..reject
        }));
        let rows: Vec<&Beside> = batch
            .origins()
            .iter()
            .map(|o| &lines[place(o.position)].1)
            .collect();
        let batch = match wanted.is_empty() {
            true => batch.clone().with_positions(offset),
            false => {
                let filled = fill(&batch, &rows, number, wanted, &mut rejects);
                filled.with_positions(offset)
            }
        };
        let batch = match broker_time {
            false => batch,
            true => {
                let times: Vec<Millis> = batch
                    .origins()
                    .iter()
                    .map(|o| time_of(lines, o.position))
                    .collect();
                batch.with_times(times)
            }
        };
        rejects.sort_by_key(|reject| reject.position);
        Ok((batch, rejects))
    }

    /// Rows and rejects, each with the place of its value as position.
    fn rows(
        &mut self,
        decoder: &mut RecordDecoder,
        partition: u32,
    ) -> Result<(Batch, Vec<Reject>), Undecoded> {
        match decoder {
            RecordDecoder::Lines(decoder) => Ok(decoder.decode(Chunk {
                bytes: std::mem::take(&mut self.bytes),
                position: 0,
                partition,
            })),
            RecordDecoder::Values(decoder) => {
                let starts: Vec<usize> = self.lines.iter().map(|(s, _)| *s as usize).collect();
                decoder.decode(Values {
                    bytes: &self.bytes,
                    starts: &starts,
                    partition,
                })
            }
        }
    }
}

fn time_of(lines: &[(u64, Beside)], position: u64) -> Millis {
    let found = lines.binary_search_by_key(&(position as i64), |(_, beside)| beside.offset);
    found.ok().and_then(|i| lines[i].1.timestamp).unwrap_or(0)
}

fn of(message: &impl Message, beside: bool) -> Beside {
    let mut record = Beside {
        offset: message.offset(),
        timestamp: message.timestamp().to_millis(),
        key: None,
        headers: Vec::new(),
    };
    if beside {
        record.key = message.key().map(<[u8]>::to_vec);
        let headers = message.headers().into_iter().flat_map(|h| h.iter());
        record.headers = headers
            .map(|h| (h.key.to_string(), h.value.unwrap_or_default().to_vec()))
            .collect();
    }
    record
}

impl Beside {
    /// A field as text; none where the record has it not.
    fn text(&self, field: &MetadataField, number: i32) -> Result<Option<String>, String> {
        let text = |bytes: &Vec<u8>| {
            String::from_utf8(bytes.clone()).map_err(|_| "is not UTF-8".to_string())
        };
        Ok(match field {
            MetadataField::Key => self.key.as_ref().map(text).transpose()?,
            MetadataField::Header(name) => {
                let found = self.headers.iter().rev().find(|(n, _)| n == name);
                found.map(|(_, value)| text(value)).transpose()?
            }
            MetadataField::Partition => Some(number.to_string()),
            MetadataField::Offset => Some(self.offset.to_string()),
            MetadataField::Timestamp => self.timestamp.map(|t| t.to_string()),
        })
    }
}

/// Puts values from beside into their columns; rows whose values do not fit become rejects.
fn fill(
    batch: &Batch,
    rows: &[&Beside],
    number: i32,
    wanted: &[(usize, MetadataField)],
    rejects: &mut Vec<Reject>,
) -> Batch {
    let properties = &batch.event_type().properties;
    let mut columns: Vec<ColumnBuilder> = wanted
        .iter()
        .map(|(slot, _)| ColumnBuilder::new(&properties[*slot].ty))
        .collect();
    let mut kept = Vec::new();
    for (row, record) in rows.iter().enumerate() {
        let value = |(slot, field): &(usize, MetadataField)| {
            let property = &properties[*slot];
            let Some(text) = record
                .text(field, number)
                .map_err(|e| format!("{}: {e}", property.name))?
            else {
                return Ok(Value::Null);
            };
            let value = field_value(&text, &property.ty);
            value.ok_or_else(|| format!("{}: \"{text}\" is not of its type", property.name))
        };
        match wanted
            .iter()
            .map(value)
            .collect::<Result<Vec<Value>, String>>()
        {
            Ok(values) => {
                kept.push(row as u32);
                let filled = columns.iter_mut().zip(values);
                filled.for_each(|(column, value)| column.push(value));
            }
            Err(reason) => rejects.push(Reject {
                position: u64::try_from(record.offset).unwrap_or(0),
                raw: record.key.clone().unwrap_or_default(),
                reason,
            }),
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

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;
    use rdkafka::message::{Header, OwnedHeaders, OwnedMessage};
    use tachograph_event::{EventType, Type};

    use super::*;
    use crate::formats::Json;

    fn record(offset: i64, value: Option<&str>, trace: &[u8]) -> OwnedMessage {
        let header = Header {
            key: "trace",
            value: Some(trace),
        };
        OwnedMessage::new(
            value.map(|v| v.as_bytes().to_vec()),
            Some(format!("k{offset}").into_bytes()),
            "t".into(),
            Timestamp::CreateTime(1_000 + offset),
            3,
            offset,
            Some(OwnedHeaders::new().insert(header)),
        )
    }

    fn event_type() -> Arc<EventType> {
        let properties = [("n", Type::Int), ("key", Type::Str), ("trace", Type::Int)];
        Arc::new(EventType::new("T", properties))
    }

    fn decode(records: &[OwnedMessage]) -> (Batch, Vec<Reject>) {
        let mut all = Records::default();
        records.iter().for_each(|r| all.add(r, true));
        let wanted = [
            (1, MetadataField::Key),
            (2, MetadataField::Header("trace".into())),
        ];
        let mut decoder = RecordDecoder::Lines(Box::new(Json::new(event_type(), None)));
        let decoded = all.decode(&mut decoder, 7, 3, &wanted, true);
        decoded.expect("lines need nothing")
    }

    #[test]
    fn a_row_has_its_own_offset_time_and_headers() {
        let (batch, rejects) = decode(&[
            record(10, Some("{\"n\":\n1}"), b"5"),
            record(12, Some("{\"n\": 2}\n"), b"6"),
        ]);
        assert!(rejects.is_empty(), "{rejects:?}");
        let places: Vec<(u32, u64)> = batch
            .origins()
            .iter()
            .map(|o| (o.partition, o.position))
            .collect();
        assert_eq!(places, [(7, 10), (7, 12)]);
        assert_eq!(batch.times(), [1_010, 1_012]);
        assert_eq!(
            batch.row(0),
            [Value::Int(1), Value::str("k10"), Value::Int(5)]
        );
        assert_eq!(
            batch.row(1),
            [Value::Int(2), Value::str("k12"), Value::Int(6)]
        );
    }

    #[test]
    fn what_cannot_be_a_row_is_kept_under_its_offset() {
        let (batch, rejects) = decode(&[
            record(20, None, b"1"),
            record(21, Some("{\"n\": 1}"), b"not a number"),
            record(22, Some("no JSON"), b"1"),
            record(23, Some("a\nb"), b"1"),
            record(24, Some("{\"n\": 4}"), b"1"),
            record(25, Some("{\"n\": 5}"), b"\xff"),
        ]);
        let places: Vec<u64> = batch.origins().iter().map(|o| o.position).collect();
        assert_eq!(places, [24]);
        let rejected: Vec<u64> = rejects.iter().map(|r| r.position).collect();
        assert_eq!(rejected, [20, 21, 22, 23, 25]);
    }
}
