//! Writing a store as bytes.

use super::{HASH, LIST, MAGIC, SET, STREAM, TEXT, VERSION, ZSET};
use crate::Store;
use crate::fixed::FixedMap;
use crate::keyspace::Entry;
use crate::stream::{Group, Stream, StreamId};
use crate::value::Value;

/// What a store held at one moment. It shares that with the store, which copies what it changes, some
/// dozens of entries at a time: whoever has it can take its time to write it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    keys: FixedMap<Entry>,
    chance: u64,
}

impl Store {
    /// What the store holds now, at the cost of a count for each few dozen keys.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            keys: self.keys.share(),
            chance: self.chance,
        }
    }

    /// Appends the store to `out`.
    pub fn save(&self, out: &mut Vec<u8>) {
        self.snapshot().save(out);
    }
}

impl Snapshot {
    /// Appends what the store held to `out`.
    pub fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        let length_at = out.len();
        put_u64(out, 0);
        let body_at = out.len();
        put_u64(out, self.chance);
        put_u64(out, self.keys.len() as u64);
        for (key, entry) in self.keys.iter() {
            put_bytes(out, key);
            put_entry(out, entry);
        }
        let length = (out.len() - body_at) as u64;
        out[length_at..body_at].copy_from_slice(&length.to_le_bytes());
        let crc = crc32fast::hash(&out[body_at..]);
        out.extend_from_slice(&crc.to_le_bytes());
    }
}

fn put_u64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    put_u64(out, count as u64);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_count(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn put_optional(out: &mut Vec<u8>, number: Option<u64>) {
    out.push(u8::from(number.is_some()));
    put_u64(out, number.unwrap_or(0));
}

fn put_id(out: &mut Vec<u8>, id: StreamId) {
    put_u64(out, id.ms);
    put_u64(out, id.seq);
}

fn put_entry(out: &mut Vec<u8>, entry: &Entry) {
    put_optional(out, entry.expire_at_ms);
    match &*entry.value {
        Value::Text(text) => {
            out.push(TEXT);
            put_bytes(out, text);
        }
        Value::List(list) => {
            out.push(LIST);
            put_count(out, list.len());
            list.iter().for_each(|item| put_bytes(out, item));
        }
        Value::Set(set) => {
            out.push(SET);
            put_count(out, set.len());
            set.keys().for_each(|member| put_bytes(out, member));
        }
        Value::Hash(hash) => {
            out.push(HASH);
            put_count(out, hash.len());
            for (field, value) in hash {
                put_bytes(out, field);
                put_bytes(out, value);
            }
        }
        Value::Zset(zset) => {
            out.push(ZSET);
            put_count(out, zset.len());
            for (member, score) in zset.members() {
                put_bytes(out, member);
                put_u64(out, score.to_bits());
            }
        }
        Value::Stream(stream) => {
            out.push(STREAM);
            put_stream(out, stream);
        }
    }
}

fn put_stream(out: &mut Vec<u8>, stream: &Stream) {
    put_id(out, stream.last_id);
    put_id(out, stream.max_deleted);
    put_u64(out, stream.entries_added);
    let writer = stream.writer;
    put_optional(out, writer.map(|w| u64::from(w.number)));
    put_id(out, writer.map_or(StreamId::ZERO, |w| w.last_id));
    put_count(out, stream.entries.len());
    for (id, fields) in stream.entries.iter() {
        put_id(out, *id);
        put_count(out, fields.len());
        for (field, value) in fields.iter() {
            put_bytes(out, field);
            put_bytes(out, value);
        }
    }
    put_count(out, stream.groups.len());
    for (name, group) in &stream.groups {
        put_bytes(out, name);
        put_group(out, group);
    }
}

fn put_group(out: &mut Vec<u8>, group: &Group) {
    put_id(out, group.last_id);
    put_optional(out, group.entries_read);
    put_count(out, group.consumers.len());
    for (name, consumer) in &group.consumers {
        put_bytes(out, name);
        put_u64(out, consumer.seen_ms);
    }
    put_count(out, group.pending.len());
    for (id, pending) in group.pending.iter() {
        put_id(out, *id);
        put_bytes(out, &pending.consumer);
        put_u64(out, pending.delivered_ms);
        put_u64(out, pending.deliveries);
    }
}
