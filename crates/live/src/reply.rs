//! What a command answers, apart from any wire format.
//!
//! The shapes are the union of those of RESP2 and RESP3; a shape that differs between the two has its
//! own variant ([`Reply::Pairs`], [`Reply::Keyed`]), so that a command needs not know the protocol.

use std::borrow::Cow;

use crate::{Bytes, CommandError};

/// One answer, or one message that is pushed to a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A short status such as `OK`.
    Simple(Cow<'static, str>),
    /// The command was refused.
    Error(CommandError),
    /// A whole number.
    Int(i64),
    /// A byte string.
    Bulk(Bytes),
    /// Nothing where a byte string was asked for.
    Null,
    /// Nothing where an array was asked for.
    NullArray,
    /// An ordered list.
    Array(Vec<Reply>),
    /// Keys with values; RESP2 shows a flat array.
    Map(Vec<(Reply, Reply)>),
    /// Values without an order; RESP2 shows an array.
    Set(Vec<Reply>),
    /// A floating-point number; RESP2 shows a byte string.
    Double(f64),
    /// A truth value; RESP2 shows 1 or 0.
    Bool(bool),
    /// A message out of band (publish/subscribe); RESP2 shows an array.
    Push(Vec<Reply>),
    /// Text for people; RESP2 shows a byte string.
    Verbatim(String),
    /// Pairs in order: RESP3 shows an array of two-element arrays, RESP2 a flat array.
    Pairs(Vec<(Reply, Reply)>),
    /// Entries per key: RESP3 shows a map, RESP2 an array of two-element arrays.
    Keyed(Vec<(Reply, Reply)>),
    /// Several replies one after the other, perhaps none at all.
    Many(Vec<Reply>),
}

impl Reply {
    /// The status `OK`.
    pub const OK: Reply = Reply::Simple(Cow::Borrowed("OK"));

    /// No reply now: the client waits.
    pub(crate) const NONE: Reply = Reply::Many(Vec::new());

    /// A byte string copied from `bytes`.
    pub fn bulk(bytes: impl AsRef<[u8]>) -> Reply {
        Reply::Bulk(bytes.as_ref().into())
    }

    /// A byte string, or null.
    pub(crate) fn bulk_or_null(bytes: Option<&Bytes>) -> Reply {
        bytes.map_or(Reply::Null, |b| Reply::Bulk(b.clone()))
    }

    /// A count.
    pub(crate) fn count(n: usize) -> Reply {
        Reply::Int(n as i64)
    }

    /// A map from fixed names to replies.
    pub(crate) fn named<const N: usize>(fields: [(&str, Reply); N]) -> Reply {
        Reply::Map(
            fields
                .into_iter()
                .map(|(name, value)| (Reply::bulk(name), value))
                .collect(),
        )
    }

    /// An array of byte strings.
    pub(crate) fn bulks<'a>(items: impl IntoIterator<Item = &'a Bytes>) -> Reply {
        Reply::Array(items.into_iter().map(Reply::bulk).collect())
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        matches!(self, Reply::Error(_))
    }
}
