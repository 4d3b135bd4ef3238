//! The bytes of a record, read from the front. Whatever they are, reading ends: with a value, or with
//! the reason why there is none.

use super::super::varint::{signed, varint};

/// Deepest nesting of what is passed over.
pub const DEEPEST: usize = 100;
/// Items of no bytes that a record may have beside those that it has bytes for.
const SPARE_ITEMS: usize = 65_536;

/// What is left of a record.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    rest: &'a [u8],
    /// Items of arrays and maps that may still come: no more than the record has bytes, but for a
    /// few without any.
    items: usize,
}

/// Why a record cannot be read.
pub type Fault = String;

const SHORT: &str = "the record ends too early";

impl<'a> Input<'a> {
    /// A whole record.
    pub fn new(record: &'a [u8]) -> Input<'a> {
        Input {
            rest: record,
            items: record.len() + SPARE_ITEMS,
        }
    }

    /// Bytes that are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// So many bytes.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    /// So many bytes as an array.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(SHORT)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A whole number: seven bits a byte, the lowest first, the sign in the last of all.
    #[inline]
    pub fn long(&mut self) -> Result<i64, Fault> {
        if let Some(bits) = varint(&mut self.rest) {
            return Ok(signed(bits));
        }
        Err(match self.rest.len() < 10 {
            true => SHORT.into(),
            false => "a whole number has more than 64 bits".into(),
        })
    }

    /// A truth value.
    pub fn boolean(&mut self) -> Result<bool, Fault> {
        match self.array::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(format!("{other} is neither true nor false")),
        }
    }

    /// Bytes with their length before.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.long()?;
        let length = usize::try_from(length).map_err(|_| format!("a length of {length}"))?;
        self.take(length)
    }

    /// A text.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Fault> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| "a text is not UTF-8".to_string())
    }

    /// The number of a symbol or of a branch, below `count`.
    #[inline]
    pub fn choice(&mut self, count: usize) -> Result<usize, Fault> {
        let number = self.long()?;
        let found = usize::try_from(number).ok().filter(|n| *n < count);
        found.ok_or_else(|| format!("there is no choice {number} of {count}"))
    }

    /// Items of the next block, and the length of the block in bytes where it is told; 0 items end an
    /// array or a map.
    pub fn block(&mut self) -> Result<(usize, Option<usize>), Fault> {
        let count = self.long()?;
        let length = match count < 0 {
            true => Some(self.long()?),
            false => None,
        };
        let items = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        let length = length.map(|n| usize::try_from(n).map_err(|_| format!("a length of {n}")));
        let left = self.items.checked_sub(items);
        self.items = left.ok_or_else(|| format!("a block of {items} items"))?;
        Ok((items, length.transpose()?))
    }
}
