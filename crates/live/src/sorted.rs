//! A sorted sequence that also knows places: what stands at a place, and at which place something stands.
//!
//! Items lie in sorted blocks of bounded size, the blocks in order. Finding an item is a binary search
//! over the blocks and within one; a place is found by adding up the sizes of blocks, a few hundred items
//! at a time. No block is ever empty.

/// Items in a block at most; a full one is cut in two.
const BLOCK_ITEMS: usize = 512;

/// Distinct items in order.
#[derive(Debug, Clone)]
pub(crate) struct Ranked<T> {
    blocks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Ord> Ranked<T> {
    /// The block that an item belongs to, and its place there: found, or where it would stand.
    fn find(&self, item: &T) -> (usize, Result<usize, usize>) {
        let above = self.blocks.partition_point(|block| block[0] <= *item);
        let block = above.saturating_sub(1);
        let at = self
            .blocks
            .get(block)
            .map_or(Err(0), |items| items.binary_search(item));
        (block, at)
    }

    /// Adds an item, unless it is there.
    pub(crate) fn insert(&mut self, item: T) {
        let (block, Err(at)) = self.find(&item) else {
            return;
        };
        self.len += 1;
        let Some(items) = self.blocks.get_mut(block) else {
            self.blocks.push(vec![item]);
            return;
        };
        items.insert(at, item);
        if items.len() > BLOCK_ITEMS {
            let upper = items.split_off(BLOCK_ITEMS / 2);
            self.blocks.insert(block + 1, upper);
        }
    }

    /// Takes an item out, if it is there.
    pub(crate) fn remove(&mut self, item: &T) {
        if let (block, Ok(at)) = self.find(item) {
            self.take(block, at);
        }
    }

    fn take(&mut self, block: usize, at: usize) -> T {
        let item = self.blocks[block].remove(at);
        if self.blocks[block].is_empty() {
            self.blocks.remove(block);
        }
        self.len -= 1;
        item
    }

    /// Takes out the first item.
    pub(crate) fn pop_first(&mut self) -> Option<T> {
        (self.len > 0).then(|| self.take(0, 0))
    }

    /// Takes out the last item.
    pub(crate) fn pop_last(&mut self) -> Option<T> {
        let block = self.blocks.len().checked_sub(1)?;
        let at = self.blocks[block].len() - 1;
        Some(self.take(block, at))
    }

    /// How many items are less than that one.
    pub(crate) fn rank(&self, item: &T) -> usize {
        let (block, at) = self.find(item);
        let (Ok(at) | Err(at)) = at;
        self.blocks[..block.min(self.blocks.len())]
            .iter()
            .map(Vec::len)
            .sum::<usize>()
            + at
    }

    /// The items at some places, in order.
    pub(crate) fn slots(
        &self,
        slots: std::ops::Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &T> {
        let (end, mut skipped) = (slots.end.min(self.len), 0);
        let start = slots.start.min(end);
        let mut first = 0;
        while let Some(block) = self.blocks.get(first)
            && skipped + block.len() <= start
        {
            skipped += block.len();
            first += 1;
        }
        let (mut last, mut covered) = (first, skipped);
        while covered < end {
            covered += self.blocks[last].len();
            last += 1;
        }
        self.blocks[first..last].iter().enumerate().flat_map({
            let (count, head, tail) = (last - first, start - skipped, covered - end);
            move |(index, block)| {
                let from = if index == 0 { head } else { 0 };
                let to = block.len() - if index + 1 == count { tail } else { 0 };
                block[from.min(to)..to].iter()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Ranked;

    proptest! {
        #[test]
        fn it_is_a_sorted_set_with_places(
            steps in prop::collection::vec((0..5u8, 0..3_000u32), 0..4_000),
            places in (0..3_000usize, 0..3_000usize),
        ) {
            let (mut ranked, mut model) = (Ranked::default(), BTreeSet::new());
            for (kind, item) in steps {
                match kind {
                    0 => {
                        ranked.remove(&item);
                        model.remove(&item);
                    }
                    1 if item % 7 == 0 => prop_assert_eq!(ranked.pop_first(), model.pop_first()),
                    1 if item % 7 == 1 => prop_assert_eq!(ranked.pop_last(), model.pop_last()),
                    _ => {
                        ranked.insert(item);
                        model.insert(item);
                    }
                }
                prop_assert_eq!(ranked.len, model.len());
            }
            prop_assert!(ranked.slots(0..usize::MAX).eq(model.iter()));
            let (start, end) = (places.0.min(places.1), places.0.max(places.1));
            let expect: Vec<_> = model.iter().skip(start).take(end - start).collect();
            prop_assert_eq!(ranked.slots(start..end).collect::<Vec<_>>(), expect.clone());
            let backwards: Vec<_> = ranked.slots(start..end).rev().collect();
            prop_assert!(backwards.into_iter().rev().eq(expect));
            for item in (0..3_000).step_by(97) {
                prop_assert_eq!(ranked.rank(&item), model.range(..item).count());
            }
        }
    }
}
