//! A sorted map that also knows places, and can be shared with a snapshot at the cost of a count for
//! each page.
//!
//! Entries lie in sorted pages of bounded size, the pages in order. Finding an entry is a binary search
//! over the pages and within one; a place is found by adding up the sizes of pages, a few hundred entries
//! at a time. A page is one allocation that snapshots share and the next change copies. No page is ever
//! empty.

use std::ops::{Bound, Range, RangeBounds};
use std::sync::Arc;

/// Entries of a page at most; a full one is cut in two, but at the end, where nothing comes between.
const PAGE_ENTRIES: usize = 256;

/// Entries in order of their keys.
#[derive(Debug, Clone)]
pub(crate) struct Sorted<K, V> {
    pages: Vec<Page<K, V>>,
    len: usize,
}

#[derive(Debug, Clone)]
struct Page<K, V> {
    /// Number of entries, at hand without a look at them.
    len: usize,
    entries: Arc<Vec<(K, V)>>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            len: 0,
        }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Sorted<K, V> {
    fn eq(&self, other: &Self) -> bool {
        let all = |sorted| Self::entries(sorted);
        self.len == other.len && all(self).eq(all(other))
    }
}

impl<K, V> Page<K, V> {
    fn new(entries: Vec<(K, V)>) -> Self {
        Self {
            len: entries.len(),
            entries: Arc::new(entries),
        }
    }
}

impl<K, V> Sorted<K, V> {
    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn entries(&self) -> impl Iterator<Item = &(K, V)> {
        self.pages.iter().flat_map(|page| page.entries.iter())
    }

    /// All entries in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.slots(0..self.len)
    }

    /// All keys in order.
    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The first entry.
    pub(crate) fn first_key_value(&self) -> Option<(&K, &V)> {
        let (key, value) = self.pages.first()?.entries.first()?;
        Some((key, value))
    }

    /// The last entry.
    pub(crate) fn last_key_value(&self) -> Option<(&K, &V)> {
        let (key, value) = self.pages.last()?.entries.last()?;
        Some((key, value))
    }

    /// The entries at some places, in order.
    pub(crate) fn slots(
        &self,
        slots: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> + use<'_, K, V> {
        let (end, mut skipped) = (slots.end.min(self.len), 0);
        let start = slots.start.min(end);
        let mut first = 0;
        while let Some(page) = self.pages.get(first)
            && skipped + page.len <= start
        {
            skipped += page.len;
            first += 1;
        }
        let (mut last, mut covered) = (first, skipped);
        while covered < end {
            covered += self.pages[last].len;
            last += 1;
        }
        let (count, head, tail) = (
            last - first,
            start - skipped.min(start),
            covered - end.min(covered),
        );
        let pages = self.pages[first..last].iter().enumerate();
        pages.flat_map(move |(index, page)| {
            let from = if index == 0 { head } else { 0 };
            let to = page.len - if index + 1 == count { tail } else { 0 };
            let entries = page.entries[from.min(to)..to].iter();
            entries.map(|(key, value)| (key, value))
        })
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// The page that a key belongs to, and its place there: found, or where it would stand.
    fn find(&self, key: &K) -> (usize, Result<usize, usize>) {
        let above = self.pages.partition_point(|page| page.entries[0].0 <= *key);
        let page = above.saturating_sub(1);
        let search = |page: &Page<K, V>| page.entries.binary_search_by(|(k, _)| k.cmp(key));
        (page, self.pages.get(page).map_or(Err(0), search))
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let (page, Ok(at)) = self.find(key) else {
            return None;
        };
        Some(&self.pages[page].entries[at].1)
    }

    /// How many keys are less than that one.
    pub(crate) fn rank(&self, key: &K) -> usize {
        let (page, Ok(at) | Err(at)) = self.find(key);
        let before = &self.pages[..page.min(self.pages.len())];
        before.iter().map(|page| page.len).sum::<usize>() + at
    }

    /// How many keys are not above that one.
    fn rank_after(&self, key: &K) -> usize {
        self.rank(key) + usize::from(self.get(key).is_some())
    }

    /// The entries of a range of keys.
    pub(crate) fn range(
        &self,
        keys: impl RangeBounds<K>,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let start = match keys.start_bound() {
            Bound::Unbounded => 0,
            Bound::Included(key) => self.rank(key),
            Bound::Excluded(key) => self.rank_after(key),
        };
        let end = match keys.end_bound() {
            Bound::Unbounded => self.len,
            Bound::Included(key) => self.rank_after(key),
            Bound::Excluded(key) => self.rank(key),
        };
        self.slots(start..end.max(start))
    }
}

impl<K: Ord + Clone, V: Clone> Sorted<K, V> {
    fn change<T>(&mut self, page: usize, change: impl FnOnce(&mut Vec<(K, V)>) -> T) -> T {
        let page = &mut self.pages[page];
        let entries = Arc::make_mut(&mut page.entries);
        let result = change(entries);
        page.len = entries.len();
        result
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (page, Ok(at)) = self.find(key) else {
            return None;
        };
        Some(&mut Arc::make_mut(&mut self.pages[page].entries)[at].1)
    }

