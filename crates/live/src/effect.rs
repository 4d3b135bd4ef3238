//! Writing from within the process, in batches, without commands as text.
//!
//! Effects can be applied twice: the second time changes nothing. An entry whose id is not above the last
//! one that its writer gave was applied before (ids only grow) and is passed over. Messages to channels are the
//! exception, for they leave nothing behind that could tell.

use crate::{Bytes, CommandError};

/// One change of the live store. Expiries are instants, in milliseconds since the Unix epoch; where one is
/// absent, the key's expiry stays as it is (a [`Effect::SetString`] without one clears it).
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Sets a key to a string.
    SetString {
        /// The key.
        key: Bytes,
        /// The string.
        value: Bytes,
        /// When the key ceases to be.
        expire_at_ms: Option<u64>,
    },
    /// Adds a member to a set.
    SAdd {
        /// The key.
        key: Bytes,
        /// The member.
        member: Bytes,
        /// When the whole key ceases to be.
        expire_at_ms: Option<u64>,
    },
    /// Removes a member from a set.
    SRem {
        /// The key.
        key: Bytes,
        /// The member.
        member: Bytes,
    },
    /// Sets fields of a hash.
    HSet {
        /// The key.
        key: Bytes,
        /// Fields with values.
        fields: Vec<(Bytes, Bytes)>,
        /// When the whole key ceases to be.
        expire_at_ms: Option<u64>,
    },
    /// Removes fields of a hash.
    HDel {
        /// The key.
        key: Bytes,
        /// The fields.
        fields: Vec<Bytes>,
    },
    /// Gives a member of a sorted set a score, which must not be a NaN.
    ZAdd {
        /// The key.
        key: Bytes,
        /// The member.
        member: Bytes,
        /// The score.
        score: f64,
        /// When the whole key ceases to be.
        expire_at_ms: Option<u64>,
    },
    /// Removes a member from a sorted set.
    ZRem {
        /// The key.
        key: Bytes,
        /// The member.
        member: Bytes,
    },
    /// Appends an entry to a stream, unless its id is not above the last one of its writer.
    XAdd {
        /// The key.
        key: Bytes,
        /// Milliseconds and sequence number.
        id: (u64, u64),
        /// Fields with values, in order.
        fields: Vec<(Bytes, Bytes)>,
        /// The stream is cut to that many entries.
        max_len: Option<u64>,
    },
    /// Sends a message to a channel's listeners.
    Publish {
        /// The channel.
        channel: Bytes,
        /// The message.
        payload: Bytes,
    },
    /// Removes a key.
    Del {
        /// The key.
        key: Bytes,
    },
}

/// What became of a batch.
#[derive(Debug, Default, PartialEq)]
pub struct Applied {
    /// How many effects changed something (for a message: had a listener).
    pub changed: u64,
    /// Effects that could not be applied, by their place in the batch: the key is of another kind, a
    /// score is a NaN, an entry's id is 0-0 or below a client's, its stream is another writer's. The others
    /// were applied.
    pub refused: Vec<(usize, CommandError)>,
}
