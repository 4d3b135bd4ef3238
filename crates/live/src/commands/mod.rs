//! The commands, a family to a file: each function reads its arguments, changes the store, replies.

use crate::error::{CommandError, SYNTAX};
use crate::number::{integer, integer_arg};
use crate::{Session, Store};

pub(crate) mod client;
pub(crate) mod connection;
pub(crate) mod counter;
pub(crate) mod expire;
pub(crate) mod hash;
pub(crate) mod info;
pub(crate) mod introspect;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod scan;
pub(crate) mod server;
pub(crate) mod set;
pub(crate) mod set_algebra;
pub(crate) mod set_chance;
pub(crate) mod stream_add;
pub(crate) mod stream_claim;
pub(crate) mod stream_group;
pub(crate) mod stream_info;
pub(crate) mod stream_pending;
pub(crate) mod stream_range;
pub(crate) mod stream_read;
pub(crate) mod stream_read_args;
pub(crate) mod string;
pub(crate) mod string_set;
pub(crate) mod subscribe;
pub(crate) mod transaction;
pub(crate) mod zset;
pub(crate) mod zset_add;
pub(crate) mod zset_range;

/// One command being carried out.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) session: &'a mut Session,
    /// The command's name and its arguments.
    pub(crate) args: &'a [Vec<u8>],
    /// Milliseconds since the epoch.
    pub(crate) now_ms: u64,
}

impl<'a> Call<'a> {
    /// The first key of most commands.
    pub(crate) fn key(&self) -> &'a [u8] {
        &self.args[1]
    }

    /// An argument; the number of arguments was judged before.
    pub(crate) fn arg(&self, index: usize) -> &'a [u8] {
        &self.args[index]
    }

    /// An argument that must be there, else it is a syntax error.
    pub(crate) fn wanted(&self, index: usize) -> Result<&'a [u8], CommandError> {
        self.args.get(index).map(Vec::as_slice).ok_or(SYNTAX)
    }

    /// An integer argument.
    pub(crate) fn int(&self, index: usize) -> Result<i64, CommandError> {
        integer_arg(self.wanted(index)?)
    }

    /// An integer argument, with an error of its own.
    pub(crate) fn int_or(&self, index: usize, text: &'static str) -> Result<i64, CommandError> {
        integer(self.wanted(index)?).ok_or(CommandError::fixed(text))
    }
}

/// Whether an argument is that word, in any case.
pub(crate) fn is(arg: &[u8], word: &str) -> bool {
    arg.eq_ignore_ascii_case(word.as_bytes())
}

/// The slots that a start and a stop mean, where negative numbers count from the end.
pub(crate) fn slice(start: i64, stop: i64, len: usize) -> std::ops::Range<usize> {
    let len = len as i64;
    let from_end = |at: i64| if at < 0 { at.saturating_add(len) } else { at };
    let start = from_end(start).max(0);
    let stop = from_end(stop).min(len - 1);
    if start > stop {
        0..0
    } else {
        start as usize..stop as usize + 1
    }
}
