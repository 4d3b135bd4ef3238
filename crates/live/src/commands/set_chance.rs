//! `SPOP`, `SRANDMEMBER`: members by chance, a chance that is the same in every run.

use super::Call;
use crate::error::{Answer, OUT_OF_RANGE, SYNTAX};
use crate::value::Set;
use crate::{Bytes, Reply};

/// `SPOP key [count]`
pub(crate) fn spop(call: &mut Call<'_>) -> Answer {
    if call.args.len() > 3 {
        return Err(SYNTAX);
    }
    let count = match call.args.len() {
        2 => None,
        _ => Some(call.int_or(2, "ERR value is out of range, must be positive")?),
    };
    let most = usize::try_from(count.unwrap_or(1)).map_err(|_| OUT_OF_RANGE)?;
    let len = call.store.keys.read::<Set>(call.key())?.map_or(0, Set::len);
    let mut popped: Vec<Bytes> = Vec::new();
    for left in (0..len).rev().take(most) {
        let slot = call.store.chance_below(left + 1);
        let set = call.store.keys.edit::<Set>(call.key())?;
        popped.extend(set.and_then(|set| Some(set.remove_nth(slot)?.0)));
    }
    call.store.keys.tidy(call.key());
    Ok(match count {
        None => popped.pop().map_or(Reply::Null, Reply::Bulk),
        Some(_) => Reply::Set(popped.into_iter().map(Reply::Bulk).collect()),
    })
}

/// `SRANDMEMBER key [count]`: a negative count may give a member more than once.
pub(crate) fn srandmember(call: &mut Call<'_>) -> Answer {
    if call.args.len() > 3 {
        return Err(SYNTAX);
    }
    let count = if call.args.len() == 3 {
        Some(call.int(2)?)
    } else {
        None
    };
    let len = call.store.keys.read::<Set>(call.key())?.map_or(0, Set::len);
    let slots = match count {
        None if len == 0 => return Ok(Reply::Null),
        None => vec![call.store.chance_below(len)],
        Some(count) if len == 0 || count == 0 => Vec::new(),
        Some(count) if count < 0 => (0..count.unsigned_abs())
            .map(|_| call.store.chance_below(len))
            .collect(),
        Some(count) => distinct_slots(call, len, count as usize),
    };
    let set = call.store.keys.read::<Set>(call.key())?;
    let member = |slot: usize| Reply::bulk_or_null(set.and_then(|set| Some(set.nth(slot)?.0)));
    match (count, slots.as_slice()) {
        (None, [slot]) => Ok(member(*slot)),
        _ => Ok(Reply::Array(slots.into_iter().map(member).collect())),
    }
}

/// Some slots, none twice: the head of a shuffle.
fn distinct_slots(call: &mut Call<'_>, len: usize, count: usize) -> Vec<usize> {
    let mut slots: Vec<usize> = (0..len).collect();
    let count = count.min(len);
    for at in 0..count {
        let other = at + call.store.chance_below(len - at);
        slots.swap(at, other);
    }
    slots.truncate(count);
    slots
}
