//! Protocol Buffers: messages whose fields have numbers, and names in their schema.
//!
//! Schemas come as text and are compiled here (`protox`); messages are read by reflection
//! (`prost-reflect`). A record begins with the place of its message in the schema, for a schema may
//! have several. State: what was made of each message that was met.

mod bind;
mod indexes;
mod pool;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use tachograph_event::EventType;

use super::cell::Cell;
use super::framed::{SchemaFormat, Unread};
use super::wants::{Want, wants};
use crate::registry::{Schema, SchemaKind};
use bind::Plan;

pub use write::ProtobufWriter;

/// The format, for one event type.
pub struct Protobuf {
    wants: Vec<Want>,
    event_type: Arc<EventType>,
    /// The message that records are read as, whichever schema they were written with.
    reader: Option<(MessageDescriptor, Arc<Plan>)>,
}

/// A schema, and what was made of its messages.
pub struct Messages {
    pool: DescriptorPool,
    file: String,
    met: BTreeMap<Vec<i32>, Result<Arc<Message>, Unread>>,
    /// How the last record was read.
    last: Option<Arc<Plan>>,
}

/// A message and how it is read.
struct Message {
    descriptor: MessageDescriptor,
    plan: Arc<Plan>,
}

impl Protobuf {
    /// A format. `reader` is the text of a schema whose message (its first, or the one of this full
    /// name) records are read as; `fields` and `beside` are those of [`wants`].
    ///
    /// # Errors
    /// A sentence where the reader's schema is none, or its message is not one of the event type.
    pub fn new(
        event_type: Arc<EventType>,
        reader: Option<&str>,
        message: Option<&str>,
        fields: &[(String, String)],
        beside: &[usize],
    ) -> Result<Protobuf, String> {
        let wants = wants(&event_type, fields, beside)?;
        let mut format = Protobuf {
            wants,
            event_type,
            reader: None,
        };
        if let Some(text) = reader {
            format.reader = Some(format.read_as(text, message)?);
        }
        Ok(format)
    }

    fn read_as(
        &self,
        text: &str,
        message: Option<&str>,
    ) -> Result<(MessageDescriptor, Arc<Plan>), String> {
        let (pool, file) = pool::compile(text, &[])?;
        let descriptor = match message {
            Some(name) => pool.get_message_by_name(name),
            None => indexes::message(&pool, &file, &[0]),
        };
        let unknown = || format!("it has no message `{}`", message.unwrap_or("at all"));
        let descriptor = descriptor.ok_or_else(unknown)?;
        let plan = Plan::new(&descriptor, &self.wants)
            .map_err(|why| format!("it does not fit `{}`: {why}", self.event_type.name))?;
        Ok((descriptor, Arc::new(plan)))
    }

    /// Looks at a message that was not met before.
    fn meet(
        &self,
        pool: &DescriptorPool,
        file: &str,
        indexes: &[i32],
    ) -> Result<Arc<Message>, Unread> {
        let found = indexes::message(pool, file, indexes);
        let missing = || Unread::Record(format!("its schema has no message {indexes:?}"));
        let descriptor = found.ok_or_else(missing)?;
        let Some((known, plan)) = &self.reader else {
            let plan = Plan::new(&descriptor, &self.wants);
            let named = |why| format!("its message `{}`: {why}", descriptor.full_name());
            let plan = Arc::new(plan.map_err(named).map_err(Unread::Schema)?);
            return Ok(Arc::new(Message { descriptor, plan }));
        };
        if known.full_name() != descriptor.full_name() {
            let (is, wanted) = (descriptor.full_name(), known.full_name());
            return Err(Unread::Record(format!("a message `{is}`, not `{wanted}`")));
        }
        let (descriptor, plan) = (known.clone(), Arc::clone(plan));
        Ok(Arc::new(Message { descriptor, plan }))
    }
}

impl SchemaFormat for Protobuf {
    type Bound = Messages;

    const KIND: SchemaKind = SchemaKind::Protobuf;

    fn bind(&self, schema: &Schema) -> Result<Messages, String> {
        let (pool, file) = pool::compile(&schema.text, &schema.references)?;
        Ok(Messages {
            pool,
            file,
            met: BTreeMap::new(),
            last: None,
        })
    }

    fn read<'a>(
        &self,
        messages: &mut Messages,
        record: &'a [u8],
        cells: &mut [Cell<'a>],
    ) -> Result<(), Unread> {
        let (indexes, record) = indexes::split(record).map_err(Unread::Record)?;
        if !messages.met.contains_key(&indexes) {
            let met = self.meet(&messages.pool, &messages.file, &indexes);
            messages.met.insert(indexes.clone(), met);
        }
        let Some(met) = messages.met.get(&indexes) else {
            return Ok(());
        };
        let message = met.as_ref().map_err(Unread::clone)?;
        let decoded = DynamicMessage::decode(message.descriptor.clone(), record);
        let decoded = decoded.map_err(|e| Unread::Record(e.to_string()))?;
        let named = |(slot, why): (usize, String)| {
            let name = &self.event_type.properties[slot].name;
            Unread::Record(format!("{name}: {why}"))
        };
        messages.last = Some(Arc::clone(&message.plan));
        read::message(&message.plan, &decoded, cells).map_err(named)
    }

    fn is_instant(&self, messages: &Messages, slot: usize) -> bool {
        let last = messages.last.as_ref();
        last.is_some_and(|plan| plan.instants.contains(&slot))
    }
}
