//! Hashes: `HSET`, `HSETNX`, `HGET`, `HMGET`, `HGETALL`, `HDEL`, `HLEN`, `HEXISTS`, `HKEYS`, `HVALS`,
//! `HSTRLEN`, `HINCRBY`, `HINCRBYFLOAT`.

use super::Call;
use crate::error::{Answer, CommandError, OVERFLOW};
use crate::number::{add_decimal, float, float_arg, integer};
use crate::value::Hash;
use crate::{Bytes, Reply};

fn set_fields(call: &mut Call<'_>, name: &str) -> Result<usize, CommandError> {
    let args = call.args;
    let (pairs, []) = args[2..].as_chunks::<2>() else {
        return Err(CommandError::arity(name));
    };
    let hash = call.store.keys.open::<Hash>(call.key())?;
    let set = |[field, value]: &[Vec<u8>; 2]| {
        hash.insert(field.as_slice().into(), value.as_slice().into())
            .is_none()
    };
    Ok(pairs.iter().map(set).filter(|new| *new).count())
}

/// `HSET key field value [field value ...]`: how many fields are new.
pub(crate) fn hset(call: &mut Call<'_>) -> Answer {
    set_fields(call, "hset").map(Reply::count)
}

/// `HMSET key field value [field value ...]`
pub(crate) fn hmset(call: &mut Call<'_>) -> Answer {
    set_fields(call, "hmset").map(|_| Reply::OK)
}

/// `HSETNX key field value`
pub(crate) fn hsetnx(call: &mut Call<'_>) -> Answer {
    let (field, value) = (call.arg(2), call.arg(3));
    let hash = call.store.keys.open::<Hash>(call.key())?;
    if hash.contains(field) {
        return Ok(Reply::Int(0));
    }
    hash.insert(field.into(), value.into());
    Ok(Reply::Int(1))
}

fn field<'c>(call: &'c Call<'_>) -> Result<Option<&'c Bytes>, CommandError> {
    Ok(call
        .store
        .keys
        .read::<Hash>(call.key())?
        .and_then(|hash| hash.get(call.arg(2))))
}

/// `HGET key field`
pub(crate) fn hget(call: &mut Call<'_>) -> Answer {
    field(call).map(Reply::bulk_or_null)
}

/// `HEXISTS key field`
pub(crate) fn hexists(call: &mut Call<'_>) -> Answer {
    Ok(Reply::Int(i64::from(field(call)?.is_some())))
}

/// `HSTRLEN key field`
pub(crate) fn hstrlen(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(field(call)?.map_or(0, |value| value.len())))
}

/// `HMGET key field [field ...]`
pub(crate) fn hmget(call: &mut Call<'_>) -> Answer {
    let hash = call.store.keys.read::<Hash>(call.key())?;
    let value = |field: &Vec<u8>| hash.and_then(|hash| hash.get(field.as_slice()));
    let values = call.args[2..]
        .iter()
        .map(|field| Reply::bulk_or_null(value(field)));
    Ok(Reply::Array(values.collect()))
}

/// `HGETALL key`
pub(crate) fn hgetall(call: &mut Call<'_>) -> Answer {
    let hash = call.store.keys.read::<Hash>(call.key())?;
    let pair = |(field, value): (&Bytes, &Bytes)| (Reply::bulk(field), Reply::bulk(value));
    Ok(Reply::Map(hash.into_iter().flatten().map(pair).collect()))
}

/// `HKEYS key`
pub(crate) fn hkeys(call: &mut Call<'_>) -> Answer {
    Ok(Reply::bulks(
        call.store
            .keys
            .read::<Hash>(call.key())?
            .into_iter()
            .flat_map(|h| h.keys()),
    ))
}

/// `HVALS key`
pub(crate) fn hvals(call: &mut Call<'_>) -> Answer {
    let hash = call.store.keys.read::<Hash>(call.key())?;
    Ok(Reply::bulks(
        hash.into_iter().flat_map(|hash| hash.values()),
    ))
}

/// `HLEN key`
pub(crate) fn hlen(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.store
            .keys
            .read::<Hash>(call.key())?
            .map_or(0, Hash::len),
    ))
}

/// `HDEL key field [field ...]`: how many there were.
pub(crate) fn hdel(call: &mut Call<'_>) -> Answer {
    let Some(hash) = call.store.keys.edit::<Hash>(call.key())? else {
        return Ok(Reply::Int(0));
    };
    let fields = call.args[2..].iter();
    let removed = fields
        .filter(|field| hash.remove(field.as_slice()).is_some())
        .count();
    call.store.keys.tidy(call.key());
    Ok(Reply::count(removed))
}

/// `HINCRBY key field increment`
pub(crate) fn hincrby(call: &mut Call<'_>) -> Answer {
    let by = call.int(3)?;
    let old = match field(call)? {
        None => 0,
        Some(text) => {
            integer(text).ok_or(CommandError::fixed("ERR hash value is not an integer"))?
        }
    };
    let sum = old.checked_add(by).ok_or(OVERFLOW)?;
    put(call, sum.to_string())?;
    Ok(Reply::Int(sum))
}

/// `HINCRBYFLOAT key field increment`
pub(crate) fn hincrbyfloat(call: &mut Call<'_>) -> Answer {
    float_arg(call.arg(3))?;
    let old = field(call)?.map_or(&b"0"[..], |text| text);
    float(old).ok_or(CommandError::fixed("ERR hash value is not a float"))?;
    let sum = add_decimal(old, call.arg(3))?;
    put(call, sum.clone())?;
    Ok(Reply::bulk(sum))
}

fn put(call: &mut Call<'_>, text: String) -> Result<(), CommandError> {
    let field = call.arg(2);
    let hash = call.store.keys.open::<Hash>(call.key())?;
    hash.insert(field.into(), text.into_bytes().into());
    Ok(())
}
