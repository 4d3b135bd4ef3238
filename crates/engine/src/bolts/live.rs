//! Writes rows into the live store, each row under an identity that a replay gives again.
//!
//! Rows of one instant are gathered until the clock has passed it, put into the order of their
//! origin and contents, and numbered: the id of a stream's entry is the instant and that number.
//! So it depends neither on the number of tasks before nor on how threads interleave. Where a row
//! is written to streams several times, each of its entries has a number of its own.

use std::sync::Arc;

use tachograph_connect::formats::json_row;
use tachograph_event::{Batch, Decoder, Encoder, EventType, Millis, Origin, Value};
use tachograph_live::{Bytes, Effect};
use tachograph_runtime::fault::Fault;
use tachograph_time::Clock;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

use super::expression::RowExpression;
use super::shared_live::SharedLive;
use super::unwritten::Unwritten;

/// What is written for a row.
#[derive(Debug, Clone)]
pub struct Write {
    /// The structure.
    pub kind: WriteKind,
    /// The key, or channel.
    pub key: RowExpression,
    /// Rows for which it is written; all without.
    pub when: Option<RowExpression>,
    /// The member, value or payload.
    pub value: Option<RowExpression>,
    /// The score.
    pub score: Option<RowExpression>,
    /// Fields; all columns without.
    pub fields: Option<Vec<(String, RowExpression)>>,
    /// The key's time to live in ms.
    pub expire: Option<i64>,
    /// Most entries of a stream.
    pub maxlen: Option<u64>,
}

/// The structures of the live store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// A string.
    Set,
    /// A member of a set.
    SAdd,
    /// A member less.
    SRem,
    /// Fields of a hash.
    HSet,
    /// A scored member.
    ZAdd,
    /// An entry of a stream.
    XAdd,
    /// A message.
    Publish,
    /// A key less.
    Del,
}

/// The task of a `live` bolt.
pub struct LiveBolt {
    live: Arc<SharedLive>,
    /// Must it wait for the other bolts to restore?
    restored: bool,
    clock: Arc<dyn Clock>,
    writes: Vec<Write>,
    types: Vec<Arc<EventType>>,
    /// Rows of the instant that the clock has not passed yet, by input.
    waiting: Vec<(usize, Arc<Batch>)>,
    /// Rows that could not be written: kept with the reason, never silently lost.
    unwritten: Unwritten,
}

impl LiveBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        live: Arc<SharedLive>,
        clock: Arc<dyn Clock>,
        writes: Vec<Write>,
        types: Vec<Arc<EventType>>,
        unwritten: Unwritten,
    ) -> LiveBolt {
        LiveBolt {
            live,
            restored: false,
            clock,
            writes,
            types,
            waiting: Vec::new(),
            unwritten,
        }
    }

    /// Writes all rows that lie before the clock.
    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let mut rows: Vec<Row> = Vec::new();
        let mut kept = Vec::new();
        for (input, batch) in self.waiting.drain(..) {
            let count = batch.times().partition_point(|t| *t < clock);
            for row in 0..count {
                rows.push(Row {
                    time: batch.times()[row],
                    identity: identity(input, &batch, row),
                    batch: Arc::clone(&batch),
                    row,
                });
            }
            if count < batch.len() {
                kept.push((input, Arc::new(batch.slice(count, batch.len()))));
            }
        }
        self.waiting = kept;
        rows.sort_by(|a, b| (a.time, &a.identity).cmp(&(b.time, &b.identity)));
        if !rows.is_empty() && std::mem::take(&mut self.restored) {
            self.live.wait()?;
        }
        self.write_rows(&rows)
    }

    fn write_rows(&mut self, rows: &[Row]) -> Result<(), BoltError> {
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let (mut effects, mut rows_of_effects) = (Vec::new(), Vec::new());
        let (mut instant, mut number) = (Millis::MIN, 0);
        let is_entry = |write: &&Write| write.kind == WriteKind::XAdd;
        let entries = self.writes.iter().filter(is_entry).count() as u64;
        for Row {
            time, batch, row, ..
        } in rows
        {
            number = if *time == instant { number + 1 } else { 1 };
            instant = *time;
            let ms = u64::try_from(*time).unwrap_or(0);
            let mut entry = (number - 1) * entries;
            for write in &self.writes {
                entry += u64::from(write.kind == WriteKind::XAdd);
                match write.effect(batch, *row, (ms, entry), now) {
                    Ok(None) => {}
                    Ok(Some(effect)) => {
                        effects.push(effect);
                        rows_of_effects.push((batch, *row));
                    }
                    Err(fault) => self.unwritten.add(batch, *row, &fault.0)?,
                }
            }
        }
        if effects.is_empty() {
            return Ok(());
        }
        for (number, error) in self.live.store().apply(&effects, now).refused {
            let (batch, row) = rows_of_effects[number];
            self.unwritten.add(batch, row, &error.to_string())?;
        }
        Ok(())
    }
}

