//! Numbers in few bits: varints, bit packing, and the hybrid of runs and packed groups in which
//! Parquet keeps levels and places in a dictionary.
//!
//! Source: the Parquet format's `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".

/// Equal values in a row from which on a run is shorter than packed groups.
const SHORTEST_RUN: usize = 16;

/// Bits that `value` needs.
pub(crate) fn width(value: u64) -> u32 {
    64 - value.leading_zeros()
}

/// Seven bits a byte, the lowest first.
pub(crate) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Signed numbers near zero become small.
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Packs values of `width` bits, the lowest bit first; the last byte is filled with zeros.
pub(crate) fn pack(values: impl Iterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let (mut held, mut bits) = (0_u128, 0);
    for value in values {
        held |= u128::from(value) << bits;
        bits += width;
        if bits >= 64 {
            out.extend_from_slice(&(held as u64).to_le_bytes());
            held >>= 64;
            bits -= 64;
        }
    }
    let rest = (held as u64).to_le_bytes();
    out.extend_from_slice(&rest[..bits.div_ceil(8) as usize]);
}

/// The hybrid of runs and packed groups of eight.
pub(crate) fn hybrid(values: &[u32], width: u32, out: &mut Vec<u8>) {
    let (mut at, mut literal) = (0, 0);
    while at < values.len() {
        let run = run_length(&values[at..]);
        if run >= SHORTEST_RUN || (width == 0 && run > 0) {
            groups(&values[literal..at], width, out);
            repeated(values[at], run, width, out);
            at += run;
            literal = at;
        } else {
            at = (at + 8).min(values.len());
        }
    }
    groups(&values[literal..], width, out);
}

/// A run of one value.
pub(crate) fn repeated(value: u32, times: usize, width: u32, out: &mut Vec<u8>) {
    varint((times as u64) << 1, out);
    let value = value.to_le_bytes();
    out.extend_from_slice(&value[..width.div_ceil(8) as usize]);
}

fn run_length(values: &[u32]) -> usize {
    values.iter().take_while(|v| **v == values[0]).count()
}

/// Packed groups of eight; the last one is filled with zeros.
fn groups(values: &[u32], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let count = values.len().div_ceil(8);
    varint((count as u64) << 1 | 1, out);
    let filled = std::iter::repeat_n(0, count * 8 - values.len());
    let values = values.iter().map(|v| u64::from(*v)).chain(filled);
    pack(values, width, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_example_is_packed_as_it_says() {
        let mut out = Vec::new();
        pack(0..8, 3, &mut out);
        assert_eq!(out, [0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }

    #[test]
    fn runs_and_groups_follow_each_other() {
        let mut out = Vec::new();
        let values: Vec<u32> = (0..8).chain([5; 20]).chain([1, 2]).collect();
        hybrid(&values, 3, &mut out);
        let groups = [3, 0b1000_1000, 0b1100_0110, 0b1111_1010];
        assert_eq!(out, [&groups[..], &[40, 5], &[3, 0b1_0001, 0, 0]].concat());
    }
}
