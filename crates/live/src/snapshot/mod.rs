//! The store as bytes: a header, the version, every key in the store's order, a checksum.
//!
//! Loading what was saved gives an equal store: values, expiries, groups with what is pending, the state
//! of chance. Clients and subscriptions are not part of it. Layout: `TLIV`, version (u16), body length
//! (u64), body, CRC-32 of the body (u32); numbers are little-endian, byte strings carry a u64 length.

mod load;
mod save;

pub use save::Snapshot;

use std::fmt;

const MAGIC: &[u8; 4] = b"TLIV";
/// Version 1 had no writers of streams.
const VERSION: u16 = 2;

const TEXT: u8 = 0;
const LIST: u8 = 1;
const SET: u8 = 2;
const HASH: u8 = 3;
const ZSET: u8 = 4;
const STREAM: u8 = 5;

/// Why bytes could not be loaded as a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// They do not begin as a saved store does.
    NotASnapshot,
    /// They were saved by a newer program.
    UnknownVersion(u16),
    /// The end is missing.
    Truncated,
    /// They were changed since they were saved.
    Checksum,
    /// The checksum is right, but the content makes no sense.
    Malformed(&'static str),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NotASnapshot => f.write_str("not a snapshot of a live store"),
            LoadError::UnknownVersion(v) => {
                write!(
                    f,
                    "snapshot of version {v}, this program knows up to {VERSION}"
                )
            }
            LoadError::Truncated => f.write_str("snapshot of a live store is cut off"),
            LoadError::Checksum => f.write_str("snapshot of a live store has a wrong checksum"),
            LoadError::Malformed(what) => {
                write!(f, "snapshot of a live store is malformed: {what}")
            }
        }
    }
}

impl std::error::Error for LoadError {}
