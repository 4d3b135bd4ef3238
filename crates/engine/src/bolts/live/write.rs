//! What is written for a row: expressions over it, rendered as an effect on the live store.

use std::sync::Arc;

use tachograph_connect::formats::json_row;
use tachograph_event::{Batch, Value};
use tachograph_live::{Bytes, Effect};
use tachograph_runtime::fault::Fault;
use tachograph_topology::BoltError;

use crate::bolts::expression::RowExpression;
use crate::bolts::gather::Gathered;
use crate::bolts::unwritten::Unwritten;

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

/// Effects of rows in their order.
#[derive(Default)]
pub(super) struct Effects {
    /// The effects.
    pub effects: Vec<Effect>,
    /// The row of each.
    pub rows: Vec<(Arc<Batch>, usize)>,
}

/// What is written for rows; `now` is the wall time in ms. A row without a value is kept apart.
/// Where a row is written to streams several times, each of its entries has a number of its own.
///
/// # Errors
/// [`BoltError`] where it cannot be kept.
pub(super) fn effects(
    writes: &[Write],
    rows: &[Gathered],
    now: u64,
    unwritten: &mut Unwritten,
) -> Result<Effects, BoltError> {
    let mut all = Effects::default();
    let is_entry = |write: &Write| write.kind == WriteKind::XAdd;
    let entries = writes.iter().filter(|write| is_entry(write)).count() as u64;
    for Gathered { id, batch, row } in rows {
        let ms = u64::try_from(id.0).unwrap_or(0);
        let mut entry = (id.1 - 1) * entries;
        for write in writes {
            entry += u64::from(is_entry(write));
            match write.effect(batch, *row, (ms, entry), now) {
                Ok(None) => {}
                Ok(Some(effect)) => {
                    all.effects.push(effect);
                    all.rows.push((Arc::clone(batch), *row));
                }
                Err(fault) => unwritten.add(batch, *row, &fault.0)?,
            }
        }
    }
    Ok(all)
}
