//! Differences instead of values: DELTA_BINARY_PACKED for numbers, DELTA_BYTE_ARRAY for sorted
//! texts, which keeps of each text what differs from the one before.
//!
//! Source: the Parquet format's `Encodings.md`, "Delta Encoding" and "Delta Strings".

use super::bits::{pack, varint, width, zigzag};

const BLOCK: usize = 128;
const MINIBLOCKS: usize = 4;
const MINIBLOCK: usize = BLOCK / MINIBLOCKS;

/// DELTA_BINARY_PACKED.
pub(crate) fn numbers(values: &[i64], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(MINIBLOCKS as u64, out);
    varint(values.len() as u64, out);
    varint(zigzag(values.first().copied().unwrap_or(0)), out);
    let mut deltas = [0_i64; BLOCK];
    let mut last = values.first().copied().unwrap_or(0);
    for block in values.get(1..).unwrap_or(&[]).chunks(BLOCK) {
        for (delta, value) in deltas.iter_mut().zip(block) {
            *delta = value.wrapping_sub(last);
            last = *value;
        }
        write_block(&deltas[..block.len()], out);
    }
}

fn write_block(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    varint(zigzag(least), out);
    let above = |delta: &i64| delta.wrapping_sub(least) as u64;
    let widths = out.len();
    out.extend_from_slice(&[0; MINIBLOCKS]);
    for (number, mini) in deltas.chunks(MINIBLOCK).enumerate() {
        let bits = width(mini.iter().map(above).fold(0, |all, delta| all | delta));
        out[widths + number] = bits as u8;
        let filled = std::iter::repeat_n(0, MINIBLOCK - mini.len());
        pack(mini.iter().map(above).chain(filled), bits, out);
    }
}

/// DELTA_BYTE_ARRAY.
pub(crate) fn texts<'a>(values: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    let (mut prefixes, mut suffixes, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: &[u8] = &[];
    for value in values {
        let shared = shared_prefix(last, value);
        prefixes.push(shared as i64);
        suffixes.push((value.len() - shared) as i64);
        bytes.extend_from_slice(&value[shared..]);
        last = value;
    }
    numbers(&prefixes, out);
    numbers(&suffixes, out);
    out.extend_from_slice(&bytes);
}

fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    let (a_words, _) = a.as_chunks::<8>();
    let (b_words, _) = b.as_chunks::<8>();
    let mut at = 0;
    for (a, b) in a_words.iter().zip(b_words) {
        let differs = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differs != 0 {
            return at + differs.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = a[at..].iter().zip(&b[at..]);
    at + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_example_has_its_bytes() {
        let mut out = Vec::new();
        numbers(&[1, 2, 3, 4, 5], &mut out);
        // Header: block of 128, 4 miniblocks, 5 values, the first is 1. Block: least difference 1.
        assert_eq!(out, [0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0]);
    }

    #[test]
    fn a_prefix_ends_where_texts_differ() {
        assert_eq!(shared_prefix(b"abcdefghij", b"abcdefghiK"), 9);
        assert_eq!(shared_prefix(b"abcdefghij", b"abcdeXghij"), 5);
        assert_eq!(shared_prefix(b"abc", b"abcd"), 3);
        assert_eq!(shared_prefix(b"", b"abcd"), 0);
    }
}
