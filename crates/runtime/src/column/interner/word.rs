//! A key in one word, by which it is looked up.
//!
//! Up to seven bytes are the word themselves, with their number in the highest byte: equal words
//! are equal keys. Longer ones give a hash under a mark of its own, and a match must be verified.

use std::hash::BuildHasher;

use tachograph_event::{Column, ColumnData};

use crate::hash::FixedHash;

/// The word of null, which other keys may have too.
pub const NULL: u64 = 0;

/// The highest byte of a word that is a hash.
const HASHED: u64 = 0xff;

/// The word of some bytes.
#[inline]
pub fn of_bytes(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let low = match len {
        0 => 0,
        // The first, the middle and the last byte: all of up to three.
        1..=3 => {
            let (first, last) = (u64::from(bytes[0]), u64::from(bytes[len - 1]));
            first | u64::from(bytes[len / 2]) << (8 * (len / 2)) | last << (8 * (len - 1))
        }
        // The first four and the last four, which may overlap.
        4..=7 => four(bytes) | four(&bytes[len - 4..]) << (8 * (len - 4)),
        _ => return hashed(bytes),
    };
    low | (len as u64) << 56
}

/// The word of each row of a text, int or long column.
pub fn words(column: &Column, words: &mut Vec<u64>) {
    words.clear();
    match (column.data(), column.nulls()) {
        (ColumnData::Str(strings), None) => words.extend(strings.iter_bytes().map(of_bytes)),
        (ColumnData::Int(v), None) => words.extend(v.iter().map(|v| i64::from(*v) as u64)),
        (ColumnData::Long(v), None) => words.extend(v.iter().map(|v| *v as u64)),
        _ => words.extend((0..column.len()).map(|row| word_at(column, row))),
    }
}

/// As [`words`], of one row.
pub fn word_at(column: &Column, row: usize) -> u64 {
    match column.data() {
        _ if column.is_null(row) => NULL,
        ColumnData::Str(strings) => of_bytes(strings.bytes(row)),
        ColumnData::Int(v) => i64::from(v[row]) as u64,
        ColumnData::Long(v) => v[row] as u64,
        _ => unreachable!("asked for plain keys alone"),
    }
}

/// Can two keys have this word?
#[inline]
pub fn is_hashed(word: u64) -> bool {
    word >> 56 == HASHED
}

#[inline]
fn four(bytes: &[u8]) -> u64 {
    let four = bytes.first_chunk().expect("there are four bytes");
    u64::from(u32::from_le_bytes(*four))
}

fn hashed(bytes: &[u8]) -> u64 {
    FixedHash::default().hash_one(bytes) & (u64::MAX >> 8) | HASHED << 56
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn short_keys_have_words_of_their_own() {
        let text = b"abcabcabc\0\0ab";
        let mut keys = HashSet::new();
        let mut words = HashSet::new();
        for start in 0..text.len() {
            for end in start..text.len().min(start + 7) {
                keys.insert(&text[start..end]);
                words.insert(of_bytes(&text[start..end]));
                assert!(!is_hashed(of_bytes(&text[start..end])));
            }
        }
        assert_eq!(keys.len(), words.len());
        assert!(is_hashed(of_bytes(text)));
    }
}
