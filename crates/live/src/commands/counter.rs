//! Strings that are numbers: `INCR`, `INCRBY`, `DECR`, `DECRBY`, `INCRBYFLOAT`.

use super::Call;
use crate::error::{Answer, CommandError, NOT_FLOAT, OVERFLOW};
use crate::number::{add_decimal, float, integer_arg};
use crate::value::Value;
use crate::{Bytes, Reply};

/// `INCR key`
pub(crate) fn incr(call: &mut Call<'_>) -> Answer {
    add(call, 1)
}

/// `DECR key`
pub(crate) fn decr(call: &mut Call<'_>) -> Answer {
    add(call, -1)
}

/// `INCRBY key increment`
pub(crate) fn incrby(call: &mut Call<'_>) -> Answer {
    let by = call.int(2)?;
    add(call, by)
}

/// `DECRBY key decrement`
pub(crate) fn decrby(call: &mut Call<'_>) -> Answer {
    let by = call.int(2)?;
    let by = by
        .checked_neg()
        .ok_or(CommandError::fixed("ERR decrement would overflow"))?;
    add(call, by)
}

/// Sets the key's text and keeps its expiry.
fn replace(call: &mut Call<'_>, text: &str) -> Result<(), CommandError> {
    let text: Bytes = text.as_bytes().into();
    match call.store.keys.edit::<Bytes>(call.key())? {
        Some(slot) => *slot = text,
        None => call.store.keys.insert(call.key(), Value::Text(text), None),
    }
    Ok(())
}

fn add(call: &mut Call<'_>, by: i64) -> Answer {
    let old = call.store.keys.read::<Bytes>(call.key())?;
    let old = old.map_or(Ok(0), |text| integer_arg(text))?;
    let sum = old.checked_add(by).ok_or(OVERFLOW)?;
    replace(call, &sum.to_string())?;
    Ok(Reply::Int(sum))
}

/// `INCRBYFLOAT key increment`
pub(crate) fn incrbyfloat(call: &mut Call<'_>) -> Answer {
    let old = call
        .store
        .keys
        .read::<Bytes>(call.key())?
        .map_or(&b"0"[..], |text| text);
    float(old).and(float(call.arg(2))).ok_or(NOT_FLOAT)?;
    let sum = add_decimal(old, call.arg(2))?;
    replace(call, &sum)?;
    Ok(Reply::bulk(sum))
}
