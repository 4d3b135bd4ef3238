//! `DEL`, `EXISTS`, `TYPE`, `KEYS`, `RANDOMKEY`, `RENAME`, `RENAMENX`.

use super::Call;
use crate::error::{Answer, NO_SUCH_KEY};
use crate::{Reply, glob_match};

/// `DEL key [key ...]`, `UNLINK key [key ...]`
pub(crate) fn del(call: &mut Call<'_>) -> Answer {
    let mut removed = 0;
    for key in &call.args[1..] {
        if call.store.keys.remove(key).is_some() {
            removed += 1;
            call.store.signal(key);
        }
    }
    Ok(Reply::Int(removed))
}

/// `EXISTS key [key ...]`, `TOUCH key [key ...]`: a key given twice counts twice.
pub(crate) fn exists(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(
        call.args[1..]
            .iter()
            .filter(|key| call.store.keys.contains(key))
            .count(),
    ))
}

/// `TYPE key`
pub(crate) fn kind(call: &mut Call<'_>) -> Answer {
    let kind = call
        .store
        .keys
        .get(call.key())
        .map_or("none", |entry| entry.value.kind());
    Ok(Reply::Simple(kind.into()))
}

/// `KEYS pattern`
pub(crate) fn keys(call: &mut Call<'_>) -> Answer {
    let names = call.store.keys.iter().map(|(key, _)| key);
    Ok(Reply::bulks(
        names.filter(|key| glob_match(call.key(), key)),
    ))
}

/// `RANDOMKEY`
pub(crate) fn randomkey(call: &mut Call<'_>) -> Answer {
    let len = call.store.keys.len();
    let slot = call.store.chance_below(len);
    Ok(Reply::bulk_or_null(call.store.keys.nth(slot)))
}

fn move_key(call: &mut Call<'_>, only_new: bool) -> Result<bool, crate::CommandError> {
    let (from, to) = (call.arg(1), call.arg(2));
    if !call.store.keys.contains(from) {
        return Err(NO_SUCH_KEY);
    }
    if only_new && call.store.keys.contains(to) {
        return Ok(false);
    }
    if from != to
        && let Some(entry) = call.store.keys.remove(from)
    {
        call.store.keys.insert(to, entry.value, entry.expire_at_ms);
        call.store.signal(from);
        call.store.signal(to);
    }
    Ok(true)
}

/// `RENAME key newkey`: the expiry goes along.
pub(crate) fn rename(call: &mut Call<'_>) -> Answer {
    move_key(call, false).map(|_| Reply::OK)
}

/// `RENAMENX key newkey`
pub(crate) fn renamenx(call: &mut Call<'_>) -> Answer {
    move_key(call, true).map(|moved| Reply::Int(i64::from(moved)))
}
