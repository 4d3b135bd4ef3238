//! Distinct values of a column chunk, numbered in the order of their first row.
//!
//! Texts of up to 16 bytes are compared as two words and their length; longer ones by their bytes.
//! A chunk with more distinct values than [`MOST_VALUES`] is better written plainly, and the
//! dictionary says so by giving no numbers.

use std::collections::HashMap;

/// Most distinct values of a chunk.
pub(crate) const MOST_VALUES: usize = 1 << 15;

/// Range of whole numbers in which each has a place in a table.
const NARROW: i64 = 1 << 12;

/// Odd constants near 2^64 divided by the golden ratio and by the square root of two.
const MIX: (u64, u64) = (0x9E37_79B9_7F4A_7C15, 0xB504_F333_F9DE_6485);

/// The number of each value, and the values by number.
pub(crate) type Numbered<T> = (Vec<u32>, Vec<T>);

/// Numbers texts; none where there are too many.
pub(crate) fn of_texts<'a>(
    texts: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Option<Numbered<&'a [u8]>> {
    let (mut words, mut long) = (Words::new(), HashMap::new());
    numbered(texts, |text, next| match Word::of(text) {
        Some(word) => words.number(word, next),
        None => *long.entry(text).or_insert(next),
    })
}

/// Numbers images of numbers; none where there are too many.
pub(crate) fn of_images(images: &[i64]) -> Option<Numbered<i64>> {
    let least = images.iter().copied().min()?;
    let range = images.iter().copied().max()?.checked_sub(least);
    if let Some(range) = range.filter(|range| *range < NARROW) {
        return of_narrow(images, least, range as usize);
    }
    let mut words = Words::new();
    numbered(images.iter().copied(), |image, next| {
        words.number(Word(image as u64, 0, 0), next)
    })
}

/// Images that lie near each other need no table of words: each has a place of its own.
fn of_narrow(images: &[i64], least: i64, range: usize) -> Option<Numbered<i64>> {
    let mut places = vec![u32::MAX; range + 1];
    numbered(images.iter().copied(), |image, next| {
        let place = &mut places[(image - least) as usize];
        *place = next.min(*place);
        *place
    })
}

/// Numbers values by a function that gives the number of a value, the next one for a new value.
fn numbered<T: Copy>(
    values: impl ExactSizeIterator<Item = T>,
    mut number_of: impl FnMut(T, u32) -> u32,
) -> Option<Numbered<T>> {
    let mut distinct = Vec::new();
    let mut numbers = Vec::with_capacity(values.len());
    for value in values {
        let next = distinct.len() as u32;
        let number = number_of(value, next);
        if number == next {
            distinct.push(value);
            if distinct.len() > MOST_VALUES {
                return None;
            }
        }
        numbers.push(number);
    }
    Some((numbers, distinct))
}

/// A text of up to 16 bytes, in two words whose bytes may overlap, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Word(u64, u64, u32);

impl Word {
    #[inline]
    fn of(text: &[u8]) -> Option<Word> {
        let len = text.len();
        let (head, tail) = match len {
            17.. => return None,
            8.. => {
                let first = u64::from_le_bytes(*text.first_chunk()?);
                let last = u64::from_le_bytes(*text.last_chunk()?);
                (first, last)
            }
            4..8 => {
                let first = u32::from_le_bytes(*text.first_chunk()?);
                let last = u32::from_le_bytes(*text.last_chunk()?);
                (u64::from(first) | u64::from(last) << 32, 0)
            }
            1..4 => {
                let byte = |at: usize| u64::from(text[at]) << (at * 8);
                (byte(0) | byte(len / 2) | byte(len - 1), 0)
            }
            0 => (0, 0),
        };
        Some(Word(head, tail, len as u32))
    }

    #[inline]
    fn place(self) -> usize {
        let tail = self.1.wrapping_mul(MIX.1).rotate_left(32);
        let mixed = (self.0.wrapping_mul(MIX.0) ^ tail).wrapping_mul(MIX.0);
        (mixed >> 32) as usize
    }
}

/// Words and their numbers, in an open table with linear probing, at most half full.
#[derive(Debug)]
struct Words {
    /// Place in `words` plus one; zero is an empty place.
    table: Vec<(Word, u32)>,
    /// The words in the order in which they came.
    words: Vec<Known>,
    last: usize,
}

