//! Which words surely stand for no held key: most of those that come by.
//!
//! State: counts by the hash of a word, so that words can go again. Two words may share a count,
//! and then one that is not there may pass; what is there passes always.

/// Counts a key, at least: few enough to stay in the cache, enough that three in a hundred of
/// the words that are not there pass.
const COUNTS_A_KEY: usize = 32;

/// Most counts: a quarter of a megabyte. A sieve of more keys than a fraction of it lets most pass.
const MOST: usize = 1 << 16;

/// A filter of words.
#[derive(Debug)]
pub struct Sieve {
    counts: Vec<u32>,
    shift: u32,
}

impl Sieve {
    /// A filter for the words of so many keys.
    pub fn new(words: impl ExactSizeIterator<Item = u64>) -> Sieve {
        let wanted = words.len().clamp(1, MOST / COUNTS_A_KEY) * COUNTS_A_KEY;
        let size = wanted.next_power_of_two();
        let mut sieve = Sieve {
            counts: vec![0; size],
            shift: u64::BITS - size.trailing_zeros(),
        };
        words.for_each(|word| sieve.add(word));
        sieve
    }

    /// A word that is there once more.
    pub fn add(&mut self, word: u64) {
        let place = self.place(word);
        self.counts[place] += 1;
    }

    /// A word that was added is there once less.
    pub fn remove(&mut self, word: u64) {
        let place = self.place(word);
        self.counts[place] -= 1;
    }

    /// May a word be there?
    #[inline]
    pub fn may_have(&self, word: u64) -> bool {
        self.counts[self.place(word)] != 0
    }

    #[inline]
    fn place(&self, word: u64) -> usize {
        (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_passes_and_most_else_does_not() {
        let mut sieve = Sieve::new((0..100_u32).map(|word| u64::from(word) << 40));
        (0..50_u64).for_each(|word| sieve.remove(word << 40));
        (200..250_u64).for_each(|word| sieve.add(word << 40));
        let held = (50..100).chain(200..250_u64);
        assert!(held.into_iter().all(|word| sieve.may_have(word << 40)));
        let others = (1_000..2_000_u64).filter(|word| sieve.may_have(word << 40));
        assert!(others.count() < 100);
    }
}
