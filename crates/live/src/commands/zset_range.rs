//! Sorted sets by place, score or member: `ZRANGE` and all its relatives.

use super::{Call, is, slice};
use crate::error::{Answer, CommandError, SYNTAX};
use crate::number::{float, integer_arg};
use crate::zset::{Edge, SortedSet, Walk};
use crate::{Bytes, Reply};

/// What a range is measured in.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Place,
    Score,
    Member,
}

/// A part of a sorted set.
enum Span {
    Places(i64, i64),
    Scores(Edge<f64>, Edge<f64>),
    Members(Edge<Bytes>, Edge<Bytes>),
}

fn score_edge(text: &[u8]) -> Result<Edge<f64>, CommandError> {
    let (text, outside) = match text.strip_prefix(b"(") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let score = float(text).ok_or(CommandError::fixed("ERR min or max is not a float"))?;
    Ok(if outside {
        Edge::Excluded(score)
    } else {
        Edge::Included(score)
    })
}

fn member_edge(text: &[u8]) -> Result<Edge<Bytes>, CommandError> {
    match text {
        b"-" => Ok(Edge::Lowest),
        b"+" => Ok(Edge::Highest),
        [b'[', rest @ ..] => Ok(Edge::Included(rest.into())),
        [b'(', rest @ ..] => Ok(Edge::Excluded(rest.into())),
        _ => Err(CommandError::fixed(
            "ERR min or max not valid string range item",
        )),
    }
}

impl Span {
    /// Reads two edges; a reversed score or member range names the upper edge first.
    fn parse(by: By, first: &[u8], second: &[u8], reverse: bool) -> Result<Self, CommandError> {
        let (low, high) = if reverse && by != By::Place {
            (second, first)
        } else {
            (first, second)
        };
        Ok(match by {
            By::Place => Span::Places(integer_arg(low)?, integer_arg(high)?),
            By::Score => Span::Scores(score_edge(low)?, score_edge(high)?),
            By::Member => Span::Members(member_edge(low)?, member_edge(high)?),
        })
    }

    /// The pairs in the span, skipping `offset` and taking at most `count`.
    fn pairs(
        &self,
        zset: &SortedSet,
        reverse: bool,
        offset: usize,
        count: usize,
    ) -> Vec<(Bytes, f64)> {
        let places = match self {
            Span::Places(start, stop) => {
                let places = slice(*start, *stop, zset.len());
                let (start, end) = (zset.len() - places.end, zset.len() - places.start);
                if reverse { start..end } else { places }
            }
            Span::Scores(low, high) => zset.score_places(low, high),
            Span::Members(low, high) => {
                return take(zset.by_lex(low, high), reverse, offset, count);
            }
        };
        let (start, end) = (places.start, places.end);
        let count = count.min(places.len().saturating_sub(offset));
        let wanted = match reverse {
            _ if count == 0 => 0..0,
            true => end - offset - count..end - offset,
            false => start + offset..start + offset + count,
        };
        take(zset.at_places(wanted), reverse, 0, count)
    }
}

fn take(walk: Walk<'_>, reverse: bool, offset: usize, count: usize) -> Vec<(Bytes, f64)> {
    let own = |(member, score): (&Bytes, f64)| (member.clone(), score);
    match reverse {
        true => walk.rev().skip(offset).take(count).map(own).collect(),
        false => walk.skip(offset).take(count).map(own).collect(),
    }
}

/// Which options a command of the family takes; the newer `ZRANGE` takes them all.
struct Form {
    by: Option<By>,
    reverse: bool,
}