#[derive(Debug)]
struct Known {
    word: Word,
    number: u32,
    /// The word that followed it last. Rows of a sorted file repeat each other's order, so that
    /// the next word is mostly known without a look into the table.
    follower: u32,
}

impl Words {
    fn new() -> Words {
        Words {
            table: vec![(Word::default(), 0); 256],
            words: Vec::new(),
            last: 0,
        }
    }

    /// The number of a word; a new one gets the `next`.
    #[inline]
    fn number(&mut self, word: Word, next: u32) -> u32 {
        if let Some(last) = self.words.get(self.last) {
            if last.word == word {
                return last.number;
            }
            let follower = last.follower as usize;
            let known = &self.words[follower];
            if known.word == word {
                self.last = follower;
                return known.number;
            }
        }
        self.search(word, next)
    }

    fn search(&mut self, word: Word, number: u32) -> u32 {
        let place = self.find(word);
        if place == self.words.len() {
            self.words.push(Known {
                word,
                number,
                follower: 0,
            });
        }
        self.words[self.last].follower = place as u32;
        self.last = place;
        self.words[place].number
    }

    /// The place of a word; one that is not there gets the place behind all others.
    fn find(&mut self, word: Word) -> usize {
        let next = self.words.len();
        let mask = self.table.len() - 1;
        let mut at = word.place() & mask;
        loop {
            match self.table[at] {
                (_, 0) => break,
                (held, place) if held == word => return place as usize - 1,
                _ => at = (at + 1) & mask,
            }
        }
        self.table[at] = (word, next as u32 + 1);
        if next * 2 > self.table.len() {
            self.grow();
        }
        next
    }

    fn grow(&mut self) {
        let bigger = vec![(Word::default(), 0); self.table.len() * 4];
        let mask = bigger.len() - 1;
        for (word, place) in std::mem::replace(&mut self.table, bigger) {
            if place != 0 {
                let mut at = word.place() & mask;
                while self.table[at].1 != 0 {
                    at = (at + 1) & mask;
                }
                self.table[at] = (word, place);
            }
        }
    }
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
            "abcdefghijklmnop",
        ];
        let alike = ["aa", "aaa", "aaaa", "aaaaa", "aaaaaaaa", "aaaaaaaaa"];
        let with_zero = ["\0", "a\0", "ab\0", "abcdefgh\0"];
        let texts = texts.iter().chain(&alike).chain(&with_zero);
        let all: Vec<Option<Word>> = texts.map(|t| Word::of(t.as_bytes())).collect();
        for (i, one) in all.iter().enumerate() {
            assert!(one.is_some() && !all[..i].contains(one), "number {i}");
        }
        assert_eq!(Word::of(b"seventeen letters"), None);
    }

    #[test]
    fn numbers_are_given_in_the_order_of_first_rows() {
        let texts: Vec<String> = (0..3_000)
            .map(|i| match i % 1_500 {
                0 => "a text of more than sixteen bytes".to_string(),
                n => format!("text-{n}"),
            })
            .collect();
        let bytes = texts.iter().map(|text| text.as_bytes());
        let (numbers, distinct) = of_texts(bytes.clone()).expect("few enough");
        assert_eq!(distinct, bytes.take(1_500).collect::<Vec<_>>());
        assert!(
            numbers
                .iter()
                .enumerate()
                .all(|(i, n)| *n == i as u32 % 1_500)
        );
    }

    #[test]
    fn numbers_near_each_other_and_far_apart_are_numbered_alike() {
        let near: Vec<i64> = (0..900).map(|i| -5 + i * 7 % 300).collect();
        let far: Vec<i64> = near.iter().map(|n| n << 40).collect();
        let (numbers, distinct) = of_images(&near).expect("few enough");
        assert_eq!(distinct, near[..300]);
        assert!(
            numbers
                .iter()
                .enumerate()
                .all(|(i, n)| *n == i as u32 % 300)
        );
        let distinct = distinct.iter().map(|n| n << 40).collect();
        assert_eq!(of_images(&far), Some((numbers, distinct)));
        assert!(
            of_images(&[i64::MIN, i64::MAX]).is_some(),
            "their range is no number"
        );
    }

    #[test]
    fn too_many_values_are_told() {
        let texts: Vec<String> = (0..=MOST_VALUES).map(|i| i.to_string()).collect();
        let bytes = texts.iter().map(|text| text.as_bytes());
        assert_eq!(of_texts(bytes.clone()), None);
        assert!(of_texts(bytes.take(MOST_VALUES)).is_some());
    }
}
