//! Applying effects: each is a small change of one key, and tells whether it changed anything.

use crate::error::{BAD_STREAM_ID, OTHER_WRITER, SMALL_STREAM_ID};
use crate::stream::{Stream, StreamId, Trim, Writer};
use crate::value::{Hash, Set, Value};
use crate::zset::SortedSet;
use crate::{Applied, Bytes, CommandError, Effect, Store};

impl Store {
    /// Applies effects in order, then serves those who wait for them. `writer` is the number of who
    /// gives them: a stream has entries of one writer, whose ids grow, and of clients.
    pub fn apply(&mut self, writer: u32, effects: &[Effect], now_ms: u64) -> Applied {
        self.keys.expire_due(now_ms);
        self.stats.effects += effects.len() as u64;
        let mut applied = Applied::default();
        for (place, effect) in effects.iter().enumerate() {
            match self.apply_one(writer, effect) {
                Ok(changed) => applied.changed += u64::from(changed),
                Err(error) => applied.refused.push((place, error)),
            }
        }
        self.keys.expire_due(now_ms);
        self.serve_waiters(now_ms);
        applied
    }

    fn apply_one(&mut self, writer: u32, effect: &Effect) -> Result<bool, CommandError> {
        match effect {
            Effect::SetString {
                key,
                value,
                expire_at_ms,
            } => {
                let same = self.keys.get(key).is_some_and(|entry| {
                    matches!(&*entry.value, Value::Text(text) if text == value)
                        && entry.expire_at_ms == *expire_at_ms
                });
                self.keys
                    .insert(key, Value::Text(value.clone()), *expire_at_ms);
                Ok(!same)
            }
            Effect::SAdd {
                key,
                member,
                expire_at_ms,
            } => {
                let set = self.keys.open::<Set>(key)?;
                let added = !set.contains(member) && set.add(member.clone());
                Ok(self.extend(key, *expire_at_ms) || added)
            }
            Effect::SRem { key, member } => {
                let set = self.keys.edit::<Set>(key)?;
                let removed = set.is_some_and(|set| set.remove(member).is_some());
                self.keys.tidy(key);
                Ok(removed)
            }
            Effect::HSet {
                key,
                fields,
                expire_at_ms,
            } => self.apply_hset(key, fields, *expire_at_ms),
            Effect::HDel { key, fields } => {
                let Some(hash) = self.keys.edit::<Hash>(key)? else {
                    return Ok(false);
                };
                let before = hash.len();
                fields.iter().for_each(|field| drop(hash.remove(field)));
                let changed = hash.len() < before;
                self.keys.tidy(key);
                Ok(changed)
            }
            Effect::ZAdd {
                key,
                member,
                score,
                expire_at_ms,
            } => {
                if score.is_nan() {
                    return Err(crate::error::NOT_FLOAT);
                }
                let old = self.keys.open::<SortedSet>(key)?.insert(member, *score);
                Ok(self.extend(key, *expire_at_ms) || old != Some(*score))
            }
            Effect::ZRem { key, member } => {
                let zset = self.keys.edit::<SortedSet>(key)?;
                let removed = zset.is_some_and(|zset| zset.remove(member).is_some());
                self.keys.tidy(key);
                Ok(removed)
            }
            Effect::XAdd {
                key,
                id,
                fields,
                max_len,
            } => self.apply_xadd(writer, key, *id, fields, *max_len),
            Effect::Publish { channel, payload } => Ok(self.publish(channel, payload) > 0),
            Effect::Del { key } => {
                self.signal(key);
                Ok(self.keys.remove(key).is_some())
            }
        }
    }

    fn apply_hset(
        &mut self,
        key: &[u8],
        fields: &[(Bytes, Bytes)],
        expire_at_ms: Option<u64>,
    ) -> Result<bool, CommandError> {
        if fields.is_empty() {
            return Ok(false);
        }
        let hash = self.keys.open::<Hash>(key)?;
        let mut changed = false;
        for (field, value) in fields {
            match hash.get_mut(field) {
                Some(old) if old == value => {}
                Some(old) => {
                    old.clone_from(value);
                    changed = true;
                }
                None => {
                    hash.insert(field.clone(), value.clone());
                    changed = true;
                }
            }
        }
        Ok(self.extend(key, expire_at_ms) || changed)
    }

    fn apply_xadd(
        &mut self,
        writer: u32,
        key: &[u8],
        (ms, seq): (u64, u64),
        fields: &[(Bytes, Bytes)],
        max_len: Option<u64>,
    ) -> Result<bool, CommandError> {
        let id = StreamId { ms, seq };
        if id == StreamId::ZERO {
            return Err(BAD_STREAM_ID);
        }
        let stream = self.keys.open::<Box<Stream>>(key)?;
        match judge(stream, writer, id) {
            Judgement::Known => return Ok(false),
            Judgement::OfAnother => return Err(OTHER_WRITER),
            Judgement::TooSmall => return Err(SMALL_STREAM_ID),
            Judgement::New => stream.append(id, fields.into()),
        }
        let number = writer;
        stream.writer = Some(Writer {
            number,
            last_id: id,
        });
        if let Some(length) = max_len {
            stream.trim(Trim::MaxLen(length), None);
        }
        self.signal(key);
        Ok(true)
    }

    /// Sets a key's expiry if one is given; whether that changed it.
    fn extend(&mut self, key: &[u8], expire_at_ms: Option<u64>) -> bool {
        let Some(at) = expire_at_ms else { return false };
        if self
            .keys
            .get(key)
            .is_some_and(|entry| entry.expire_at_ms == Some(at))
        {
            return false;
        }
        self.keys.set_expiry(key, Some(at))
    }
}

/// What an entry is to a stream.
#[derive(Debug, PartialEq)]
enum Judgement {
    /// It is to be appended.
    New,
    /// It was appended before.
    Known,
    /// Another writer appends to the stream, at instants of its own.
    OfAnother,
    /// A client has appended an entry above it.
    TooSmall,
}

fn judge(stream: &Stream, writer: u32, id: StreamId) -> Judgement {
    match stream.writer {
        Some(known) if known.number != writer => Judgement::OfAnother,
        Some(known) if id <= known.last_id => Judgement::Known,
        _ if id <= stream.last_id => Judgement::TooSmall,
        _ => Judgement::New,
    }
}
