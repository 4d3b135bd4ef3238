//! Hash maps that can be shared with a snapshot at the cost of a count for each few dozen entries.
//!
//! Entries lie in shards by their hash, with a fixed seed; a shard is one allocation that snapshots
//! share and the next change copies. A full shard is cut in two, two thin ones become one, so nothing
//! is ever moved as a whole. Within a shard entries are in order of insertion, removing one moves the
//! last into its place; a small map is one shard. The order is the same in every run.
//!
//! A scan walks the shards in order of hash, and its cursor is a hash: whatever is cut or joined
//! meanwhile, an entry that stays is never skipped.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::Bytes;

/// Entries of a shard at most.
const SHARD_ENTRIES: usize = 64;
/// Two neighbours with no more entries than that become one.
const THIN_ENTRIES: usize = 16;
/// A place is the upper part of a hash: clients may keep it in a double.
const PLACE_SHIFT: u32 = 64 - 53;

/// A map from byte strings, in a reproducible order.
#[derive(Debug, Clone)]
pub(crate) struct FixedMap<V> {
    /// In order of their places, the first from 0 on; none where the map is empty.
    shards: Vec<Shard<V>>,
    len: usize,
}

#[derive(Debug, Clone)]
struct Shard<V> {
    /// The least place of its entries.
    start: u64,
    body: Arc<Body<V>>,
}

#[derive(Debug, Clone)]
struct Body<V> {
    /// The lower part of each entry's hash.
    tags: Vec<u32>,
    entries: Vec<(Bytes, V)>,
}

/// A set of byte strings, in a reproducible order.
pub(crate) type FixedSet = FixedMap<()>;

fn hash(key: &[u8]) -> u64 {
    FixedState::default().hash_one(key)
}

fn place(key: &[u8]) -> u64 {
    hash(key) >> PLACE_SHIFT
}

impl<V> Body<V> {
    fn find(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let tag = hash as u32;
        let is_it = |(at, known): (usize, &u32)| *known == tag && *self.entries[at].0 == *key;
        (0..).zip(&self.tags).position(is_it)
    }

    fn push(&mut self, tag: u32, entry: (Bytes, V)) {
        self.tags.push(tag);
        self.entries.push(entry);
    }
}

