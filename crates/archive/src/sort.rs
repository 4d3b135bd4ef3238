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
    let index_bits = usize::BITS - rows.len().leading_zeros();
    let bits = Differing::of(&keys, rows, u64::BITS - index_bits);
    let mut numbers = Numbers::new(&bits);
    let number = |place: &Place| numbers.of(&words(keys.at(place)));
    let numbered = rows.iter().map(number).zip(0_u64..);
    let mut numbered: Vec<u64> = numbered
        .map(|(n, i)| n.unbounded_shl(index_bits) | i)
        .collect();
    radix_sort(&mut numbered, index_bits, bits.count);
    let unsorted = rows.to_vec();
    for (row, numbered) in rows.iter_mut().zip(&numbered) {
        *row = unsorted[(numbered & low_bits(index_bits)) as usize];
    }
    let mut rows = rows;
    for equal in numbered.chunk_by(|a, b| (a ^ b) >> index_bits == 0) {
        let (same, rest) = rows.split_at_mut(equal.len());
        rows = rest;
        if same.len() > 1 {
            let run = |place: &Place| &runs[place.0 as usize];
            same.sort_by(|a, b| run(a).compare(a.1, run(b), b.1));
        }
    }
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
    /// By word.
    fields: [Vec<Field>; WORDS],
    /// Bits of a number.
    count: u32,
}

struct Field {
    /// Place of its lowest bit in the word.
    shift: u32,
    width: u32,
    /// How many bits of the word's fields follow it.
    follow: u32,
}

impl Differing {
    /// Those of some rows' keys; no more than `most`.
    fn of(keys: &Texts<'_>, rows: &[Place], most: u32) -> Differing {
        let (mut any, mut all) = ([0; WORDS], [u64::MAX; WORDS]);
        for place in rows {
            let words = words(keys.at(place));
            for i in 0..WORDS {
                any[i] |= words[i];
                all[i] &= words[i];
            }
        }
        let mut count = 0;
        let fields = std::array::from_fn(|word| {
            let fields = fields(any[word] & !all[word], most - count);
            count += width(&fields);
            fields
        });
        Differing { fields, count }
    }
}

/// The fields of a word whose set bits differ, as long as there is room for `most` bits.
fn fields(mut differing: u64, most: u32) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut left = most.min(differing.count_ones());
    while left > 0 {
        let top = 64 - differing.leading_zeros();
        let ones = (differing << (64 - top)).leading_ones();
        let width = ones.min(left);
        let shift = top - width;
        left -= width;
        let follow = left;
        fields.push(Field {
            shift,
            width,
            follow,
        });
        differing &= low_bits(shift);
    }
    fields
}

/// Bits of all fields of a word.
fn width(fields: &[Field]) -> u32 {
    fields.iter().map(|field| field.width).sum()
}

/// The numbers of keys, one after the other. Keys that follow one another have words in common, of
/// which nothing is cut out anew. State: the words of the last key, and what they gave.
struct Numbers<'a> {
    words: Vec<Cut<'a>>,
}

/// A word of the last key that has fields.
struct Cut<'a> {
    word: usize,
    fields: &'a [Field],
    /// How many bits of a number follow those of the word.
    follow: u32,
    last: u64,
    part: u64,
}

impl Numbers<'_> {
    fn new(bits: &Differing) -> Numbers<'_> {
        let mut left = bits.count;
        let mut words = Vec::new();
        for (word, fields) in bits.fields.iter().enumerate() {
            left -= width(fields);
            if !fields.is_empty() {
                words.push(Cut {
                    word,
                    fields,
                    follow: left,
                    last: 0,
                    part: 0,
                });
            }
        }
        Numbers { words }
    }

    #[inline]
    fn of(&mut self, words: &Words) -> u64 {
        let parts = self.words.iter_mut().map(|cut| cut.part(words));
        parts.fold(0, |number, part| number | part)
    }
}

impl Cut<'_> {
    #[inline]
    fn part(&mut self, words: &Words) -> u64 {
        let word = words[self.word];
        if word != self.last {
            let bits =
                |field: &Field| (word >> field.shift & low_bits(field.width)) << field.follow;
            let part = self
                .fields
                .iter()
                .map(bits)
                .fold(0, |part, bits| part | bits);
            (self.last, self.part) = (word, part << self.follow);
        }
        self.part
    }
}

fn low_bits(count: u32) -> u64 {
    u64::MAX.unbounded_shr(64 - count)
}

/// Sorts by `count` bits, from bit `low` on; numbers that are equal in these keep their order.
fn radix_sort(numbers: &mut Vec<u64>, low: u32, count: u32) {
    let shifts: Vec<u32> = (low..low + count).step_by(DIGIT as usize).collect();
    let digit = |number: u64, shift: u32| (number >> shift) as usize & ((1 << DIGIT) - 1);
    let mut counts = vec![[0_u32; 1 << DIGIT]; shifts.len()];
    for number in numbers.iter() {
        for (counts, shift) in counts.iter_mut().zip(&shifts) {
            counts[digit(*number, *shift)] += 1;
        }
    }
    let mut other = vec![0; numbers.len()];
    for (mut places, shift) in counts.into_iter().zip(shifts) {
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for number in numbers.iter() {
            let place = &mut places[digit(*number, shift)];
            other[*place as usize] = *number;
            *place += 1;
        }
        std::mem::swap(numbers, &mut other);
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
