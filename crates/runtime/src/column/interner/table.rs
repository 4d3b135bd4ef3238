//! From words to numbers: an open table of buckets, each a line of the cache.
//!
//! A word is looked for in its home bucket, where nearly all are found without a branch on the
//! outcome, so that the memory of many rows is fetched at the same time. Where a bucket was full,
//! the next one is asked; each bucket counts the entries that had to pass it.

/// Entries a bucket.
const WIDTH: usize = 4;

/// No number.
pub const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
#[repr(align(64))]
struct Bucket {
    words: [u64; WIDTH],
    /// [`NONE`] where the entry is free.
    numbers: [u32; WIDTH],
    /// Entries that live further on since this bucket was full.
    passed: u32,
}

const EMPTY: Bucket = Bucket {
    words: [0; WIDTH],
    numbers: [NONE; WIDTH],
    passed: 0,
};

impl Bucket {
    #[inline]
    fn find(&self, word: u64) -> u32 {
        // The place is counted together, for a branch on which of the entries it is would be
        // foretold wrongly every other time. A free entry may hold the word too, and spoil the
        // place: then nothing is found here, and the word goes the long way.
        let is = |i: usize| usize::from(self.words[i] == word);
        let place = (is(1) + 2 * is(2) + 3 * is(3)) % WIDTH;
        match self.words[place] == word {
            true => self.numbers[place],
            false => NONE,
        }
    }

    /// The place of a free entry.
    fn free(&self) -> Option<usize> {
        self.numbers.iter().position(|n| *n == NONE)
    }
}

/// The table. Words of different keys may be equal; the caller tells them apart.
#[derive(Debug, Default)]
pub struct Table {
    /// None at first, then a power of two.
    buckets: Vec<Bucket>,
    len: usize,
}

impl Table {
    /// The number of each word where its home bucket has it, else [`NONE`].
    #[inline]
    pub fn look(&self, words: &[u64], numbers: &mut Vec<u32>) {
        match self.buckets.is_empty() {
            true => numbers.extend(words.iter().map(|_| NONE)),
            false => numbers.extend(words.iter().map(|w| self.buckets[self.home(*w)].find(*w))),
        }
    }

    /// As `look`, of one word.
    #[inline]
    pub fn at_home(&self, word: u64) -> u32 {
        match self.buckets.is_empty() {
            true => NONE,
            false => self.buckets[self.home(word)].find(word),
        }
    }

    /// The number of a word that satisfies a test.
    #[inline]
    pub fn find(&self, word: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = match self.buckets.is_empty() {
            true => return None,
            false => self.home(word),
        };
        // As entries come and go, every bucket may have been passed: once around is enough.
        for _ in 0..self.buckets.len() {
            let bucket = &self.buckets[at];
            for (held, number) in bucket.words.iter().zip(bucket.numbers) {
                if *held == word && number != NONE && is_it(number) {
                    return Some(number);
                }
            }
            if bucket.passed == 0 {
                return None;
            }
            at = self.next(at);
        }
        None
    }

    /// Adds a word that the table does not have with this number.
    pub fn insert(&mut self, word: u64, number: u32) {
        // Five entries of eight at most.
        if (self.len + 1) * 8 > self.buckets.len() * WIDTH * 5 {
            self.grow();
        }
        self.len += 1;
        self.put(word, number);
    }

    fn put(&mut self, word: u64, number: u32) {
        let mut at = self.home(word);
        loop {
            let bucket = &mut self.buckets[at];
            match bucket.free() {
                Some(place) => {
                    bucket.words[place] = word;
                    bucket.numbers[place] = number;
                    return;
                }
                None => bucket.passed += 1,
            }
            at = self.next(at);
        }
    }

    /// Takes a word out, which the table must have with this number.
    pub fn remove(&mut self, word: u64, number: u32) {
        self.len -= 1;
        let mut at = self.home(word);
        loop {
            let bucket = &mut self.buckets[at];
            match bucket.numbers.iter().position(|n| *n == number) {
                Some(place) => {
                    bucket.numbers[place] = NONE;
                    return;
                }
                None => bucket.passed -= 1,
            }
            at = self.next(at);
        }
    }

    fn grow(&mut self) {
        let buckets = (self.buckets.len() * 2).max(2);
        let old = std::mem::replace(&mut self.buckets, vec![EMPTY; buckets]);
        for bucket in old {
            for (word, number) in bucket.words.into_iter().zip(bucket.numbers) {
                if number != NONE {
                    self.put(word, number);
                }
            }
        }
    }

    /// The bucket in which a word is looked for first.
    #[inline]
    fn home(&self, word: u64) -> usize {
        let product = u128::from(word ^ 0x243f_6a88_85a3_08d3) * 0x9e37_79b9_7f4a_7c15;
        let hash = (product >> 64) as u64 ^ product as u64;
        hash as usize & (self.buckets.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.buckets.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Few words, so that entries come and go, collide and pass full buckets.
        #[test]
        fn a_table_is_a_map(steps in proptest::collection::vec((0..200_u64, any::<bool>()), 1..600)) {
            let (mut table, mut map) = (Table::default(), BTreeMap::new());
            for (next, (word, enters)) in steps.into_iter().enumerate() {
                let word = word << 40;
                let held: Option<u32> = map.get(&word).copied();
                match (enters, held) {
                    (true, None) => {
                        table.insert(word, next as u32);
                        map.insert(word, next as u32);
                    }
                    (false, Some(number)) => {
                        table.remove(word, number);
                        map.remove(&word);
                    }
                    _ => {}
                }
            }
            for word in (0..200).map(|w| w << 40) {
                let found = table.find(word, |_| true);
                prop_assert_eq!(found, map.get(&word).copied());
                let mut looked = Vec::new();
                table.look(&[word], &mut looked);
                prop_assert!(looked[0] == NONE || Some(looked[0]) == found);
            }
        }
    }

    /// As a rank of ten keys does: entries pass buckets that have room again later.
    #[test]
    fn a_word_that_is_missing_is_missed_however_long_others_come_and_go() {
        let word = |n: u32| u64::from(n) << 40;
        let (mut table, mut held) = (Table::default(), Vec::new());
        let mut random = 1_u64;
        for next in 0..100_000 {
            assert_eq!(table.find(word(next), |_| true), None);
            if held.len() == 10 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let gone = held.swap_remove((random >> 33) as usize % held.len());
                table.remove(word(gone), gone);
            }
            table.insert(word(next), next);
            held.push(next);
        }
    }
}
