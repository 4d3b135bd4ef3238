//! Records of one read: their values as the decoder takes them (lines of text, or whatever bytes they
//! are), and what they have beside.

use memchr::memchr;
use tachograph_event::{Batch, Millis};
use tachograph_topology::Reject;

use super::beside::{Beside, Wanted, fill};
use super::config::MetadataField;
use super::headers::Headed;
use crate::formats::{Chunk, RecordDecoder, Undecoded, Values};

/// How a decoder takes values.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// A line each; white space around a value means nothing.
    #[default]
    Trimmed,
    /// A line each; white space is part of its fields.
    Line,
    /// As they are.
    Raw,
}

impl Taken {
    fn of(self, value: &[u8]) -> &[u8] {
        match self {
            Taken::Raw => value,
            Taken::Trimmed => value.trim_ascii(),
            Taken::Line => {
                let value = value.strip_suffix(b"\n").unwrap_or(value);
                value.strip_suffix(b"\r").unwrap_or(value)
            }
        }
    }
}

/// Records in the order of their offsets.
#[derive(Default)]
pub(super) struct Records {
    /// Their values, a line each, or one after the other.
    bytes: Vec<u8>,
    /// Where each value begins, and whose it is.
    lines: Vec<(u64, Beside)>,
    rejects: Vec<Reject>,
    taken: Taken,
}