    /// Sets the value of a key; the one it had.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (page, at) = match self.find(&key) {
            (page, Ok(at)) => {
                let put = |entries: &mut Vec<(K, V)>| std::mem::replace(&mut entries[at].1, value);
                return Some(self.change(page, put));
            }
            (page, Err(at)) => (page, at),
        };
        self.len += 1;
        let is_full = |page: &Page<K, V>| page.len >= PAGE_ENTRIES;
        match self.pages.get(page) {
            None => self.pages.push(Page::new(vec![(key, value)])),
            Some(full) if is_full(full) && at == full.len => {
                self.pages.insert(page + 1, Page::new(vec![(key, value)]));
            }
            Some(full) if is_full(full) => {
                let upper = self.change(page, |entries| {
                    entries.insert(at, (key, value));
                    entries.split_off(PAGE_ENTRIES / 2)
                });
                self.pages.insert(page + 1, Page::new(upper));
            }
            Some(_) => self.change(page, |entries| entries.insert(at, (key, value))),
        }
        None
    }

    /// Takes an entry out; its value.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let (page, Ok(at)) = self.find(key) else {
            return None;
        };
        Some(self.take(page, at).1)
    }

    fn take(&mut self, page: usize, at: usize) -> (K, V) {
        let taken = self.change(page, |entries| entries.remove(at));
        if self.pages[page].len == 0 {
            self.pages.remove(page);
        }
        self.len -= 1;
        taken
    }

    /// Takes out the first entry.
    pub(crate) fn pop_first(&mut self) -> Option<(K, V)> {
        (self.len > 0).then(|| self.take(0, 0))
    }

    /// Takes out the last entry.
    pub(crate) fn pop_last(&mut self) -> Option<(K, V)> {
        let page = self.pages.len().checked_sub(1)?;
        let at = self.pages[page].len - 1;
        Some(self.take(page, at))
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Sorted<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut sorted = Self::default();
        for (key, value) in entries {
            sorted.insert(key, value);
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Sorted;

    fn contents(sorted: &Sorted<u32, usize>) -> Vec<(u32, usize)> {
        sorted.iter().map(|(k, v)| (*k, *v)).collect()
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map_with_places(
            steps in prop::collection::vec((0..6u8, 0..3_000u32), 0..4_000),
            places in (0..3_000usize, 0..3_000usize),
            keys in (0..3_000u32, 0..3_000u32),
        ) {
            let (mut sorted, mut model) = (Sorted::default(), BTreeMap::new());
            let mut shared: Vec<(Sorted<u32, usize>, BTreeMap<u32, usize>)> = Vec::new();
            for (number, (kind, item)) in steps.into_iter().enumerate() {
                match kind {
                    0 => prop_assert_eq!(sorted.remove(&item), model.remove(&item)),
                    1 if item % 7 == 0 => prop_assert_eq!(sorted.pop_first(), model.pop_first()),
                    1 if item % 7 == 1 => prop_assert_eq!(sorted.pop_last(), model.pop_last()),
                    2 if item < 10 => shared.push((sorted.clone(), model.clone())),
                    2 => if let Some(value) = sorted.get_mut(&item) {
                        *value += 1;
                        *model.entry(item).or_default() += 1;
                    },
                    _ => prop_assert_eq!(sorted.insert(item, number), model.insert(item, number)),
                }
                prop_assert_eq!(sorted.len(), model.len());
            }
            let (start, end) = (places.0.min(places.1), places.0.max(places.1));
            let all: Vec<_> = model.iter().map(|(k, v)| (*k, *v)).collect();
            let expect: Vec<_> = all.iter().copied().skip(start).take(end - start).collect();
            let found: Vec<_> = sorted.slots(start..end).map(|(k, v)| (*k, *v)).collect();
            prop_assert_eq!(&found, &expect);
            let backwards: Vec<_> = sorted.slots(start..end).rev().map(|(k, v)| (*k, *v)).collect();
            prop_assert!(backwards.into_iter().rev().eq(expect));
            let (low, high) = (keys.0.min(keys.1), keys.0.max(keys.1));
            prop_assert!(sorted.range(low..high).eq(model.range(low..high)));
            prop_assert!(sorted.range(low..=high).eq(model.range(low..=high)));
            prop_assert!(sorted.range(low..).rev().eq(model.range(low..).rev()));
            for item in (0..3_000).step_by(97) {
                prop_assert_eq!(sorted.rank(&item), model.range(..item).count());
            }
            prop_assert_eq!(sorted.first_key_value(), model.first_key_value());
            prop_assert_eq!(sorted.last_key_value(), model.last_key_value());
            shared.push((sorted, model));
            for (sorted, model) in shared {
                prop_assert!(contents(&sorted).into_iter().eq(model));
            }
        }
    }
}
