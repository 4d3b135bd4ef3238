//! JSON: one object a line. Members that no property names are passed over, missing ones are
//! null, a member of another type is a fault of the record.
//!
//! No tree is made of a line: its members go where they belong as the parser meets them. State: in
//! which order keys came, and the last time.

mod names;
mod read;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use memchr::memchr;
use serde::de::DeserializeSeed;
use serde_json::Deserializer;
use serde_json::de::Read;
use tachograph_event::{Batch, BatchBuilder, EventType, Millis, Origin};
use tachograph_topology::Reject;

use super::cell::Cell;
use super::fields::with_article;
use super::times::Times;
use super::{Chunk, LONGEST_LINE, LineDecoder, TimeField};
use read::{Members, Skip, Slot};
use shape::Object;

/// Decodes JSON lines.
#[derive(Debug)]
pub struct Json {
    event_type: Arc<EventType>,
    times: Option<Times>,
    object: Object,
}

impl Json {
    /// A decoder.
    pub fn new(event_type: Arc<EventType>, time: Option<TimeField>) -> Json {
        Json {
            object: Object::new(&event_type),
            event_type,
            times: time.map(Times::new),
        }
    }

    /// Reads a line into slots, which are null before.
    fn line<'a>(&mut self, line: Line<'a>, slots: &mut [Slot<'a>]) -> Result<Millis, String> {
        if line.bytes.len() > LONGEST_LINE {
            return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
        }
        let is_object = line.bytes.first() == Some(&b'{');
        let read = match line.text {
            Some(text) => self.document(Deserializer::from_str(text), is_object, slots),
            None => self.document(Deserializer::from_slice(line.bytes), is_object, slots),
        };
        read.map_err(|e| format!("not JSON: {e}"))?;
        if !is_object {
            return Err("not a JSON object".into());
        }
        if let Some(slot) = slots.iter().position(Option::is_none) {
            let property = &self.event_type.properties[slot];
            let wanted = with_article(&property.ty);
            return Err(format!("member {}: not {wanted}", property.name));
        }
        self.time_of(slots)
    }

    /// Reads a line to its end.
    fn document<'a, R: Read<'a>>(
        &mut self,
        mut input: Deserializer<R>,
        is_object: bool,
        slots: &mut [Slot<'a>],
    ) -> serde_json::Result<()> {
        let object = &mut self.object;
        match is_object {
            true => Members { object, slots }.deserialize(&mut input)?,
            false => Skip.deserialize(&mut input)?,
        }
        input.end()
    }

    fn time_of(&mut self, slots: &[Slot<'_>]) -> Result<Millis, String> {
        let Some(times) = &mut self.times else {
            return Ok(0);
        };
        let cell = slots[times.slot()].as_ref().unwrap_or(&Cell::NULL);
        let name = &self.event_type.properties[times.slot()].name;
        let fault = || format!("member {name}: \"{cell}\" is not a time of the format");
        times.of_cell(cell).ok_or_else(fault)
    }
}

/// A line without the white space around it.
#[derive(Clone, Copy)]
struct Line<'a> {
    bytes: &'a [u8],
    /// The same as text, where the whole chunk is one; the parser looks at each text of a line
    /// that is not.
    text: Option<&'a str>,
    /// Place of its first byte with the white space, in the chunk.
    start: usize,
}

/// The lines of a chunk that are not empty.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let text = std::str::from_utf8(bytes).ok();
    let mut start = 0;
    let cut = move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let first = start + (end - rest[..end].trim_ascii_start().len());
        let bytes = rest[..end].trim_ascii();
        let text = text.and_then(|text| text.get(first..first + bytes.len()));
        let line = Line { bytes, text, start };
        start += end + 1;
        Some(line)
    };
    std::iter::from_fn(cut).filter(|line| !line.bytes.is_empty())
}

impl LineDecoder for Json {
    fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }

    fn has_room_within(&self) -> bool {
        true
    }

    fn decode(&mut self, chunk: Chunk) -> (Batch, Vec<Reject>) {
        let mut builder = BatchBuilder::new(Arc::clone(&self.event_type));
        let mut rejects = Vec::new();
        let width = self.event_type.properties.len();
        let mut slots: Vec<Slot<'_>> = vec![Some(Cell::NULL); width];
        for line in lines(&chunk.bytes) {
            let position = chunk.position + line.start as u64;
            match self.line(line, &mut slots) {
                Ok(time) => {
                    let origin = Origin {
                        partition: chunk.partition,
                        position,
                    };
                    builder.push_with(time, origin, |slot, column| {
                        let cell = slots[slot].replace(Cell::NULL);
                        cell.unwrap_or(Cell::NULL).push_to(column);
                    });
                }
                Err(reason) => {
                    slots.fill(Some(Cell::NULL));
                    let raw = line.bytes.to_vec();
                    rejects.push(Reject {
                        position,
                        raw,
                        reason,
                    });
                }
            }
        }
        (builder.finish(), rejects)
    }
}
