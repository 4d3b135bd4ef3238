//! Protocol Buffers: messages whose fields have numbers, and names in their schema.
//!
//! Schemas come as text and are compiled here (`protox`); what is common is read straight from the wire,
//! all else by reflection (`prost-reflect`). A record begins with the place of its message in the schema,
//! for a schema may have several. State: what was made of each message that was met.

mod bind;
mod indexes;
mod pool;
mod read;
#[cfg(test)]
mod tests;
mod walk;
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
use walk::Walk;

pub use write::ProtobufWriter;

/// The format, for one event type.
pub struct Protobuf {
    wants: Vec<Want>,
    event_type: Arc<EventType>,
    /// The message that records are read as, whichever schema they were written with.
    reader: Option<Arc<Message>>,
}

/// A schema, and what was made of its messages.
pub struct Messages {
    pool: DescriptorPool,
    file: String,
    /// By their places, as records name them.
    met: BTreeMap<Vec<u8>, Result<Arc<Message>, Unread>>,
    /// How the last record was read.
    last: Option<Arc<Message>>,
}

/// A message and how it is read.
struct Message {
    descriptor: MessageDescriptor,
    plan: Plan,
    walk: Option<Walk>,
}

impl Message {
    fn new(descriptor: MessageDescriptor, wants: &[Want]) -> Result<Arc<Message>, String> {
        let plan = Plan::new(&descriptor, wants)?;
        let walk = Walk::new(&plan);
        Ok(Arc::new(Message {
            descriptor,
            plan,
            walk,
        }))
    }
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

    fn read_as(&self, text: &str, message: Option<&str>) -> Result<Arc<Message>, String> {
        let (pool, file) = pool::compile(text, &[])?;
        let descriptor = match message {
            Some(name) => pool.get_message_by_name(name),
            None => indexes::message(&pool, &file, &[0]),
        };
        let unknown = || format!("it has no message `{}`", message.unwrap_or("at all"));
        let message = Message::new(descriptor.ok_or_else(unknown)?, &self.wants);
        message.map_err(|why| format!("it does not fit `{}`: {why}", self.event_type.name))
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
        let name = descriptor.full_name().to_string();
        match &self.reader {
            None => Message::new(descriptor, &self.wants)
                .map_err(|why| Unread::Schema(format!("its message `{name}`: {why}"))),
            Some(known) if known.descriptor.full_name() == name => Ok(Arc::clone(known)),
            Some(known) => {
                let wanted = known.descriptor.full_name();
                Err(Unread::Record(format!(
                    "a message `{name}`, not `{wanted}`"
                )))
            }
        }
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
        let (place, record) = indexes::split(record).map_err(Unread::Record)?;
        if !messages.met.contains_key(place) {
            let indexes = indexes::numbers(place).map_err(Unread::Record)?;
            let met = self.meet(&messages.pool, &messages.file, &indexes);
            // Places that the schema has not may be as many as there are numbers: none is kept.
            if let Err(Unread::Record(why)) = met {
                return Err(Unread::Record(why));
            }
            messages.met.insert(place.to_vec(), met);
        }
        let Some(met) = messages.met.get(place) else {
            return Ok(());
        };
        let message = met.as_ref().map_err(Unread::clone)?;
        messages.last = Some(Arc::clone(message));
        let walked = message.walk.as_ref().map(|walk| walk.read(record, cells));
        if walked.flatten().is_some() {
            return Ok(());
        }
        let decoded = DynamicMessage::decode(message.descriptor.clone(), record);
        let decoded = decoded.map_err(|e| Unread::Record(e.to_string()))?;
        let named = |(slot, why): (usize, String)| {
            let name = &self.event_type.properties[slot].name;
            Unread::Record(format!("{name}: {why}"))
        };
        read::message(&message.plan, &decoded, cells).map_err(named)
    }

    fn is_instant(&self, messages: &Messages, slot: usize) -> bool {
        let last = messages.last.as_ref();
        last.is_some_and(|message| message.plan.instants.contains(&slot))
    }
}
