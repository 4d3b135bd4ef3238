//! Reading strings, and the simplest changes: `GET`, `MGET`, `GETDEL`, `GETRANGE`, `STRLEN`, `APPEND`.

use super::{Call, slice};
use crate::error::Answer;
use crate::value::Value;
use crate::{Bytes, Reply};

/// `GET key`
pub(crate) fn get(call: &mut Call<'_>) -> Answer {
    let value = call.store.keys.read::<Bytes>(call.key())?;
    match value {
        Some(_) => call.store.stats.hits += 1,
        None => call.store.stats.misses += 1,
    }
    Ok(Reply::bulk_or_null(value))
}

/// `MGET key [key ...]`: null for a key of another kind, too.
pub(crate) fn mget(call: &mut Call<'_>) -> Answer {
    let one = |key: &Vec<u8>| Reply::bulk_or_null(call.store.keys.read(key).unwrap_or(None));
    Ok(Reply::Array(call.args[1..].iter().map(one).collect()))
}

/// `GETDEL key`
pub(crate) fn getdel(call: &mut Call<'_>) -> Answer {
    let reply = get(call)?;
    call.store.keys.remove(call.key());
    Ok(reply)
}

/// `GETRANGE key start end`
pub(crate) fn getrange(call: &mut Call<'_>) -> Answer {
    let (start, end) = (call.int(2)?, call.int(3)?);
    let text = call
        .store
        .keys
        .read::<Bytes>(call.key())?
        .map_or(&b""[..], |text| text);
    Ok(Reply::bulk(&text[slice(start, end, text.len())]))
}

/// `STRLEN key`
pub(crate) fn strlen(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.store
            .keys
            .read::<Bytes>(call.key())?
            .map_or(0, |text| text.len()),
    ))
}

/// `APPEND key value`: the new length.
pub(crate) fn append(call: &mut Call<'_>) -> Answer {
    let tail = call.arg(2);
    if let Some(text) = call.store.keys.edit::<Bytes>(call.key())? {
        *text = [text, tail].concat().into();
        return Ok(Reply::count(text.len()));
    }
    call.store
        .keys
        .insert(call.key(), Value::Text(tail.into()), None);
    Ok(Reply::count(tail.len()))
}
