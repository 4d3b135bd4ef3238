//! A growing list of booleans, one bit each. Columns use it to mark nulls.

/// Bits in words of 64; bit `i` is bit `i % 64` of word `i / 64`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` bits, all equal to `value`.
    pub fn filled(len: usize, value: bool) -> Bitmap {
        let mut bitmap = Bitmap::default();
        bitmap.extend(len, value);
        bitmap
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True where there are no bits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one bit.
    pub fn push(&mut self, value: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.words[self.len / 64] |= u64::from(value) << (self.len % 64);
        self.len += 1;
    }

    /// Adds `count` equal bits.
    pub fn extend(&mut self, count: usize, value: bool) {
        for _ in 0..count {
            self.push(value);
        }
    }

    /// Bit `i`. Panics where `i` is not below the length.
    pub fn get(&self, i: usize) -> bool {
        assert!(i < self.len, "bit {i} of {}", self.len);
        self.words[i / 64] >> (i % 64) & 1 == 1
    }

    /// Number of bits that are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }
}
