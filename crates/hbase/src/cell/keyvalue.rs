//! The key-value encoding: HBase's bytes of one cell. Pure.
//!
//! ```text
//! u32 key length, u32 value length,
//! key: u16 row length, row, u8 family length, family, qualifier, i64 timestamp, u8 kind
//! value
//! ```

use bytes::{BufMut, Bytes};

use super::{Cell, CellKind};
use crate::error::{Error, ErrorKind, Result};

/// Where the row begins: after the two lengths and its own.
pub const ROW: usize = 10;

/// The end of a key: timestamp and kind.
pub const KEY_TAIL: usize = 9;

/// The longest row key.
pub const ROW_MAX: usize = i16::MAX as usize;

/// The longest name of a family.
pub const FAMILY_MAX: usize = i8::MAX as usize;

/// Looks whether a row can have this key.
pub fn check_row(key: &[u8]) -> Result<()> {
    row_fault(key).map_or(Ok(()), |fault| {
        Err(Error::new(ErrorKind::InvalidArgument, fault))
    })
}

/// What is wrong with a row's key.
pub fn row_fault(key: &[u8]) -> Option<&'static str> {
    match key.len() {
        0 => Some("a row key is empty"),
        length if length > ROW_MAX => Some("a row key is over 32,767 bytes"),
        _ => None,
    }
}

/// What is to be written of one cell, beside its row.
pub struct Column<'a> {
    pub family: &'a [u8],
    pub qualifier: &'a [u8],
    pub timestamp: i64,
    pub kind: CellKind,
    pub value: &'a [u8],
}

impl Column<'_> {
    fn key_len(&self, row_len: usize) -> usize {
        2 + row_len + 1 + self.family.len() + self.qualifier.len() + KEY_TAIL
    }

    /// Bytes of the encoding in a row whose key has `row_len` bytes.
    pub fn len(&self, row_len: usize) -> usize {
        8 + self.key_len(row_len) + self.value.len()
    }

    /// Appends the encoding; `put_row` appends the row's key. The lengths must have been checked
    /// against their limits.
    pub fn encode(&self, row_len: usize, put_row: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
        out.put_u32(self.key_len(row_len) as u32);
        out.put_u32(self.value.len() as u32);
        out.put_u16(row_len as u16);
        put_row(out);
        out.put_u8(self.family.len() as u8);
        out.put_slice(self.family);
        out.put_slice(self.qualifier);
        out.put_i64(self.timestamp);
        out.put_u8(self.kind.code());
        out.put_slice(self.value);
    }
}

/// Reads one cell; the bytes may have tags behind the value, which are left alone.
pub fn decode(bytes: Bytes) -> Result<Cell> {
    parts(bytes).ok_or_else(|| Error::new(ErrorKind::Protocol, "a cell's lengths do not fit"))
}

fn parts(bytes: Bytes) -> Option<Cell> {
    let four = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (key, value) = (four(0)? as usize, four(4)? as usize);
    let key_end = key.checked_add(8)?;
    let row = u16::from_be_bytes(bytes.get(8..ROW)?.try_into().ok()?) as usize;
    let family = ROW + row + 1;
    let qualifier = family + *bytes.get(family - 1)? as usize;
    let fits = qualifier + KEY_TAIL <= key_end && key_end.checked_add(value)? <= bytes.len();
    fits.then_some(Cell {
        key_end: key_end as u32,
        qualifier: qualifier as u32,
        family: family as u32,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BYTES: &[u8] = b"\x00\x00\x00\x10\x00\x00\x00\x03\x00\x01r\x01fqq\
                           \x00\x00\x00\x00\x00\x00\x00\x2a\x04val";

    fn sample() -> Column<'static> {
        Column {
            family: b"f",
            qualifier: b"qq",
            timestamp: 42,
            kind: CellKind::Put,
            value: b"val",
        }
    }

    #[test]
    fn writes_lengths_key_value() {
        let mut out = Vec::new();
        sample().encode(1, |out| out.push(b'r'), &mut out);
        assert_eq!(out, BYTES);
        assert_eq!(out.len(), sample().len(1));
    }

    #[test]
    fn reads_what_it_writes() {
        let cell = decode(Bytes::from_static(BYTES)).unwrap();
        assert_eq!((cell.row(), cell.family()), (&b"r"[..], &b"f"[..]));
        assert_eq!((cell.qualifier(), cell.value()), (&b"qq"[..], &b"val"[..]));
        assert_eq!((cell.timestamp(), cell.kind()), (42, CellKind::Put));
    }

    proptest! {
        #[test]
        fn never_reads_past_the_end(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(cell) = decode(Bytes::from(bytes)) {
                let parts = cell.row().len() + cell.family().len() + cell.qualifier().len();
                prop_assert!(parts + cell.value().len() <= 64);
                let _ = (cell.timestamp(), cell.kind());
            }
        }
    }
}