impl<V> Default for Body<V> {
    fn default() -> Self {
        Self {
            tags: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl<V> Default for FixedMap<V> {
    fn default() -> Self {
        Self {
            shards: Vec::new(),
            len: 0,
        }
    }
}

impl<V> FixedMap<V> {
    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shard that a place belongs to, where there is one.
    fn shard(&self, place: u64) -> Option<usize> {
        let above = self.shards.partition_point(|shard| shard.start <= place);
        above.checked_sub(1)
    }

    /// The shard of a key and its place there.
    fn find(&self, key: &[u8]) -> Option<(usize, usize)> {
        let hash = hash(key);
        let shard = self.shard(hash >> PLACE_SHIFT)?;
        let at = self.shards[shard].body.find(hash, key)?;
        Some((shard, at))
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        let (shard, at) = self.find(key)?;
        Some(&self.shards[shard].body.entries[at].1)
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    /// All entries.
    pub(crate) fn iter(&self) -> Iter<'_, V> {
        Iter {
            shards: self.shards.iter(),
            entries: [].iter(),
        }
    }

    /// All keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.iter().map(|(key, _)| key)
    }

    /// All values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The entry with a number, counted in the map's order.
    pub(crate) fn nth(&self, number: usize) -> Option<(&Bytes, &V)> {
        let (shard, at) = self.numbered(number)?;
        let (key, value) = &self.shards[shard].body.entries[at];
        Some((key, value))
    }

    fn numbered(&self, number: usize) -> Option<(usize, usize)> {
        let mut left = number;
        for (shard, Shard { body, .. }) in self.shards.iter().enumerate() {
            match left.checked_sub(body.entries.len()) {
                None => return Some((shard, left)),
                Some(rest) => left = rest,
            }
        }
        None
    }

    /// One step of a scan: at least `count` entries from a cursor on, where there are so many, and the
    /// cursor of the next step, 0 when done. The first cursor is 0.
    pub(crate) fn scan(&self, cursor: u64, count: usize) -> (Vec<(&Bytes, &V)>, u64) {
        let mut found = Vec::new();
        let mut next = self.shard(cursor).unwrap_or(self.shards.len());
        while let Some(shard) = self.shards.get(next)
            && found.len() < count.max(1)
        {
            let is_ahead = |key: &[u8]| shard.start >= cursor || place(key) >= cursor;
            let entries = shard.body.entries.iter();
            let ahead = entries.filter(|(key, _)| is_ahead(key));
            found.extend(ahead.map(|(key, value)| (key, value)));
            next += 1;
        }
        (found, self.shards.get(next).map_or(0, |shard| shard.start))
    }

    /// Removes all entries.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<V: Clone> FixedMap<V> {
    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let (shard, at) = self.find(key)?;
        Some(&mut Arc::make_mut(&mut self.shards[shard].body).entries[at].1)
    }

    /// Sets the value of a key; the one it had.
    pub(crate) fn insert(&mut self, key: Bytes, value: V) -> Option<V> {
        if let Some(slot) = self.get_mut(&key) {
            return Some(std::mem::replace(slot, value));
        }
        let hash = hash(&key);
        if self.shards.is_empty() {
            let (start, body) = (0, Arc::default());
            self.shards.push(Shard { start, body });
        }
        let place = hash >> PLACE_SHIFT;
        let mut shard = self.shard(place).unwrap_or(0);
        if self.shards[shard].body.entries.len() >= SHARD_ENTRIES {
            self.cut(shard);
            shard = self.shard(place).unwrap_or(0);
        }
        let body = Arc::make_mut(&mut self.shards[shard].body);
        body.push(hash as u32, (key, value));
        self.len += 1;
        None
    }

    /// Cuts a shard in two at the middle of its places. One whose places are all the same stays.
    fn cut(&mut self, number: usize) {
        let shard = &mut self.shards[number];
        let mut places: Vec<u64> = shard.body.entries.iter().map(|(k, _)| place(k)).collect();
        places.sort_unstable();
        let start = places[places.len() / 2];
        if start == places[0] {
            return;
        }
        let whole = std::mem::take(Arc::make_mut(&mut shard.body));
        let (mut lower, mut upper) = (Body::default(), Body::default());
        for (tag, entry) in whole.tags.into_iter().zip(whole.entries) {
            let half = if place(&entry.0) < start {
                &mut lower
            } else {
                &mut upper
            };
            half.push(tag, entry);
        }
        shard.body = Arc::new(lower);
        let body = Arc::new(upper);
        self.shards.insert(number + 1, Shard { start, body });
    }

    /// Takes an entry out; what it was.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<(Bytes, V)> {
        let (shard, at) = self.find(key)?;
        Some(self.take(shard, at))
    }

    /// Takes out the entry with a number, counted in the map's order.
    pub(crate) fn remove_nth(&mut self, number: usize) -> Option<(Bytes, V)> {
        let (shard, at) = self.numbered(number)?;
        Some(self.take(shard, at))
    }

    fn take(&mut self, shard: usize, at: usize) -> (Bytes, V) {
        let body = Arc::make_mut(&mut self.shards[shard].body);
        body.tags.swap_remove(at);
        let entry = body.entries.swap_remove(at);
        self.len -= 1;
        self.join(shard.max(1));
        entry
    }

    /// Joins a shard with the one before it, where both are thin.
    fn join(&mut self, number: usize) {
        let entries = |shard: &Shard<V>| shard.body.entries.len();
        if let Some([before, this]) = self.shards.get(number - 1..=number)
            && entries(before) + entries(this) <= THIN_ENTRIES
        {
            let mut taken = self.shards.remove(number);
            let taken = std::mem::take(Arc::make_mut(&mut taken.body));
            let body = Arc::make_mut(&mut self.shards[number - 1].body);
            body.tags.extend(taken.tags);
            body.entries.extend(taken.entries);
        }
    }
}

impl FixedSet {
    /// Adds a member; whether it is new.
    pub(crate) fn add(&mut self, member: Bytes) -> bool {
        !self.contains(&member) && self.insert(member, ()).is_none()
    }
}

