//! The error of a command: the exact text that a client sees, its first word being the kind.
//!
//! Texts are those of Redis, since client libraries match on them.

use std::borrow::Cow;
use std::fmt;

/// Why a command was refused; the text begins with a word in capitals such as `ERR` or `WRONGTYPE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError(Cow<'static, str>);

/// What a command gives back.
pub(crate) type Answer = Result<crate::Reply, CommandError>;

pub(crate) const WRONG_TYPE: CommandError =
    CommandError::fixed("WRONGTYPE Operation against a key holding the wrong kind of value");
pub(crate) const SYNTAX: CommandError = CommandError::fixed("ERR syntax error");
pub(crate) const NOT_INTEGER: CommandError =
    CommandError::fixed("ERR value is not an integer or out of range");
pub(crate) const NOT_FLOAT: CommandError = CommandError::fixed("ERR value is not a valid float");
pub(crate) const OVERFLOW: CommandError =
    CommandError::fixed("ERR increment or decrement would overflow");
pub(crate) const NO_SUCH_KEY: CommandError = CommandError::fixed("ERR no such key");
pub(crate) const OUT_OF_RANGE: CommandError =
    CommandError::fixed("ERR value is out of range, must be positive");
pub(crate) const BAD_STREAM_ID: CommandError =
    CommandError::fixed("ERR Invalid stream ID specified as stream command argument");
pub(crate) const OTHER_WRITER: CommandError = CommandError::fixed(
    "ERR another bolt writes this stream: give each bolt a stream of its own, or gather the rows with \
     `insert into` and write them from one bolt",
);
pub(crate) const SMALL_STREAM_ID: CommandError = CommandError::fixed(
    "ERR the stream has an entry of a client above this one: its id is the row's instant, and ids only grow",
);

impl CommandError {
    /// An error with a text known when the program is written.
    pub(crate) const fn fixed(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// An error with a text made now. Line ends are replaced, for an error is one line on the wire.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into().replace(['\r', '\n'], " ")))
    }

    /// "wrong number of arguments" for the command of that (lower-case) name.
    pub(crate) fn arity(name: &str) -> Self {
        Self::new(format!(
            "ERR wrong number of arguments for '{name}' command"
        ))
    }

    /// The whole text, kind first.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CommandError {}
