//! Finds separators and line ends in a text, eight bytes at a time.
//!
//! The test for equal bytes within a word is exact: it is that of zero bytes in Warren, "Hacker's
//! Delight", section 6-1, after an exclusive or with the byte looked for.

const LOW_SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Calls `found` with the place of each separator and each line end, in order.
#[inline]
pub(super) fn scan(text: &[u8], separator: u8, mut found: impl FnMut(usize)) {
    let separators = ONES * u64::from(separator);
    let line_ends = ONES * u64::from(b'\n');
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let mut hits = zero_bytes(word ^ separators) | zero_bytes(word ^ line_ends);
        while hits != 0 {
            found(number * 8 + hits.trailing_zeros() as usize / 8);
            hits &= hits - 1;
        }
    }
    let first = text.len() - rest.len();
    for (place, byte) in rest.iter().enumerate() {
        if *byte == separator || *byte == b'\n' {
            found(first + place);
        }
    }
}

/// The highest bit of each byte that is zero.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    !(((word & LOW_SEVEN) + LOW_SEVEN) | word | LOW_SEVEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_is_found_once(text in prop::collection::vec(
            prop_oneof![Just(b','), Just(b'\n'), Just(b'-'), Just(0xAC), any::<u8>()], 0..100,
        )) {
            let mut places = Vec::new();
            scan(&text, b',', |place| places.push(place));
            let is_hit = |place: &usize| matches!(text[*place], b',' | b'\n');
            let expected: Vec<usize> = (0..text.len()).filter(is_hit).collect();
            prop_assert_eq!(places, expected);
        }
    }
}
