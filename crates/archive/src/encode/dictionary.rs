//! Distinct values of a column chunk, numbered in the order of their first row.
//!
//! Texts of up to 15 bytes are compared as one 128-bit word, their length in the highest byte;
//! longer ones by their bytes. A chunk with more distinct values than [`MOST_VALUES`] is better
//! written plainly, and the dictionary says so by giving no number.

use std::collections::HashMap;

/// Most distinct values of a chunk.
pub(crate) const MOST_VALUES: usize = 1 << 15;

/// Longest text that is compared as a word.
const SHORT: usize = 15;

/// Odd constants near 2^64 divided by the golden ratio and by the square root of two.
const MIX: (u64, u64) = (0x9E37_79B9_7F4A_7C15, 0xB504_F333_F9DE_6485);

/// Words by number, in an open table with linear probing, at most half full.
#[derive(Debug)]
pub(crate) struct Words {
    /// Word and number plus one; zero is an empty place.
    table: Vec<(u128, u32)>,
    /// The words by number, each with the number that followed it last: rows of a sorted file
    /// repeat each other's order, so that the next word is mostly known without a look into the
    /// table.
    words: Vec<(u128, u32)>,
    last: usize,
}

impl Words {
    pub fn new() -> Words {
        Words {
            table: vec![(0, 0); 256],
            words: Vec::new(),
            last: 0,
        }
    }

    /// The number of a word, and whether it is a new one.
    #[inline]
    pub fn number(&mut self, word: u128) -> (u32, bool) {
        if let Some((last, follower)) = self.words.get(self.last) {
            if *last == word {
                return (self.last as u32, false);
            }
            let follower = *follower;
            if self.words[follower as usize].0 == word {
                self.last = follower as usize;
                return (follower, false);
            }
        }
        let number = self.find(word);
        let is_new = number as usize == self.words.len();
        if is_new {
            self.words.push((word, 0));
        }
        self.words[self.last].1 = number;
        self.last = number as usize;
        (number, is_new)
    }

    /// Looks a word up; one that is not there gets the next number.
    fn find(&mut self, word: u128) -> u32 {
        let next = self.words.len() as u32;
        let mask = self.table.len() - 1;
        let mut place = place_of(word) & mask;
        loop {
            match self.table[place] {
                (_, 0) => break,
                (held, number) if held == word => return number - 1,
                _ => place = (place + 1) & mask,
            }
        }
        self.table[place] = (word, next + 1);
        if self.words.len() * 2 > self.table.len() {
            self.grow();
        }
        next
    }

    fn grow(&mut self) {
        let bigger = vec![(0, 0); self.table.len() * 4];
        let mask = bigger.len() - 1;
        for (word, number) in std::mem::replace(&mut self.table, bigger) {
            if number != 0 {
                let mut place = place_of(word) & mask;
                while self.table[place].1 != 0 {
                    place = (place + 1) & mask;
                }
                self.table[place] = (word, number);
            }
        }
    }
}

#[inline]
fn place_of(word: u128) -> usize {
    let low = (word as u64).wrapping_mul(MIX.0);
    let high = ((word >> 64) as u64).wrapping_mul(MIX.1);
    let mixed = (low ^ high.rotate_left(32)).wrapping_mul(MIX.0);
    (mixed >> 32) as usize
}

/// Distinct texts.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    short: Words,
    /// Number of each short text, by its number among these.
    of_short: Vec<u32>,
    long: HashMap<&'a [u8], u32>,
    values: Vec<&'a [u8]>,
}

impl<'a> Texts<'a> {
    pub fn new() -> Texts<'a> {
        Texts {
            short: Words::new(),
            of_short: Vec::new(),
            long: HashMap::new(),
            values: Vec::new(),
        }
    }

    /// The number of a text; none where there are too many.
    #[inline]
    pub fn number(&mut self, text: &'a [u8]) -> Option<u32> {
        let number = match text.len() {
            0..=SHORT => {
                let (number, is_new) = self.short.number(word(text));
                if is_new {
                    self.of_short.push(self.values.len() as u32);
                    self.values.push(text);
                }
                self.of_short[number as usize]
            }
            _ => {
                let next = self.values.len() as u32;
                let number = *self.long.entry(text).or_insert(next);
                if number == next {
                    self.values.push(text);
                }
                number
            }
        };
        (self.values.len() <= MOST_VALUES).then_some(number)
    }

    /// The texts by number.
    pub fn values(&self) -> &[&'a [u8]] {
        &self.values
    }
}

/// A text of up to 15 bytes with its length. Its two halves overlap where it is no power of two
/// long: the same bytes then meet in the same place.
#[inline]
fn word(text: &[u8]) -> u128 {
    let len = text.len();
    let bytes = match len {
        8.. => {
            let first = u64::from_le_bytes(*text.first_chunk().expect("eight bytes or more"));
            let last = u64::from_le_bytes(*text.last_chunk().expect("eight bytes or more"));
            u128::from(first) | u128::from(last) << (len * 8 - 64)
        }
        4..8 => {
            let first = u32::from_le_bytes(*text.first_chunk().expect("four bytes or more"));
            let last = u32::from_le_bytes(*text.last_chunk().expect("four bytes or more"));
            u128::from(first) | u128::from(last) << (len * 8 - 32)
        }
        1..4 => {
            let byte = |at: usize| u128::from(text[at]) << (at * 8);
            byte(0) | byte(len / 2) | byte(len - 1)
        }
        0 => 0,
    };
    bytes | (len as u128) << 120
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_different_texts_differ() {
        let texts = [
            "",
            "a",
            "ab",
            "abc",
            "abcd",
            "abcde",
            "abcdefgh",
            "abcdefghi",
            "abcdefghijklmno",
        ];
        let with_zero = ["a\0", "ab\0", "abcdefgh\0"];
        let all: Vec<u128> = texts
            .iter()
            .chain(&with_zero)
            .map(|t| word(t.as_bytes()))
            .collect();
        for (i, one) in all.iter().enumerate() {
            assert!(!all[..i].contains(one));
        }
        assert_eq!(
            word(b"abcdefghijk"),
            u128::from_le_bytes(*b"abcdefghijk\0\0\0\0\x0b")
        );
        assert_eq!(
            word(b"abcdef"),
            u128::from_le_bytes(*b"abcdef\0\0\0\0\0\0\0\0\0\x06")
        );
    }

    #[test]
    fn numbers_are_given_in_the_order_of_first_rows() {
        let texts: Vec<String> = (0..3_000).map(|i| format!("text-{}", i % 1_500)).collect();
        let mut dictionary = Texts::new();
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(dictionary.number(text.as_bytes()), Some(i as u32 % 1_500));
        }
        assert_eq!(dictionary.values().len(), 1_500);
        assert_eq!(
            dictionary.number(b"a text of more than fifteen bytes"),
            Some(1_500)
        );
    }

    #[test]
    fn too_many_values_are_told() {
        let texts: Vec<String> = (0..=MOST_VALUES).map(|i| i.to_string()).collect();
        let mut dictionary = Texts::new();
        let mut numbers = texts.iter().map(|text| dictionary.number(text.as_bytes()));
        assert_eq!(
            numbers.nth(MOST_VALUES - 1),
            Some(Some(MOST_VALUES as u32 - 1))
        );
        assert_eq!(numbers.next(), Some(None));
    }
}