fn range(call: &mut Call<'_>, form: Form) -> Answer {
    let general = form.by.is_none();
    let (mut by, mut reverse) = (form.by, form.reverse);
    let (mut scores, mut limit) = (false, None);
    let mut at = 4;
    while let Some(word) = call.args.get(at) {
        if is(word, "WITHSCORES") {
            scores = true;
        } else if is(word, "LIMIT") {
            limit = Some((call.int(at + 1)?, call.int(at + 2)?));
            at += 2;
        } else if general && is(word, "REV") {
            reverse = true;
        } else if general && is(word, "BYSCORE") && by.is_none() {
            by = Some(By::Score);
        } else if general && is(word, "BYLEX") && by.is_none() {
            by = Some(By::Member);
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    let by = by.unwrap_or(By::Place);
    if limit.is_some() && by == By::Place {
        return Err(CommandError::fixed(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ));
    }
    if scores && by == By::Member {
        return Err(CommandError::fixed(
            "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
        ));
    }
    let span = Span::parse(by, call.arg(2), call.arg(3), reverse)?;
    let (offset, count) = limit.unwrap_or((0, -1));
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let pairs = match (
        call.store.keys.read::<SortedSet>(call.key())?,
        usize::try_from(offset),
    ) {
        (Some(zset), Ok(offset)) => span.pairs(zset, reverse, offset, count),
        _ => Vec::new(),
    };
    Ok(if scores {
        Reply::Pairs(
            pairs
                .into_iter()
                .map(|(m, s)| (Reply::Bulk(m), Reply::Double(s)))
                .collect(),
        )
    } else {
        Reply::Array(
            pairs
                .into_iter()
                .map(|(member, _)| Reply::Bulk(member))
                .collect(),
        )
    })
}

/// `ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]`
pub(crate) fn zrange(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: None,
            reverse: false,
        },
    )
}

/// `ZREVRANGE key start stop [WITHSCORES]`
pub(crate) fn zrevrange(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: Some(By::Place),
            reverse: true,
        },
    )
}

/// `ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]`
pub(crate) fn zrangebyscore(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: Some(By::Score),
            reverse: false,
        },
    )
}

/// `ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]`
pub(crate) fn zrevrangebyscore(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: Some(By::Score),
            reverse: true,
        },
    )
}

/// `ZRANGEBYLEX key min max [LIMIT offset count]`
pub(crate) fn zrangebylex(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: Some(By::Member),
            reverse: false,
        },
    )
}

/// `ZREVRANGEBYLEX key max min [LIMIT offset count]`
pub(crate) fn zrevrangebylex(call: &mut Call<'_>) -> Answer {
    range(
        call,
        Form {
            by: Some(By::Member),
            reverse: true,
        },
    )
}

/// The members between arguments 2 and 3.
fn between(call: &Call<'_>, by: By) -> Result<Vec<(Bytes, f64)>, CommandError> {
    let span = Span::parse(by, call.arg(2), call.arg(3), false)?;
    let zset = call.store.keys.read::<SortedSet>(call.key())?;
    Ok(zset.map_or(Vec::new(), |zset| span.pairs(zset, false, 0, usize::MAX)))
}

/// `ZCOUNT key min max`
pub(crate) fn zcount(call: &mut Call<'_>) -> Answer {
    between(call, By::Score).map(|pairs| Reply::count(pairs.len()))
}

/// `ZLEXCOUNT key min max`
pub(crate) fn zlexcount(call: &mut Call<'_>) -> Answer {
    between(call, By::Member).map(|pairs| Reply::count(pairs.len()))
}

fn remove(call: &mut Call<'_>, by: By) -> Answer {
    let pairs = between(call, by)?;
    if let Some(zset) = call.store.keys.edit::<SortedSet>(call.key())? {
        for (member, _) in &pairs {
            zset.remove(member);
        }
    }
    call.store.keys.tidy(call.key());
    Ok(Reply::count(pairs.len()))
}

/// `ZREMRANGEBYSCORE key min max`
pub(crate) fn zremrangebyscore(call: &mut Call<'_>) -> Answer {
    remove(call, By::Score)
}

/// `ZREMRANGEBYRANK key start stop`
pub(crate) fn zremrangebyrank(call: &mut Call<'_>) -> Answer {
    remove(call, By::Place)
}

/// `ZREMRANGEBYLEX key min max`
pub(crate) fn zremrangebylex(call: &mut Call<'_>) -> Answer {
    remove(call, By::Member)
}