impl Records {
    /// No records yet, for a decoder.
    pub fn for_decoder(decoder: &RecordDecoder) -> Records {
        Records {
            taken: match decoder {
                RecordDecoder::Values(_) => Taken::Raw,
                RecordDecoder::Lines(lines) if lines.has_room_within() => Taken::Trimmed,
                RecordDecoder::Lines(_) => Taken::Line,
            },
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

    /// Takes a record in, with what is `wanted` of it beside its value.
    pub fn add(&mut self, message: &impl Headed, wanted: &Wanted) {
        let position = u64::try_from(message.offset()).unwrap_or(0);
        let mut reject = |raw: &[u8], reason: &str| {
            self.rejects.push(Reject {
                position,
                raw: raw.to_vec(),
                reason: reason.to_string(),
            });
        };
        let start = self.bytes.len();
        match message.payload().map(|value| self.taken.of(value)) {
            None => reject(message.key().unwrap_or_default(), "the record has no value"),
            Some([]) => reject(b"", "the record's value is empty"),
            Some(value) => {
                // Between the parts of a JSON value a room is as good as a new line; within a field no
                // new line can stand.
                let is_cut = self.taken != Taken::Raw && memchr(b'\n', value).is_some();
                if is_cut && self.taken == Taken::Line {
                    return reject(value, "the record has more than one line");
                }
                self.bytes.extend_from_slice(value);
                if is_cut {
                    let lines = self.bytes[start..].iter_mut().filter(|b| **b == b'\n');
                    lines.for_each(|b| *b = b' ');
                }
                if self.taken != Taken::Raw {
                    self.bytes.push(b'\n');
                }
                self.lines.push((start as u64, Beside::of(message, wanted)));
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
        wanted: &Wanted,
        broker_time: bool,
    ) -> Result<(Batch, Vec<Reject>), Undecoded> {
        let values = self.values_kept(wanted);
        let (batch, undecoded) = self.rows(decoder, partition)?;
        let mut rejects = std::mem::take(&mut self.rejects);
        let offset = |start: u64| u64::try_from(self.beside(start).offset).unwrap_or(0);
        rejects.extend(undecoded.into_iter().map(|reject| Reject {
            position: offset(reject.position),
            ..reject
        }));
        let batch = match wanted.is_empty() {
            true => batch,
            false => {
                let origins = batch.origins();
                let starts: Vec<u64> = origins.iter().map(|o| o.position).collect();
                let rows: Vec<&Beside> = starts.iter().map(|start| self.beside(*start)).collect();
                fill(&batch, &rows, number, wanted, |row, reason| {
                    rejects.push(Reject {
                        position: offset(starts[row]),
                        raw: self.value(&values, starts[row]).to_vec(),
                        reason,
                    });
                })
            }
        };
        let times: Option<Vec<Millis>> = broker_time.then(|| {
            let time = |start| self.beside(start).timestamp.unwrap_or(0);
            batch.origins().iter().map(|o| time(o.position)).collect()
        });
        let batch = match times {
            None => batch,
            Some(times) => batch.with_times(times),
        };
        rejects.sort_by_key(|reject| reject.position);
        Ok((batch.with_positions(offset), rejects))
    }

    /// What the record has beside its value that stands at a place.
    fn beside(&self, start: u64) -> &Beside {
        let after = self.lines.partition_point(|(s, _)| *s <= start);
        &self.lines[after.saturating_sub(1)].1
    }

    /// The values, where they are asked for after they were decoded: those of a record whose key or
    /// header does not fit its property. Of lines the decoder takes them away.
    fn values_kept(&self, wanted: &Wanted) -> Vec<u8> {
        let may_fail =
            |field: &MetadataField| matches!(field, MetadataField::Key | MetadataField::Header(_));
        match self.taken != Taken::Raw && wanted.iter().any(|(_, field)| may_fail(field)) {
            true => self.bytes.clone(),
            false => Vec::new(),
        }
    }

    /// The value that begins at a place.
    fn value<'a>(&'a self, kept: &'a [u8], start: u64) -> &'a [u8] {
        let all = if self.taken == Taken::Raw {
            &self.bytes
        } else {
            kept
        };
        let next = self.lines.partition_point(|(s, _)| *s <= start);
        let end = self.lines.get(next).map_or(all.len(), |(s, _)| *s as usize);
        let value = all.get(start as usize..end).unwrap_or_default();
        match self.taken {
            Taken::Raw => value,
            _ => value.strip_suffix(b"\n").unwrap_or(value),
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rdkafka::Timestamp;
    use rdkafka::message::{Header, OwnedHeaders, OwnedMessage};
    use tachograph_event::{EventType, Type, Value};

    use super::*;
    use crate::formats::{Delimited, Json};

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
        let wanted = [
            (1, MetadataField::Key),
            (2, MetadataField::Header("trace".into())),
        ];
        records.iter().for_each(|r| all.add(r, &wanted));
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
        // The value is what must not be lost, also where something beside it is at fault.
        let raw: Vec<&[u8]> = rejects.iter().map(|r| &r.raw[..]).collect();
        assert_eq!(raw[1], b"{\"n\": 1}");
        assert_eq!(raw[4], b"{\"n\": 5}");
        let told = &rejects[4].reason;
        assert_eq!(told, "trace: the header `trace` is not UTF-8");
    }

    #[test]
    fn bytes_of_a_key_are_taken_as_they_are() {
        let bytes = Type::Array(Box::new(Type::Byte));
        let of = Arc::new(EventType::new("T", [("n", Type::Int), ("key", bytes)]));
        let mut records = Records::default();
        let wanted = [(1, MetadataField::Key)];
        let key = Some(b"\xff\x01".to_vec());
        let message = OwnedMessage::new(
            Some(b"{\"n\": 1}".to_vec()),
            key,
            "t".into(),
            Timestamp::NotAvailable,
            0,
            7,
            None,
        );
        records.add(&message, &wanted);
        let mut decoder = RecordDecoder::Lines(Box::new(Json::new(of, None)));
        let decoded = records.decode(&mut decoder, 0, 0, &wanted, false);
        let (batch, rejects) = decoded.expect("lines need nothing");
        assert!(rejects.is_empty(), "{rejects:?}");
        let key = Value::Array([-1, 1].map(Value::Byte).into_iter().collect());
        assert_eq!(batch.row(0)[1], key);
    }

    #[test]
    fn tabs_and_rooms_at_the_ends_of_a_line_are_fields() {
        let names = ["a", "b", "c"];
        let of = Arc::new(EventType::new("T", names.map(|name| (name, Type::Str))));
        let fields = names.map(String::from);
        let delimited = Delimited::new(of, b'\t', &fields, None).expect("a decoder");
        let mut decoder = RecordDecoder::Lines(Box::new(delimited));
        let mut records = Records::for_decoder(&decoder);
        for (offset, value) in ["\tb\t\r\n", " a\t\t", "\t\t", "a\nb\tc"]
            .iter()
            .enumerate()
        {
            records.add(&record(offset as i64, Some(value), b""), &[]);
        }
        let decoded = records.decode(&mut decoder, 0, 0, &[], false);
        let (batch, rejects) = decoded.expect("lines need nothing");
        let rows: Vec<Vec<Value>> = (0..batch.len()).map(|row| batch.row(row)).collect();
        let wanted = [["", "b", ""], [" a", "", ""], ["", "", ""]];
        assert_eq!(rows, wanted.map(|row| row.map(Value::str).to_vec()));
        assert_eq!(rejects[0].reason, "the record has more than one line");
    }
}
