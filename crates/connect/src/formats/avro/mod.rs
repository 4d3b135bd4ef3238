//! Avro: records without names or types, which only their schema can tell apart.
//!
//! Schemas are read by the library `apache-avro`. A schema and the wants of an event type give a
//! [`plan::Plan`], made once: which fields become which properties, which are passed over. Records
//! are then read by [`read`], in place and to the last byte: the library's own reader takes a
//! record that ends too early for one with nulls.

mod bind;
mod decimal;
mod default;
mod input;
mod plan;
mod read;
mod reader;
mod shape;
mod skip;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use tachograph_event::EventType;

use super::cell::Cell;
use super::framed::{SchemaFormat, Unread};
use super::wants::{Want, wants};
use crate::registry::{Schema, SchemaKind};
use plan::Plan;
use shape::Shapes;

pub use write::AvroWriter;

/// The format, for one event type.
pub struct Avro {
    wants: Vec<Want>,
    reader: Option<Shapes>,
    event_type: Arc<EventType>,
}

impl Avro {
    /// A format. `reader` is the text of the schema that records are read as, whichever they were
    /// written with; `fields` and `beside` are those of [`wants`].
    ///
    /// # Errors
    /// A sentence where the reader's schema is none, or is not one of the event type.
    pub fn new(
        event_type: Arc<EventType>,
        reader: Option<&str>,
        fields: &[(String, String)],
        beside: &[usize],
    ) -> Result<Avro, String> {
        let wants = wants(&event_type, fields, beside)?;
        let reader = reader.map(|text| Shapes::parse(text, &[])).transpose()?;
        if let Some(reader) = &reader {
            Plan::new(reader, Some(reader), &wants)
                .map_err(|why| format!("it does not fit `{}`: {why}", event_type.name))?;
        }
        Ok(Avro {
            wants,
            reader,
            event_type,
        })
    }
}

impl SchemaFormat for Avro {
    type Bound = Plan;

    const KIND: SchemaKind = SchemaKind::Avro;

    fn bind(&self, schema: &Schema) -> Result<Plan, String> {
        let references: Vec<&str> = schema.references.iter().map(|r| r.text.as_str()).collect();
        let writer = Shapes::parse(&schema.text, &references)?;
        Plan::new(&writer, self.reader.as_ref(), &self.wants)
    }

    fn read<'a>(
        &self,
        plan: &mut Plan,
        record: &'a [u8],
        cells: &mut [Cell<'a>],
    ) -> Result<(), Unread> {
        let named = |(slot, why): (Option<usize>, String)| match slot {
            Some(slot) => format!("{}: {why}", self.event_type.properties[slot].name),
            None => why,
        };
        let read = read::record(plan, record, cells);
        read.map_err(|fault| Unread::Record(named(fault)))
    }

    fn is_instant(&self, plan: &Plan, slot: usize) -> bool {
        plan.instants.contains(&slot)
    }
}
