//! The id of a stream's entry: milliseconds and a sequence number, written `ms-seq`.

use std::fmt;

use crate::error::{BAD_STREAM_ID, CommandError};

/// An entry's id; the order is that of time, then of the sequence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StreamId {
    /// Milliseconds since the epoch, usually.
    pub(crate) ms: u64,
    /// The number within that millisecond.
    pub(crate) seq: u64,
}

/// The id that an `XADD` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewId {
    /// `*`
    Auto,
    /// `ms-*`
    AutoSequence(u64),
    /// `ms-seq`
    Given(StreamId),
}

impl StreamId {
    /// Below every entry.
    pub(crate) const ZERO: Self = Self { ms: 0, seq: 0 };
    /// At or above every entry.
    pub(crate) const MAX: Self = Self {
        ms: u64::MAX,
        seq: u64::MAX,
    };

    /// The next id, if there is one.
    pub(crate) fn successor(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => self.ms.checked_add(1).map(|ms| Self { ms, seq: 0 }),
        }
    }

    /// The id before, if there is one.
    pub(crate) fn predecessor(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => self.ms.checked_sub(1).map(|ms| Self { ms, seq: u64::MAX }),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

fn number(text: &[u8]) -> Result<u64, CommandError> {
    let plain = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(text).map_err(|_| BAD_STREAM_ID)?;
    if !plain {
        return Err(BAD_STREAM_ID);
    }
    text.parse().map_err(|_| BAD_STREAM_ID)
}

/// Reads the id wish of an `XADD`.
pub(crate) fn parse_id(text: &[u8]) -> Result<NewId, CommandError> {
    if text == b"*" {
        return Ok(NewId::Auto);
    }
    match text.strip_suffix(b"-*") {
        Some(ms) => Ok(NewId::AutoSequence(number(ms)?)),
        None => Ok(NewId::Given(full_id(text, 0)?)),
    }
}

/// Reads an id whose sequence may be left out; `-` is the lowest, `+` the highest id.
pub(crate) fn full_id(text: &[u8], default_seq: u64) -> Result<StreamId, CommandError> {
    match text {
        b"-" => return Ok(StreamId::ZERO),
        b"+" => return Ok(StreamId::MAX),
        _ => {}
    }
    match text.iter().position(|&b| b == b'-') {
        Some(dash) => Ok(StreamId {
            ms: number(&text[..dash])?,
            seq: number(&text[dash + 1..])?,
        }),
        None => Ok(StreamId {
            ms: number(text)?,
            seq: default_seq,
        }),
    }
}

/// Reads an edge of a range: an id, after `(` if the id itself is outside; the flag says which.
pub(crate) fn exclusive_id(
    text: &[u8],
    default_seq: u64,
) -> Result<(StreamId, bool), CommandError> {
    match text.strip_prefix(b"(") {
        Some(b"-" | b"+") => Err(BAD_STREAM_ID),
        Some(id) => Ok((full_id(id, default_seq)?, true)),
        None => Ok((full_id(text, default_seq)?, false)),
    }
}
