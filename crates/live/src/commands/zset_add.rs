//! `ZADD` with its options, `ZINCRBY`.

use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError, SYNTAX};
use crate::number::float_arg;
use crate::zset::SortedSet;

/// The options of a `ZADD`.
#[derive(Debug, Default, Clone, Copy)]
struct Options {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
    ch: bool,
    incr: bool,
}

impl Options {
    /// Reads options from the third argument on; the place of the first score.
    fn parse(call: &Call<'_>) -> (Self, usize) {
        let mut options = Self::default();
        let mut at = 2;
        while let Some(word) = call.args.get(at) {
            match () {
                () if is(word, "NX") => options.nx = true,
                () if is(word, "XX") => options.xx = true,
                () if is(word, "GT") => options.gt = true,
                () if is(word, "LT") => options.lt = true,
                () if is(word, "CH") => options.ch = true,
                () if is(word, "INCR") => options.incr = true,
                () => break,
            }
            at += 1;
        }
        (options, at)
    }

    fn check(self, pairs: usize) -> Result<(), CommandError> {
        if self.nx && self.xx {
            return Err(CommandError::fixed(
                "ERR XX and NX options at the same time are not compatible",
            ));
        }
        if (self.nx && (self.gt || self.lt)) || (self.gt && self.lt) {
            return Err(CommandError::fixed(
                "ERR GT, LT, and/or NX options at the same time are not compatible",
            ));
        }
        if self.incr && pairs > 1 {
            return Err(CommandError::fixed(
                "ERR INCR option supports a single increment-element pair",
            ));
        }
        Ok(())
    }
}

/// What came of one member.
enum Added {
    New(f64),
    Changed(f64),
    Same(f64),
    Refused,
}

fn add_one(
    zset: &mut SortedSet,
    member: &[u8],
    given: f64,
    options: Options,
) -> Result<Added, CommandError> {
    let Some(old) = zset.score(member) else {
        if options.xx {
            return Ok(Added::Refused);
        }
        zset.insert(member, given);
        return Ok(Added::New(given));
    };
    if options.nx {
        return Ok(Added::Refused);
    }
    let score = if options.incr { old + given } else { given };
    if score.is_nan() {
        return Err(CommandError::fixed(
            "ERR resulting score is not a number (NaN)",
        ));
    }
    if (options.gt && score <= old) || (options.lt && score >= old) {
        return Ok(Added::Refused);
    }
    if score == old {
        return Ok(Added::Same(score));
    }
    zset.insert(member, score);
    Ok(Added::Changed(score))
}

/// `ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]`
pub(crate) fn zadd(call: &mut Call<'_>) -> Answer {
    let (options, first) = Options::parse(call);
    let (pairs, []) = call.args[first..].as_chunks::<2>() else {
        return Err(SYNTAX);
    };
    if pairs.is_empty() {
        return Err(SYNTAX);
    }
    options.check(pairs.len())?;
    let scores = pairs
        .iter()
        .map(|[score, _]| float_arg(score))
        .collect::<Result<Vec<_>, _>>()?;
    let absent = call.store.keys.read::<SortedSet>(call.key())?.is_none();
    if absent && options.xx {
        return Ok(if options.incr {
            Reply::Null
        } else {
            Reply::Int(0)
        });
    }
    let zset = call.store.keys.open::<SortedSet>(call.key())?;
    let (mut new, mut changed, mut last) = (0, 0, Reply::Null);
    for ([_, member], score) in pairs.iter().zip(scores) {
        last = match add_one(zset, member, score, options)? {
            Added::New(score) => {
                new += 1;
                Reply::Double(score)
            }
            Added::Changed(score) => {
                changed += 1;
                Reply::Double(score)
            }
            Added::Same(score) => Reply::Double(score),
            Added::Refused => Reply::Null,
        };
    }
    if options.incr {
        return Ok(last);
    }
    Ok(Reply::Int(if options.ch { new + changed } else { new }))
}

/// `ZINCRBY key increment member`
pub(crate) fn zincrby(call: &mut Call<'_>) -> Answer {
    let by = float_arg(call.arg(2))?;
    let options = Options {
        incr: true,
        ..Options::default()
    };
    let member = call.arg(3);
    let zset = call.store.keys.open::<SortedSet>(call.key())?;
    match add_one(zset, member, by, options)? {
        Added::New(score) | Added::Changed(score) | Added::Same(score) => Ok(Reply::Double(score)),
        Added::Refused => Ok(Reply::Null),
    }
}
