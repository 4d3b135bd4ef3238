//! Sets: `SADD`, `SREM`, `SMEMBERS`, `SISMEMBER`, `SMISMEMBER`, `SCARD`.

use super::Call;
use crate::Reply;
use crate::error::Answer;
use crate::value::Set;

/// `SADD key member [member ...]`: how many are new.
pub(crate) fn sadd(call: &mut Call<'_>) -> Answer {
    let set = call.store.keys.open::<Set>(call.key())?;
    let members = call.args[2..].iter();
    Ok(Reply::count(
        members
            .filter(|member| set.add(member.as_slice().into()))
            .count(),
    ))
}

/// `SREM key member [member ...]`: how many there were.
pub(crate) fn srem(call: &mut Call<'_>) -> Answer {
    let Some(set) = call.store.keys.edit::<Set>(call.key())? else {
        return Ok(Reply::Int(0));
    };
    let members = call.args[2..].iter();
    let removed = members
        .filter(|member| set.remove(member.as_slice()).is_some())
        .count();
    call.store.keys.tidy(call.key());
    Ok(Reply::count(removed))
}

/// `SMEMBERS key`
pub(crate) fn smembers(call: &mut Call<'_>) -> Answer {
    let set = call.store.keys.read::<Set>(call.key())?;
    Ok(Reply::Set(
        set.into_iter()
            .flat_map(Set::keys)
            .map(Reply::bulk)
            .collect(),
    ))
}

/// `SISMEMBER key member`
pub(crate) fn sismember(call: &mut Call<'_>) -> Answer {
    let set = call.store.keys.read::<Set>(call.key())?;
    Ok(Reply::Int(i64::from(
        set.is_some_and(|set| set.contains(call.arg(2))),
    )))
}

/// `SMISMEMBER key member [member ...]`
pub(crate) fn smismember(call: &mut Call<'_>) -> Answer {
    let set = call.store.keys.read::<Set>(call.key())?;
    let holds = |member: &Vec<u8>| set.is_some_and(|set| set.contains(member.as_slice()));
    let one = |member| Reply::Int(i64::from(holds(member)));
    Ok(Reply::Array(call.args[2..].iter().map(one).collect()))
}

/// `SCARD key`
pub(crate) fn scard(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.store.keys.read::<Set>(call.key())?.map_or(0, Set::len),
    ))
}
