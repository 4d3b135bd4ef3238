//! `DBSIZE`, `FLUSHDB`, `FLUSHALL`, `TIME`, `CONFIG GET`.

use super::{Call, is};
use crate::error::{Answer, SYNTAX};
use crate::{Reply, glob_match};

/// `DBSIZE`
pub(crate) fn dbsize(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(call.store.keys.len()))
}

/// `FLUSHDB [ASYNC|SYNC]`, `FLUSHALL [ASYNC|SYNC]`
pub(crate) fn flush(call: &mut Call<'_>) -> Answer {
    let known = |arg: &Vec<u8>| is(arg, "ASYNC") || is(arg, "SYNC");
    if call.args.len() > 2 || !call.args[1..].iter().all(known) {
        return Err(SYNTAX);
    }
    let waited: Vec<_> = call
        .store
        .waiters
        .iter()
        .flat_map(|w| w.request.keys.iter().map(|k| k.0.clone()))
        .collect();
    call.store.keys.clear();
    waited.iter().for_each(|key| call.store.signal(key));
    Ok(Reply::OK)
}

/// `TIME`: seconds and microseconds.
pub(crate) fn time(call: &mut Call<'_>) -> Answer {
    let seconds = (call.now_ms / 1000).to_string();
    let micros = (call.now_ms % 1000 * 1000).to_string();
    Ok(Reply::Array(vec![
        Reply::bulk(seconds),
        Reply::bulk(micros),
    ]))
}

/// What clients and tools ask about; the store has no settings of its own.
const SETTINGS: [(&str, &str); 7] = [
    ("appendonly", "no"),
    ("databases", "1"),
    ("maxmemory", "0"),
    ("maxmemory-policy", "noeviction"),
    ("notify-keyspace-events", ""),
    ("save", ""),
    ("timeout", "0"),
];

/// `CONFIG GET pattern [pattern ...]`
pub(crate) fn config_get(call: &mut Call<'_>) -> Answer {
    let patterns: Vec<_> = call.args[2..]
        .iter()
        .map(|p| p.to_ascii_lowercase())
        .collect();
    let asked = |name: &str| patterns.iter().any(|p| glob_match(p, name.as_bytes()));
    let found = SETTINGS.iter().filter(|(name, _)| asked(name));
    Ok(Reply::Map(
        found
            .map(|(name, value)| (Reply::bulk(name), Reply::bulk(value)))
            .collect(),
    ))
}
