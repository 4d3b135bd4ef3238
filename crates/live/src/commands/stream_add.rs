//! `XADD`, `XTRIM`.
//!
//! A stream is always cut exactly, also after `~`, which allows but does not ask for less.

use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError, SYNTAX};
use crate::stream::{Fields, NewId, Stream, StreamId, Trim, full_id, parse_id};

const TOO_SMALL: CommandError = CommandError::fixed(
    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
);
const NOT_ZERO: CommandError =
    CommandError::fixed("ERR The ID specified in XADD must be greater than 0-0");
const EXHAUSTED: CommandError = CommandError::fixed(
    "ERR The stream has exhausted the last possible ID, unable to add more items",
);

/// The options before the id of an `XADD`, or those of an `XTRIM`.
#[derive(Default)]
struct Options {
    trim: Option<Trim>,
    approximate: bool,
    limit: Option<u64>,
    no_make: bool,
}

impl Options {
    /// Reads options from the third argument on; the place after them.
    fn parse(call: &Call<'_>, adding: bool) -> Result<(Self, usize), CommandError> {
        let mut options = Self::default();
        let mut at = 2;
        while let Some(word) = call.args.get(at) {
            let more = at + 1 < call.args.len();
            if more && (is(word, "MAXLEN") || is(word, "MINID")) {
                at = options.parse_trim(call, at)?;
            } else if more && is(word, "LIMIT") {
                let limit = call.int(at + 1)?;
                options.limit =
                    Some(u64::try_from(limit).map_err(|_| {
                        CommandError::fixed("ERR The LIMIT argument must be >= 0.")
                    })?);
                at += 1;
            } else if adding && is(word, "NOMKSTREAM") {
                options.no_make = true;
            } else if adding {
                break;
            } else {
                return Err(SYNTAX);
            }
            at += 1;
        }
        if options.limit.is_some() && !options.approximate {
            return Err(CommandError::fixed(
                "ERR syntax error, LIMIT cannot be used without the special ~ option",
            ));
        }
        Ok((options, at))
    }

    fn parse_trim(&mut self, call: &Call<'_>, mut at: usize) -> Result<usize, CommandError> {
        if self.trim.is_some() {
            return Err(CommandError::fixed(
                "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
            ));
        }
        let by_length = is(call.arg(at), "MAXLEN");
        at += 1;
        let sign = call.arg(at);
        if (sign == b"~" || sign == b"=") && at + 1 < call.args.len() {
            self.approximate = sign == b"~";
            at += 1;
        }
        self.trim = Some(if by_length {
            let length = u64::try_from(call.int(at)?)
                .map_err(|_| CommandError::fixed("ERR The MAXLEN argument must be >= 0."))?;
            Trim::MaxLen(length)
        } else {
            Trim::MinId(full_id(call.arg(at), 0)?)
        });
        Ok(at)
    }

    /// At most that many entries are cut; 0 means no bound.
    fn bound(&self) -> Option<u64> {
        self.limit.filter(|&limit| limit > 0)
    }
}

/// `XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [...]`
pub(crate) fn xadd(call: &mut Call<'_>) -> Answer {
    let (options, at) = Options::parse(call, true)?;
    let Some(id_text) = call.args.get(at) else {
        return Err(CommandError::arity("xadd"));
    };
    let wish = parse_id(id_text)?;
    let (pairs, []) = call.args[at + 1..].as_chunks::<2>() else {
        return Err(CommandError::arity("xadd"));
    };
    if pairs.is_empty() {
        return Err(CommandError::arity("xadd"));
    }
    if wish == NewId::Given(StreamId::ZERO) {
        return Err(NOT_ZERO);
    }
    let present = call.store.keys.read::<Box<Stream>>(call.key())?;
    if present.is_none() && options.no_make {
        return Ok(Reply::Null);
    }
    let last_id = present.map_or(StreamId::ZERO, |stream| stream.last_id);
    if last_id == StreamId::MAX {
        return Err(EXHAUSTED);
    }
    let fresh = Stream::default();
    let id = present
        .map_or(&fresh, |stream| stream)
        .next_id(wish, call.now_ms)
        .ok_or(TOO_SMALL)?;
    let fields: Fields = pairs
        .iter()
        .map(|[f, v]| (f.as_slice().into(), v.as_slice().into()))
        .collect();
    let stream = call.store.keys.open::<Box<Stream>>(call.key())?;
    stream.append(id, fields);
    if let Some(trim) = options.trim {
        stream.trim(trim, options.bound());
    }
    call.store.signal(call.key());
    Ok(Reply::bulk(id.to_string()))
}

/// `XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]`: how many entries went.
pub(crate) fn xtrim(call: &mut Call<'_>) -> Answer {
    let (options, _) = Options::parse(call, false)?;
    let trim = options.trim.ok_or(SYNTAX)?;
    let Some(stream) = call.store.keys.edit::<Box<Stream>>(call.key())? else {
        return Ok(Reply::Int(0));
    };
    Ok(Reply::Int(stream.trim(trim, options.bound()) as i64))
}
