//! Records with the id of their schema before them, as serializers of a schema registry write them:
//! a zero byte, the id in four bytes, the record.
//!
//! State: what the format has made of each schema that was met. Nothing is decoded before all
//! schemas of a read are known: a registry that is away makes its reader wait.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tachograph_event::{Batch, BatchBuilder, EventType, Millis, Origin, Value};
use tachograph_topology::Reject;

use super::cell::Cell;
use super::times::Times;
use super::values::{Undecoded, ValueDecoder, Values};
use super::{OnMismatch, TimeField};
use crate::registry::{Found, Registry, Schema, SchemaKind};

/// How long a read waits for the registry before it tells that it does.
const PATIENCE: Duration = Duration::from_millis(50);
/// The first byte of every record.
pub(super) const MAGIC: u8 = 0;

/// A format whose records need the schema that they were written with.
pub trait SchemaFormat: Send {
    /// What is made of a schema, once.
    type Bound: Send;

    /// The language of its schemas.
    const KIND: SchemaKind;

    /// Looks at a schema that was not met before.
    ///
    /// # Errors
    /// Why records of this schema are not of the event type.
    fn bind(&self, schema: &Schema) -> Result<Self::Bound, String>;

    /// Reads a record into the slots of the properties, which are null before.
    ///
    /// # Errors
    /// [`Unread`].
    fn read<'a>(
        &self,
        bound: &mut Self::Bound,
        record: &'a [u8],
        cells: &mut [Cell<'a>],
    ) -> Result<(), Unread>;

    /// Is the value of a slot an instant in milliseconds, whatever the pattern of the time says?
    fn is_instant(&self, bound: &Self::Bound, slot: usize) -> bool;
}

/// Why a record is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// For its bytes.
    Record(String),
    /// For its schema: all that are written so are not of the event type.
    Schema(String),
}

/// Decodes records of a format.
pub struct Framed<F: SchemaFormat> {
    format: F,
    registry: Arc<Registry>,
    event_type: Arc<EventType>,
    times: Option<Times>,
    on_mismatch: OnMismatch,
    met: BTreeMap<u32, Met<F::Bound>>,
}

/// A schema that was met: what was made of it, or why it is of no use.
struct Met<B> {
    title: String,
    bound: Result<B, Unread>,
}

impl<F: SchemaFormat> Framed<F> {
    /// A decoder.
    pub fn new(
        format: F,
        registry: Arc<Registry>,
        event_type: Arc<EventType>,
        time: Option<TimeField>,
        on_mismatch: OnMismatch,
    ) -> Framed<F> {
        Framed {
            format,
            registry,
            event_type,
            times: time.map(Times::new),
            on_mismatch,
            met: BTreeMap::new(),
        }
    }

    /// Meets every schema of the values.
    fn meet(&mut self, values: Values<'_>) -> Result<(), Undecoded> {
        let mut new = Vec::new();
        for id in values.iter().filter_map(|(_, value)| split(value).ok()) {
            if !self.met.contains_key(&id.0) && !new.contains(&id.0) {
                new.push(id.0);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let known = self.registry.await_all(&new, PATIENCE);
        known.map_err(Undecoded::Away)?;
        for id in new {
            if let Some(found) = self.registry.get(id) {
                self.met.insert(id, self.look_at(id, &found));
            }
        }
        Ok(())
    }

    fn look_at(&self, id: u32, found: &Found) -> Met<F::Bound> {
        let Found::Schema(schema) = found else {
            let title = format!("schema {id}");
            let why = format!("the schema registry has no {title}");
            let bound = Err(Unread::Record(why));
            return Met { title, bound };
        };
        let bound = match schema.kind == F::KIND {
            true => self.format.bind(schema),
            false => Err(format!("it is not {}", F::KIND.name())),
        };
        Met {
            title: schema.title(),
            bound: bound.map_err(Unread::Schema),
        }
    }

    /// Reads a record into cells, which are null before.
    fn record<'a>(&mut self, value: &'a [u8], cells: &mut [Cell<'a>]) -> Result<Millis, Unread> {
        let (id, record) = split(value).map_err(|why| Unread::Record(why.to_string()))?;
        let Some(met) = self.met.get_mut(&id) else {
            return Err(Unread::Record(format!("schema {id} is not known")));
        };
        let named = |why: String| {
            let of = &self.event_type.name;
            Unread::Schema(format!("{} does not fit `{of}`: {why}", met.title))
        };
        let name = |unread| match unread {
            Unread::Schema(why) => named(why),
            record => record,
        };
        let bound = met.bound.as_mut().map_err(|unread| name(unread.clone()))?;
        self.format.read(bound, record, cells).map_err(name)?;
        let Some(times) = &mut self.times else {
            return Ok(0);
        };
        let slot = times.slot();
        let found = match &cells[slot] {
            Cell::Value(Value::Long(millis)) if self.format.is_instant(bound, slot) => {
                return Ok(*millis);
            }
            cell => times.of_cell(cell),
        };
        let (name, shown) = (&self.event_type.properties[slot].name, &cells[slot]);
        let fault = || format!("{name}: \"{shown}\" is not a time of the format");
        found.ok_or_else(|| Unread::Record(fault()))
    }
}

/// The id of the schema, and the record.
fn split(value: &[u8]) -> Result<(u32, &[u8]), &'static str> {
    match value {
        [MAGIC, a, b, c, d, record @ ..] => Ok((u32::from_be_bytes([*a, *b, *c, *d]), record)),
        [MAGIC, ..] => Err("too short for the id of a schema"),
        _ => Err("does not begin as a record with the id of its schema"),
    }
}

impl<F: SchemaFormat> ValueDecoder for Framed<F> {
    fn decode(&mut self, values: Values<'_>) -> Result<(Batch, Vec<Reject>), Undecoded> {
        self.meet(values)?;
        let mut builder = BatchBuilder::new(Arc::clone(&self.event_type));
        let mut rejects = Vec::new();
        let mut cells = vec![Cell::NULL; self.event_type.properties.len()];
        for (start, value) in values.iter() {
            let position = start as u64;
            let reason = match self.record(value, &mut cells) {
                Ok(time) => {
                    let partition = values.partition;
                    let origin = Origin {
                        partition,
                        position,
                    };
                    builder.push_with(time, origin, |slot, column| {
                        std::mem::replace(&mut cells[slot], Cell::NULL).push_to(column);
                    });
                    continue;
                }
                Err(Unread::Schema(why)) if self.on_mismatch == OnMismatch::Stop => {
                    return Err(Undecoded::Never(why));
                }
                Err(Unread::Schema(reason) | Unread::Record(reason)) => reason,
            };
            cells.fill(Cell::NULL);
            let raw = value.to_vec();
            rejects.push(Reject {
                position,
                raw,
                reason,
            });
        }
        Ok((builder.finish(), rejects))
    }

    fn event_type(&self) -> &Arc<EventType> {
        &self.event_type
    }
}
