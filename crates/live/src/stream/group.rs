//! A consumer group: where it is in the stream, its consumers, and what they have not acknowledged.
//!
//! The group's list of pending entries and the consumers' own lists always agree.

use std::collections::BTreeMap;

use super::StreamId;
use crate::Bytes;
use crate::sorted::Sorted;

/// An entry that was handed out and not acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pending {
    /// Who has it.
    pub(crate) consumer: Bytes,
    /// When it was handed out last, in milliseconds since the epoch.
    pub(crate) delivered_ms: u64,
    /// How often it was handed out.
    pub(crate) deliveries: u64,
}

/// A member of a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Consumer {
    /// When it was last heard of.
    pub(crate) seen_ms: u64,
    /// The ids it has.
    pub(crate) pending: Sorted<StreamId, ()>,
}

/// A consumer group.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Group {
    /// The last id handed out as new.
    pub(crate) last_id: StreamId,
    /// How many of the stream's entries the group has read, if that is known.
    pub(crate) entries_read: Option<u64>,
    /// What is not acknowledged, in order of id.
    pub(crate) pending: Sorted<StreamId, Pending>,
    /// The members.
    pub(crate) consumers: BTreeMap<Bytes, Consumer>,
}

impl Group {
    /// A group that begins after `last_id`.
    pub(crate) fn new(last_id: StreamId, entries_read: Option<u64>) -> Self {
        Self {
            last_id,
            entries_read,
            ..Self::default()
        }
    }

    /// Hears of a consumer, making it if it is new; whether it was new.
    pub(crate) fn see(&mut self, name: &[u8], now_ms: u64) -> bool {
        if let Some(consumer) = self.consumers.get_mut(name) {
            consumer.seen_ms = now_ms;
            return false;
        }
        self.consumers.insert(
            name.into(),
            Consumer {
                seen_ms: now_ms,
                ..Consumer::default()
            },
        );
        true
    }

    /// Notes that an entry is in the hands of a consumer, whoever had it before.
    pub(crate) fn hand_out(&mut self, id: StreamId, pending: Pending) {
        self.acknowledge(id);
        self.consumers
            .entry(pending.consumer.clone())
            .or_default()
            .pending
            .insert(id, ());
        self.pending.insert(id, pending);
    }

    /// Takes an entry off the pending lists; whether it was there.
    pub(crate) fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(pending) = self.pending.remove(&id) else {
            return false;
        };
        if let Some(consumer) = self.consumers.get_mut(&pending.consumer) {
            consumer.pending.remove(&id);
        }
        true
    }

    /// Removes a consumer with what it has; how many entries that were.
    pub(crate) fn remove_consumer(&mut self, name: &[u8]) -> usize {
        let Some(consumer) = self.consumers.remove(name) else {
            return 0;
        };
        for id in consumer.pending.keys() {
            self.pending.remove(id);
        }
        consumer.pending.len()
    }
}