/// A walk over all entries.
pub(crate) struct Iter<'a, V> {
    shards: std::slice::Iter<'a, Shard<V>>,
    entries: std::slice::Iter<'a, (Bytes, V)>,
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a Bytes, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.entries.next() {
                return Some((key, value));
            }
            self.entries = self.shards.next()?.body.entries.iter();
        }
    }
}

impl<'a, V> IntoIterator for &'a FixedMap<V> {
    type Item = (&'a Bytes, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

impl<V: Clone> FromIterator<(Bytes, V)> for FixedMap<V> {
    fn from_iter<I: IntoIterator<Item = (Bytes, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl FromIterator<Bytes> for FixedSet {
    fn from_iter<I: IntoIterator<Item = Bytes>>(members: I) -> Self {
        members.into_iter().map(|member| (member, ())).collect()
    }
}

impl<V: PartialEq> PartialEq for FixedMap<V> {
    /// The order does not matter.
    fn eq(&self, other: &Self) -> bool {
        let same = |(key, value): (&Bytes, &V)| other.get(key) == Some(value);
        self.len == other.len && self.iter().all(same)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn key(number: u32) -> Bytes {
        number.to_string().into_bytes().into()
    }

    fn contents(map: &FixedMap<u32>) -> BTreeMap<Bytes, u32> {
        map.iter().map(|(k, v)| (k.clone(), *v)).collect()
    }

    proptest! {
        #[test]
        fn it_is_a_map_and_what_was_shared_stays_as_it_was(
            steps in prop::collection::vec((0..8u8, 0..1_500u32), 0..6_000),
        ) {
            let (mut map, mut model) = (FixedMap::default(), BTreeMap::new());
            let mut shared: Vec<(FixedMap<u32>, BTreeMap<Bytes, u32>)> = Vec::new();
            for (number, (kind, item)) in steps.into_iter().enumerate() {
                let key = key(item);
                match kind {
                    0 | 1 => prop_assert_eq!(map.remove(&key).map(|(_, v)| v), model.remove(&key)),
                    2 if item < 20 => shared.push((map.clone(), model.clone())),
                    2 => if let Some(value) = map.get_mut(&key) {
                        *value += 1;
                        *model.entry(key).or_default() += 1;
                    },
                    3 => prop_assert_eq!(map.get(&key), model.get(&key)),
                    _ => prop_assert_eq!(map.insert(key.clone(), number as u32), model.insert(key, number as u32)),
                }
                prop_assert_eq!(map.len(), model.len());
            }
            shared.push((map, model));
            for (map, model) in shared {
                prop_assert_eq!(contents(&map), model);
                let walked: Vec<_> = map.iter().collect();
                let numbered: Vec<_> = (0..map.len()).filter_map(|n| map.nth(n)).collect();
                prop_assert_eq!(walked, numbered);
            }
        }

        #[test]
        fn a_scan_sees_what_stays_however_the_map_grows_and_shrinks(
            size in 0..4_000u32,
            changes in prop::collection::vec((any::<bool>(), 0..4_000u32), 0..200),
            count in 1..300usize,
        ) {
            let mut map: FixedMap<u32> = (0..size).map(|n| (key(n), n)).collect();
            let mut stays: BTreeSet<u32> = (0..size).collect();
            let (mut cursor, mut seen, mut changes) = (0, BTreeSet::new(), changes.into_iter());
            loop {
                let (found, next) = map.scan(cursor, count);
                seen.extend(found.into_iter().map(|(_, value)| *value));
                cursor = next;
                if cursor == 0 {
                    break;
                }
                for (grows, from) in changes.by_ref().take(3) {
                    for n in from..from + 300 {
                        if grows {
                            map.insert(key(n + 10_000), n + 10_000);
                        } else {
                            map.remove(&key(n));
                            stays.remove(&n);
                        }
                    }
                }
            }
            prop_assert!(seen.is_superset(&stays));
        }
    }

    #[test]
    fn a_small_map_is_in_order_of_insertion() {
        let map: FixedMap<u32> = (0..60).rev().map(|n| (key(n), n)).collect();
        assert!(map.values().copied().eq((0..60).rev()));
    }
}
