//! `INFO`: what the store tells about itself, in sections.

use std::fmt::Write as _;

use super::{Call, is};
use crate::error::Answer;
use crate::{COMPATIBLE_VERSION, Reply, Store};

type Section = (&'static str, fn(&Store, u64) -> Vec<(&'static str, String)>);

const SECTIONS: [Section; 6] = [
    ("Server", server),
    ("Clients", clients),
    ("Persistence", persistence),
    ("Stats", stats),
    ("Replication", replication),
    ("Keyspace", keyspace),
];

/// `INFO [section ...]`
pub(crate) fn info(call: &mut Call<'_>) -> Answer {
    let wanted = &call.args[1..];
    let all = |arg: &Vec<u8>| {
        ["all", "default", "everything"]
            .iter()
            .any(|word| is(arg, word))
    };
    let whole = wanted.is_empty() || wanted.iter().any(all);
    let mut out = String::new();
    for (name, fields) in SECTIONS {
        if whole || wanted.iter().any(|arg| is(arg, name)) {
            let gap = if out.is_empty() { "" } else { "\r\n" };
            // Writing to a String cannot fail.
            let _ = write!(out, "{gap}# {name}\r\n");
            for (field, value) in fields(call.store, call.now_ms) {
                let _ = write!(out, "{field}:{value}\r\n");
            }
        }
    }
    Ok(Reply::Verbatim(out))
}

fn server(store: &Store, now_ms: u64) -> Vec<(&'static str, String)> {
    let up_ms = now_ms.saturating_sub(store.stats.started_ms.unwrap_or(now_ms));
    vec![
        ("redis_version", COMPATIBLE_VERSION.into()),
        ("redis_mode", "standalone".into()),
        ("tachograph_version", env!("CARGO_PKG_VERSION").into()),
        ("process_id", std::process::id().to_string()),
        ("uptime_in_seconds", (up_ms / 1000).to_string()),
        ("uptime_in_days", (up_ms / 86_400_000).to_string()),
    ]
}

fn clients(store: &Store, _: u64) -> Vec<(&'static str, String)> {
    vec![
        ("connected_clients", store.clients.len().to_string()),
        ("blocked_clients", store.waiters.len().to_string()),
    ]
}

fn persistence(_: &Store, _: u64) -> Vec<(&'static str, String)> {
    vec![("loading", "0".into()), ("aof_enabled", "0".into())]
}

fn stats(store: &Store, _: u64) -> Vec<(&'static str, String)> {
    vec![
        (
            "total_connections_received",
            store.stats.connections.to_string(),
        ),
        ("total_commands_processed", store.stats.commands.to_string()),
        ("total_effects_applied", store.stats.effects.to_string()),
        ("expired_keys", store.keys.expired.to_string()),
        ("keyspace_hits", store.stats.hits.to_string()),
        ("keyspace_misses", store.stats.misses.to_string()),
        ("pubsub_channels", store.pubsub.channels.len().to_string()),
        ("pubsub_patterns", store.pubsub.patterns.len().to_string()),
    ]
}

fn replication(_: &Store, _: u64) -> Vec<(&'static str, String)> {
    vec![("role", "master".into()), ("connected_slaves", "0".into())]
}

fn keyspace(store: &Store, now_ms: u64) -> Vec<(&'static str, String)> {
    let keys = store.keys.len();
    if keys == 0 {
        return Vec::new();
    }
    let expiring = store.keys.expiring();
    let average = store.keys.average_ttl(now_ms);
    vec![(
        "db0",
        format!("keys={keys},expires={expiring},avg_ttl={average}"),
    )]
}
