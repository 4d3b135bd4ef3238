//! Sorted sets, by member: `ZSCORE`, `ZMSCORE`, `ZRANK`, `ZREVRANK`, `ZCARD`, `ZREM`, `ZPOPMIN`,
//! `ZPOPMAX`.

use super::Call;
use crate::Reply;
use crate::error::{Answer, OUT_OF_RANGE, SYNTAX};
use crate::zset::SortedSet;

fn score_or_null(score: Option<f64>) -> Reply {
    score.map_or(Reply::Null, Reply::Double)
}

/// `ZSCORE key member`
pub(crate) fn zscore(call: &mut Call<'_>) -> Answer {
    let zset = call.store.keys.read::<SortedSet>(call.key())?;
    Ok(score_or_null(zset.and_then(|zset| zset.score(call.arg(2)))))
}

/// `ZMSCORE key member [member ...]`
pub(crate) fn zmscore(call: &mut Call<'_>) -> Answer {
    let zset = call.store.keys.read::<SortedSet>(call.key())?;
    let one = |member: &Vec<u8>| score_or_null(zset.and_then(|zset| zset.score(member)));
    Ok(Reply::Array(call.args[2..].iter().map(one).collect()))
}

fn rank(call: &mut Call<'_>, reverse: bool) -> Answer {
    let zset = call.store.keys.read::<SortedSet>(call.key())?;
    let rank = zset.and_then(|zset| zset.rank(call.arg(2), reverse));
    Ok(rank.map_or(Reply::Null, Reply::count))
}

/// `ZRANK key member`
pub(crate) fn zrank(call: &mut Call<'_>) -> Answer {
    rank(call, false)
}

/// `ZREVRANK key member`
pub(crate) fn zrevrank(call: &mut Call<'_>) -> Answer {
    rank(call, true)
}

/// `ZCARD key`
pub(crate) fn zcard(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.store
            .keys
            .read::<SortedSet>(call.key())?
            .map_or(0, SortedSet::len),
    ))
}

/// `ZREM key member [member ...]`: how many there were.
pub(crate) fn zrem(call: &mut Call<'_>) -> Answer {
    let Some(zset) = call.store.keys.edit::<SortedSet>(call.key())? else {
        return Ok(Reply::Int(0));
    };
    let removed = call.args[2..]
        .iter()
        .filter(|member| zset.remove(member).is_some())
        .count();
    call.store.keys.tidy(call.key());
    Ok(Reply::count(removed))
}

fn pop(call: &mut Call<'_>, last: bool) -> Answer {
    if call.args.len() > 3 {
        return Err(SYNTAX);
    }
    let count = match call.args.len() {
        2 => None,
        _ => Some(call.int_or(2, "ERR value is out of range, must be positive")?),
    };
    let most = usize::try_from(count.unwrap_or(1)).map_err(|_| OUT_OF_RANGE)?;
    let Some(zset) = call.store.keys.edit::<SortedSet>(call.key())? else {
        return Ok(Reply::Array(Vec::new()));
    };
    let popped = std::iter::from_fn(|| zset.pop(last)).take(most);
    let pairs: Vec<_> = popped
        .map(|(m, s)| (Reply::Bulk(m), Reply::Double(s)))
        .collect();
    call.store.keys.tidy(call.key());
    Ok(match count {
        Some(_) => Reply::Pairs(pairs),
        None => Reply::Array(pairs.into_iter().flat_map(|(m, s)| [m, s]).collect()),
    })
}

/// `ZPOPMIN key [count]`
pub(crate) fn zpopmin(call: &mut Call<'_>) -> Answer {
    pop(call, false)
}

/// `ZPOPMAX key [count]`
pub(crate) fn zpopmax(call: &mut Call<'_>) -> Answer {
    pop(call, true)
}
