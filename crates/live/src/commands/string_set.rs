//! `SET` with all its options, `SETEX`, `PSETEX`, `SETNX`, `GETSET`, `GETEX`, `MSET`, `MSETNX`.

use super::expire::instant;
use super::{Call, is};
use crate::error::{Answer, CommandError, SYNTAX};
use crate::value::Value;
use crate::{Bytes, Reply};

/// What becomes of the key's expiry.
#[derive(Clone, Copy, PartialEq)]
enum Expiry {
    Clear,
    Keep,
    At(u64),
}

/// The instant in an option such as `EX 10`; it must lie after the epoch.
fn expiry_option(
    call: &Call<'_>,
    at: usize,
    unit_ms: i64,
    relative: bool,
    command: &str,
) -> Result<Expiry, CommandError> {
    let amount = call.int(at)?;
    if amount <= 0 {
        let text = format!("ERR invalid expire time in '{command}' command");
        return Err(CommandError::new(text));
    }
    let at = instant(amount, unit_ms, relative.then_some(call.now_ms), command)?;
    Ok(Expiry::At(at as u64))
}

/// The unit and whether it is relative, for one of the four expiry options.
fn expiry_kind(word: &[u8]) -> Option<(i64, bool)> {
    let kinds = [
        ("EX", (1000, true)),
        ("PX", (1, true)),
        ("EXAT", (1000, false)),
        ("PXAT", (1, false)),
    ];
    kinds
        .iter()
        .find(|(name, _)| is(word, name))
        .map(|(_, kind)| *kind)
}

fn store_text(call: &mut Call<'_>, key: &[u8], text: &[u8], expiry: Expiry) {
    let keys = &mut call.store.keys;
    let at = match expiry {
        Expiry::Clear => None,
        Expiry::Keep => keys.get(key).and_then(|entry| entry.expire_at_ms),
        Expiry::At(at) => Some(at),
    };
    keys.insert(key, Value::Text(text.into()), at);
    call.store.signal(key);
}

/// `SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]`
pub(crate) fn set(call: &mut Call<'_>) -> Answer {
    let (mut nx, mut xx, mut get) = (false, false, false);
    let mut expiry = Expiry::Clear;
    let mut at = 3;
    while at < call.args.len() {
        let word = call.arg(at);
        if is(word, "NX") && !xx {
            nx = true;
        } else if is(word, "XX") && !nx {
            xx = true;
        } else if is(word, "GET") {
            get = true;
        } else if expiry != Expiry::Clear {
            return Err(SYNTAX);
        } else if is(word, "KEEPTTL") {
            expiry = Expiry::Keep;
        } else if let Some((unit_ms, relative)) = expiry_kind(word) {
            at += 1;
            expiry = expiry_option(call, at, unit_ms, relative, "set")?;
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    let old = match get {
        true => Some(Reply::bulk_or_null(
            call.store.keys.read::<Bytes>(call.key())?,
        )),
        false => None,
    };
    let exists = call.store.keys.contains(call.key());
    if (nx && exists) || (xx && !exists) {
        return Ok(old.unwrap_or(Reply::Null));
    }
    store_text(call, call.key(), call.arg(2), expiry);
    Ok(old.unwrap_or(Reply::OK))
}

/// `SETEX key seconds value`
pub(crate) fn setex(call: &mut Call<'_>) -> Answer {
    let expiry = expiry_option(call, 2, 1000, true, "setex")?;
    store_text(call, call.key(), call.arg(3), expiry);
    Ok(Reply::OK)
}

/// `PSETEX key milliseconds value`
pub(crate) fn psetex(call: &mut Call<'_>) -> Answer {
    let expiry = expiry_option(call, 2, 1, true, "psetex")?;
    store_text(call, call.key(), call.arg(3), expiry);
    Ok(Reply::OK)
}

/// `SETNX key value`
pub(crate) fn setnx(call: &mut Call<'_>) -> Answer {
    if call.store.keys.contains(call.key()) {
        return Ok(Reply::Int(0));
    }
    store_text(call, call.key(), call.arg(2), Expiry::Clear);
    Ok(Reply::Int(1))
}

/// `GETSET key value`
pub(crate) fn getset(call: &mut Call<'_>) -> Answer {
    let old = Reply::bulk_or_null(call.store.keys.read::<Bytes>(call.key())?);
    store_text(call, call.key(), call.arg(2), Expiry::Clear);
    Ok(old)
}

/// `GETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST]`
pub(crate) fn getex(call: &mut Call<'_>) -> Answer {
    let expiry = match call.args.len() {
        2 => Expiry::Keep,
        3 if is(call.arg(2), "PERSIST") => Expiry::Clear,
        4 => {
            let (unit_ms, relative) = expiry_kind(call.arg(2)).ok_or(SYNTAX)?;
            expiry_option(call, 3, unit_ms, relative, "getex")?
        }
        _ => return Err(SYNTAX),
    };
    let reply = super::string::get(call)?;
    match expiry {
        Expiry::Keep => {}
        Expiry::Clear => drop(call.store.keys.set_expiry(call.key(), None)),
        Expiry::At(at) => drop(call.store.keys.set_expiry(call.key(), Some(at))),
    }
    Ok(reply)
}

fn pairs(call: &Call<'_>, name: &str) -> Result<Vec<(Bytes, Bytes)>, CommandError> {
    let (pairs, []) = call.args[1..].as_chunks::<2>() else {
        return Err(CommandError::arity(name));
    };
    Ok(pairs
        .iter()
        .map(|[k, v]| (k.as_slice().into(), v.as_slice().into()))
        .collect())
}

/// `MSET key value [key value ...]`
pub(crate) fn mset(call: &mut Call<'_>) -> Answer {
    for (key, text) in pairs(call, "mset")? {
        store_text(call, &key, &text, Expiry::Clear);
    }
    Ok(Reply::OK)
}

/// `MSETNX key value [key value ...]`: all of them, or none if one exists.
pub(crate) fn msetnx(call: &mut Call<'_>) -> Answer {
    let pairs = pairs(call, "msetnx")?;
    if pairs.iter().any(|(key, _)| call.store.keys.contains(key)) {
        return Ok(Reply::Int(0));
    }
    for (key, text) in pairs {
        store_text(call, &key, &text, Expiry::Clear);
    }
    Ok(Reply::Int(1))
}
