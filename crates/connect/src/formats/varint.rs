//! Whole numbers of seven bits a byte, the lowest first, as Avro and Protocol Buffers write them.

/// Cuts a number off. None where the bytes end before it does, or it has more than 64 bits; then they
/// stay as they are.
#[inline]
pub fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut bits: u64 = 0;
    for (n, byte) in rest.iter().enumerate().take(10) {
        bits |= u64::from(byte & 0x7f) << (7 * n);
        if n == 9 && *byte > 1 {
            return None;
        }
        if byte & 0x80 == 0 {
            *rest = &rest[n + 1..];
            return Some(bits);
        }
    }
    None
}

/// A number whose sign stands in the lowest bit.
#[inline]
pub fn signed(bits: u64) -> i64 {
    (bits >> 1) as i64 ^ -((bits & 1) as i64)
}
