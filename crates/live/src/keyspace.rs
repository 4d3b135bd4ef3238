//! The keys: each with a value, perhaps an instant at which it ceases to be, and a version.
//!
//! Keys that are due are removed before every command ([`Keyspace::expire_due`]), so nothing else here
//! thinks about time. The version grows with every change of a key and lets `WATCH` see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::Bytes;
use crate::error::{CommandError, WRONG_TYPE};
use crate::fixed::FixedMap;
use crate::value::{Kind, Value};

/// A key's value and what goes with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// What the key holds; snapshots share it until it is changed.
    pub(crate) value: Arc<Value>,
    /// When the key ceases to be, in milliseconds since the epoch.
    pub(crate) expire_at_ms: Option<u64>,
    version: u64,
}

/// All keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keyspace {
    entries: FixedMap<Entry>,
    due: BTreeSet<(u64, Bytes)>,
    versions: u64,
    /// Keys removed because they were due, since the store began.
    pub(crate) expired: u64,
}

impl Keyspace {
    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Number of keys that will expire.
    pub(crate) fn expiring(&self) -> usize {
        self.due.len()
    }

    /// The mean time that expiring keys still have, in milliseconds, taken over the next few to go.
    pub(crate) fn average_ttl(&self, now_ms: u64) -> u64 {
        let sample = self.due.iter().take(100);
        let (sum, count) = sample.fold((0, 0), |(sum, n), (at, _)| {
            (sum + at.saturating_sub(now_ms), n + 1)
        });
        sum.checked_div(count).unwrap_or(0)
    }

    /// Removes every key whose time has come.
    pub(crate) fn expire_due(&mut self, now_ms: u64) {
        while let Some((at, _)) = self.due.first()
            && *at <= now_ms
        {
            if let Some((_, key)) = self.due.pop_first() {
                self.entries.remove(&key);
                self.expired += 1;
            }
        }
    }

    /// The entry of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.entries.contains(key)
    }

    /// The version of a key; 0 if it is not there.
    pub(crate) fn version(&self, key: &[u8]) -> u64 {
        self.get(key).map_or(0, |entry| entry.version)
    }

    /// The value of a key as one kind; an error if it is of another.
    pub(crate) fn read<T: Kind>(&self, key: &[u8]) -> Result<Option<&T>, CommandError> {
        self.get(key)
            .map(|entry| T::of(&entry.value).ok_or(WRONG_TYPE))
            .transpose()
    }

    /// Like [`Self::read`], to change the value. Call [`Self::tidy`] after taking things out.
    pub(crate) fn edit<T: Kind>(&mut self, key: &[u8]) -> Result<Option<&mut T>, CommandError> {
        let Some(entry) = self.entries.get_mut(key) else {
            return Ok(None);
        };
        self.versions += 1;
        entry.version = self.versions;
        T::of_mut(Arc::make_mut(&mut entry.value))
            .map(Some)
            .ok_or(WRONG_TYPE)
    }

    /// Like [`Self::edit`], making an empty value if the key is not there.
    pub(crate) fn open<T: Kind>(&mut self, key: &[u8]) -> Result<&mut T, CommandError> {
        if !self.contains(key) {
            self.insert(key, T::fresh(), None);
        }
        self.edit(key).and_then(|value| value.ok_or(WRONG_TYPE))
    }

    /// Removes the key if its collection has become empty.
    pub(crate) fn tidy(&mut self, key: &[u8]) {
        if self.get(key).is_some_and(|entry| entry.value.is_gone()) {
            self.remove(key);
        }
    }

    /// Sets a key, replacing value and expiry.
    pub(crate) fn insert(
        &mut self,
        key: &[u8],
        value: impl Into<Arc<Value>>,
        expire_at_ms: Option<u64>,
    ) {
        self.versions += 1;
        let entry = Entry {
            value: value.into(),
            expire_at_ms,
            version: self.versions,
        };
        let old = match self.entries.get_mut(key) {
            Some(slot) => std::mem::replace(slot, entry).expire_at_ms,
            None => {
                self.entries.insert(key.into(), entry);
                None
            }
        };
        self.reschedule(key, old, expire_at_ms);
    }

    /// Sets or clears when a key ceases to be; whether the key is there.
    pub(crate) fn set_expiry(&mut self, key: &[u8], expire_at_ms: Option<u64>) -> bool {
        let Some(entry) = self.entries.get_mut(key) else {
            return false;
        };
        self.versions += 1;
        entry.version = self.versions;
        let old = std::mem::replace(&mut entry.expire_at_ms, expire_at_ms);
        self.reschedule(key, old, expire_at_ms);
        true
    }

    fn reschedule(&mut self, key: &[u8], old: Option<u64>, new: Option<u64>) {
        if old == new {
            return;
        }
        if let Some(at) = old {
            self.due.remove(&(at, key.into()));
        }
        if let Some(at) = new {
            self.due.insert((at, key.into()));
        }
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let (_, entry) = self.entries.remove(key)?;
        self.reschedule(key, entry.expire_at_ms, None);
        Some(entry)
    }

    /// Removes all keys.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.due.clear();
    }

    /// All keys with their entries.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        self.entries.iter()
    }

    /// One step of a scan; see [`FixedMap::scan`].
    pub(crate) fn scan(&self, cursor: u64, count: usize) -> (Vec<(&Bytes, &Entry)>, u64) {
        self.entries.scan(cursor, count)
    }

    /// The key with a number, counted in the keys' order.
    pub(crate) fn nth(&self, number: usize) -> Option<&Bytes> {
        self.entries.nth(number).map(|(key, _)| key)
    }

    /// All entries as they are now, shared with those that follow until they are changed.
    pub(crate) fn share(&self) -> FixedMap<Entry> {
        self.entries.clone()
    }
}
