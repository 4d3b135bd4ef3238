//! A stream: entries in order of their ids, appended at the end, read by many.
//!
//! The last id and the number of entries ever added outlive the entries themselves. Consumer groups
//! keep where they are and what they handed out ([`Group`]).

mod group;
mod id;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Bytes;
use crate::sorted::Sorted;

pub(crate) use group::{Consumer, Group, Pending};
pub(crate) use id::{NewId, StreamId, exclusive_id, full_id, parse_id};

/// The fields of an entry, in the order given.
pub(crate) type Fields = Arc<[(Bytes, Bytes)]>;

/// How far a stream is cut when something is added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Trim {
    /// To that many entries.
    MaxLen(u64),
    /// To entries with at least that id.
    MinId(StreamId),
}

/// The entries of a stream and its consumer groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Stream {
    pub(crate) entries: Sorted<StreamId, Fields>,
    pub(crate) last_id: StreamId,
    pub(crate) max_deleted: StreamId,
    pub(crate) entries_added: u64,
    pub(crate) groups: BTreeMap<Bytes, Group>,
    /// Who of this process appends to it.
    pub(crate) writer: Option<Writer>,
}

/// Who of this process appends to a stream, and the last id it gave. An entry at or below that id was
/// appended before; one above it, but not above the stream's last id, can have no place any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Writer {
    pub(crate) number: u32,
    pub(crate) last_id: StreamId,
}

impl Stream {
    /// Appends an entry whose id is above the last one.
    pub(crate) fn append(&mut self, id: StreamId, fields: Fields) {
        debug_assert!(id > self.last_id, "ids only grow");
        self.entries.insert(id, fields);
        self.last_id = id;
        self.entries_added += 1;
    }

    /// The id that a new entry gets; `None` if it would not be above the last one.
    pub(crate) fn next_id(&self, wish: NewId, now_ms: u64) -> Option<StreamId> {
        let id = match wish {
            NewId::Auto if now_ms > self.last_id.ms => StreamId { ms: now_ms, seq: 0 },
            NewId::Auto => self.last_id.successor()?,
            NewId::AutoSequence(ms) if ms == self.last_id.ms => StreamId {
                ms,
                seq: self.last_id.seq.checked_add(1)?,
            },
            NewId::AutoSequence(ms) => StreamId { ms, seq: 0 },
            NewId::Given(id) => id,
        };
        (id > self.last_id).then_some(id)
    }

    /// The first id that is there; zero if there is none.
    pub(crate) fn first_id(&self) -> StreamId {
        self.entries
            .first_key_value()
            .map_or(StreamId::ZERO, |(id, _)| *id)
    }

    /// Deletes an entry; whether it was there.
    pub(crate) fn delete(&mut self, id: StreamId) -> bool {
        let found = self.entries.remove(&id).is_some();
        if found {
            self.max_deleted = self.max_deleted.max(id);
        }
        found
    }

    /// Cuts the oldest entries, at most `limit` of them; how many went.
    pub(crate) fn trim(&mut self, trim: Trim, limit: Option<u64>) -> u64 {
        let mut removed = 0;
        while limit.is_none_or(|limit| removed < limit) {
            let Some(first) = self.entries.first_key_value() else {
                break;
            };
            let keep = match trim {
                Trim::MaxLen(length) => self.entries.len() as u64 <= length,
                Trim::MinId(id) => *first.0 >= id,
            };
            if keep {
                break;
            }
            self.entries.pop_first();
            removed += 1;
        }
        removed
    }

    /// Whether an entry at or after `from` was deleted out of the middle, so that counts are not known.
    pub(crate) fn has_gap_from(&self, from: StreamId) -> bool {
        !self.entries.is_empty() && self.max_deleted != StreamId::ZERO && from <= self.max_deleted
    }

    /// How many entries had been added when `id` was, if that can be told.
    pub(crate) fn added_up_to(&self, id: StreamId) -> Option<u64> {
        let length = self.entries.len() as u64;
        if self.entries_added == 0 {
            return Some(0);
        }
        if (length == 0 && id <= self.last_id) || id == self.last_id {
            return Some(self.entries_added);
        }
        if id > self.last_id {
            return None;
        }
        let first = self.first_id();
        let whole = self.max_deleted == StreamId::ZERO || self.max_deleted < first;
        match (whole, id.cmp(&first)) {
            (true, std::cmp::Ordering::Less) => Some(self.entries_added - length),
            (true, std::cmp::Ordering::Equal) => Some(self.entries_added - length + 1),
            _ => None,
        }
    }

    /// How many entries a group has still before it, if that can be told.
    pub(crate) fn lag(&self, group: &Group) -> Option<u64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        let read = match group.entries_read {
            Some(read) if !self.has_gap_from(group.last_id) => Some(read),
            _ => self.added_up_to(group.last_id),
        };
        read.map(|read| self.entries_added.saturating_sub(read))
    }
}