/// A row that is due.
struct Row {
    time: Millis,
    identity: (Origin, Vec<u8>),
    batch: Arc<Batch>,
    row: usize,
}

/// What a row is: the record that brought it, its input and its contents. Rows of one instant are
/// written in the order of their records; those that the clock brought come before them.
fn identity(input: usize, batch: &Batch, row: usize) -> (Origin, Vec<u8>) {
    let mut to = Encoder::new();
    to.u64(input as u64);
    to.values(&batch.row(row));
    (batch.origins()[row], to.into_bytes())
}

impl Write {
    /// The effect of a row; none where the row is not for this write.
    fn effect(
        &self,
        batch: &Batch,
        row: usize,
        id: (u64, u64),
        now: u64,
    ) -> Result<Option<Effect>, Fault> {
        if let Some(when) = &self.when
            && when.value(batch, row)? != Value::Bool(true)
        {
            return Ok(None);
        }
        let key: Bytes = bytes(self.key.text(batch, row)?);
        let value = || match &self.value {
            Some(value) => value.text(batch, row).map(bytes),
            None => Ok(bytes(json_row(batch, row))),
        };
        let expire_at_ms = self.expire.map(|ttl| now + ttl as u64);
        Ok(Some(match self.kind {
            WriteKind::Set => Effect::SetString {
                key,
                value: value()?,
                expire_at_ms,
            },
            WriteKind::SAdd => Effect::SAdd {
                key,
                member: value()?,
                expire_at_ms,
            },
            WriteKind::SRem => Effect::SRem {
                key,
                member: value()?,
            },
            WriteKind::HSet => Effect::HSet {
                key,
                fields: self.fields(batch, row)?,
                expire_at_ms,
            },
            WriteKind::ZAdd => Effect::ZAdd {
                key,
                member: value()?,
                score: self.score(batch, row)?,
                expire_at_ms,
            },
            WriteKind::XAdd => Effect::XAdd {
                key,
                id,
                fields: self.fields(batch, row)?,
                max_len: self.maxlen,
            },
            WriteKind::Publish => Effect::Publish {
                channel: key,
                payload: value()?,
            },
            WriteKind::Del => Effect::Del { key },
        }))
    }

    fn score(&self, batch: &Batch, row: usize) -> Result<f64, Fault> {
        let score = self
            .score
            .as_ref()
            .map(|s| s.value(batch, row))
            .transpose()?;
        let score = score.and_then(|v| v.as_f64());
        score.ok_or_else(|| Fault("the score is not a number".into()))
    }

    fn fields(&self, batch: &Batch, row: usize) -> Result<Vec<(Bytes, Bytes)>, Fault> {
        if let Some(fields) = &self.fields {
            let field = |(name, value): &(String, RowExpression)| {
                let text = value.value(batch, row)?.to_string();
                Ok((bytes(name.clone()), bytes(text)))
            };
            return fields.iter().map(field).collect();
        }
        let properties = batch.event_type().properties.iter().enumerate();
        let present = properties.filter(|(slot, _)| !batch.column(*slot).is_null(row));
        let field = |(slot, p): (usize, &tachograph_event::Property)| {
            (
                bytes(p.name.clone()),
                bytes(batch.value(slot, row).to_string()),
            )
        };
        Ok(present.map(field).collect())
    }
}

fn bytes(text: String) -> Bytes {
    text.into_bytes().into()
}

impl Bolt for LiveBolt {
    fn process(
        &mut self,
        input: usize,
        batch: Arc<Batch>,
        _: &mut Collector,
    ) -> Result<(), BoltError> {
        self.waiting.push((input, batch));
        Ok(())
    }

    fn advance(&mut self, clock: Millis, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(clock)
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let mut to = Encoder::new();
        to.list(self.waiting.iter(), |to, (input, batch)| {
            to.u64(*input as u64);
            to.batch(batch);
        });
        to.u64(self.unwritten.sync()?);
        let (number, saved) = self.live.save();
        to.u64(number);
        to.bytes(&saved);
        Ok(Box::new(move || Ok(to.into_bytes())))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: tachograph_event::CodecError| BoltError(format!("checkpoint: {e}"));
        let mut from = Decoder::new(state);
        let types = self.types.clone();
        self.waiting = from
            .list(|from| {
                let input = from.size()?;
                let ty = types
                    .get(input)
                    .ok_or(tachograph_event::CodecError::Corrupt("input"))?;
                Ok((input, Arc::new(from.batch(ty)?)))
            })
            .map_err(bad)?;
        self.restored = true;
        self.unwritten.restore(from.u64().map_err(bad)?);
        let number = from.u64().map_err(bad)?;
        self.live.restore(number, from.bytes().map_err(bad)?)
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(Millis::MAX)
    }
}
