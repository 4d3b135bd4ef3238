//! Rows in the order of their keys, newest version first.
//!
//! Most bits of the keys of a memtable are the same in all of them. The bits that differ, of a
//! key's first [`WORDS`] words and from the most significant one on, are gathered into one number
//! that keeps the keys' order; the rows are then sorted by that number with a radix sort, least
//! significant digit first. Rows of equal numbers are compared in full.

use std::sync::Arc;

use crate::encode::{Place, Texts};
use crate::run::Run;

/// Words of eight bytes of a key that take part in its number.
const WORDS: usize = 5;

/// Bits of a digit of the radix sort.
const DIGIT: u32 = 11;

type Words = [u64; WORDS];

/// Sorts rows by key, newest version first.
pub(crate) fn sort(runs: &[Arc<Run>], rows: &mut [Place]) {
    let keys = Texts::of(runs.iter().map(|run| run.keys()));
    let bits = Differing::of(&keys, rows);
    let number = |place: &Place| bits.number(&words(keys.at(place)));
    let mut numbered: Vec<(u64, Place)> = rows.iter().map(|p| (number(p), *p)).collect();
    radix_sort(&mut numbered, bits.count);
    for equal in numbered.chunk_by_mut(|a, b| a.0 == b.0) {
        if equal.len() > 1 {
            let run = |place: Place| &runs[place.0 as usize];
            equal.sort_by(|(_, a), (_, b)| run(*a).compare(a.1, run(*b), b.1));
        }
    }
    let sorted = numbered.iter().map(|(_, place)| *place);
    rows.iter_mut()
        .zip(sorted)
        .for_each(|(row, place)| *row = place);
}

/// A key's first words, the first byte the most significant; zeros where it is shorter.
#[inline]
fn words(key: &[u8]) -> Words {
    let mut words = [0; WORDS];
    let (whole, rest) = key.as_chunks::<8>();
    for (word, bytes) in words.iter_mut().zip(whole) {
        *word = u64::from_be_bytes(*bytes);
    }
    if whole.len() < WORDS && !rest.is_empty() {
        // The last eight bytes of the key, without those that stand in the word before.
        words[whole.len()] = match key.last_chunk::<8>() {
            Some(last) => u64::from_be_bytes(*last) << (64 - rest.len() * 8),
            None => {
                rest.iter()
                    .fold(0, |word, byte| word << 8 | u64::from(*byte))
                    << (64 - rest.len() * 8)
            }
        };
    }
    words
}

/// The bits in which the keys differ, as fields to be cut out, the most significant first.
struct Differing {
    fields: Vec<Field>,
    /// Bits of a number.
    count: u32,
}

struct Field {
    word: usize,
    /// Place of its lowest bit in the word.
    shift: u32,
    width: u32,
}

impl Differing {
    fn of(keys: &Texts<'_>, rows: &[Place]) -> Differing {
        let (mut any, mut all) = ([0; WORDS], [u64::MAX; WORDS]);
        for place in rows {
            let words = words(keys.at(place));
            for i in 0..WORDS {
                any[i] |= words[i];
                all[i] &= words[i];
            }
        }
        let mut bits = Differing {
            fields: Vec::new(),
            count: 0,
        };
        for word in 0..WORDS {
            bits.add_word(word, any[word] & !all[word]);
        }
        bits
    }

    /// Adds the fields of a word whose set bits differ, as long as a number has room.
    fn add_word(&mut self, word: usize, mut differing: u64) {
        while differing != 0 && self.count < 64 {
            let top = 64 - differing.leading_zeros();
            let ones = (differing << (64 - top)).leading_ones();
            let width = ones.min(64 - self.count);
            let shift = top - width;
            self.fields.push(Field { word, shift, width });
            self.count += width;
            differing &= low_bits(shift);
        }
    }

    #[inline]
    fn number(&self, words: &Words) -> u64 {
        let mut number: u64 = 0;
        for field in &self.fields {
            let bits = words[field.word] >> field.shift & low_bits(field.width);
            number = number.unbounded_shl(field.width) | bits;
        }
        number
    }
}

fn low_bits(count: u32) -> u64 {
    u64::MAX.unbounded_shr(64 - count)
}

/// Sorts by the lowest `bits` bits of the number; equal numbers keep their order.
fn radix_sort(rows: &mut Vec<(u64, Place)>, bits: u32) {
    let mut other = vec![(0, (0, 0)); rows.len()];
    for shift in (0..bits).step_by(DIGIT as usize) {
        let digit = |number: u64| (number >> shift) as usize & ((1 << DIGIT) - 1);
        let mut places = [0_usize; 1 << DIGIT];
        rows.iter()
            .for_each(|(number, _)| places[digit(*number)] += 1);
        if places.contains(&rows.len()) {
            continue;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for row in rows.iter() {
            let place = &mut places[digit(row.0)];
            other[*place] = *row;
            *place += 1;
        }
        std::mem::swap(rows, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tachograph_event::strings::StringBuilder;
    use tachograph_event::{Batch, EventType, Origin};

    fn run(keys: &[(String, i64)], partition: u32) -> Arc<Run> {
        let mut texts = StringBuilder::default();
        keys.iter().for_each(|(key, _)| texts.push(key));
        let times: Vec<i64> = keys.iter().map(|(_, time)| *time).collect();
        let origin = |position| Origin {
            partition,
            position,
        };
        let origins: Vec<Origin> = (0..keys.len() as u64).map(origin).collect();
        let none: [(String, tachograph_event::Type); 0] = [];
        let batch = Batch::new(Arc::new(EventType::new("T", none)), times, origins, vec![]);
        Arc::new(Run::new(texts.finish(), Arc::new(batch), Arc::from([])))
    }

    /// Keys that share beginnings, are beginnings of each other, or are longer than what takes
    /// part in a number.
    fn keys() -> impl Strategy<Value = Vec<(String, i64)>> {
        let key = prop_oneof![
            "[ab]{0,12}",
            "2016[0-9]{6}-A[0-9]{3}",
            "[a-c\u{0}\u{e9}]{30,60}"
        ];
        prop::collection::vec((key, 0_i64..3), 0..60)
    }

    proptest! {
        #[test]
        fn rows_are_as_a_comparison_of_keys_and_versions_puts_them(a in keys(), b in keys()) {
            let runs = [run(&a, 0), run(&b, 1)];
            let places = |run: u32| (0..runs[run as usize].len() as u32).map(move |row| (run, row));
            let mut rows: Vec<Place> = places(0).chain(places(1)).collect();
            let mut expected = rows.clone();
            expected.sort_by(|a, b| {
                runs[a.0 as usize].compare(a.1, &runs[b.0 as usize], b.1)
            });
            sort(&runs, &mut rows);
            prop_assert_eq!(rows, expected);
        }
    }
}
