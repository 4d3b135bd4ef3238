//! `XINFO`: what there is to know of a stream, its groups and their consumers.

use super::Call;
use super::stream_range::show_entry;
use crate::Reply;
use crate::error::{Answer, CommandError, NO_SUCH_KEY};
use crate::stream::Stream;

fn of<'c>(call: &'c Call<'_>) -> Result<&'c Stream, CommandError> {
    call.store
        .keys
        .read::<Box<Stream>>(call.arg(2))?
        .map(|s| &**s)
        .ok_or(NO_SUCH_KEY)
}

fn number_or_null(number: Option<u64>) -> Reply {
    number.map_or(Reply::Null, |n| Reply::Int(n as i64))
}

/// Entries that Redis puts into one node of its tree.
const NODE_ENTRIES: usize = 100;

/// `XINFO STREAM key`: the two numbers of the radix tree are what Redis would need for as many entries.
pub(crate) fn stream(call: &mut Call<'_>) -> Answer {
    let stream = of(call)?;
    let nodes = stream.entries.len().div_ceil(NODE_ENTRIES);
    let edge = |entry: Option<_>| {
        entry.map_or(Reply::Null, |(id, fields): (&_, _)| show_entry(*id, fields))
    };
    Ok(Reply::named([
        ("length", Reply::count(stream.entries.len())),
        ("radix-tree-keys", Reply::count(nodes)),
        ("radix-tree-nodes", Reply::count(nodes + 1)),
        ("last-generated-id", Reply::bulk(stream.last_id.to_string())),
        (
            "max-deleted-entry-id",
            Reply::bulk(stream.max_deleted.to_string()),
        ),
        ("entries-added", Reply::Int(stream.entries_added as i64)),
        (
            "recorded-first-entry-id",
            Reply::bulk(stream.first_id().to_string()),
        ),
        ("groups", Reply::count(stream.groups.len())),
        ("first-entry", edge(stream.entries.first_key_value())),
        ("last-entry", edge(stream.entries.last_key_value())),
    ]))
}

/// `XINFO GROUPS key`
pub(crate) fn groups(call: &mut Call<'_>) -> Answer {
    let stream = of(call)?;
    let lines = stream.groups.iter().map(|(name, group)| {
        Reply::named([
            ("name", Reply::bulk(name)),
            ("consumers", Reply::count(group.consumers.len())),
            ("pending", Reply::count(group.pending.len())),
            ("last-delivered-id", Reply::bulk(group.last_id.to_string())),
            ("entries-read", number_or_null(group.entries_read)),
            ("lag", number_or_null(stream.lag(group))),
        ])
    });
    Ok(Reply::Array(lines.collect()))
}

/// `XINFO CONSUMERS key group`
pub(crate) fn consumers(call: &mut Call<'_>) -> Answer {
    let group = of(call)?.groups.get(call.arg(3)).ok_or_else(|| {
        CommandError::new(format!(
            "NOGROUP No such consumer group '{}' for key name '{}'",
            String::from_utf8_lossy(call.arg(3)),
            String::from_utf8_lossy(call.arg(2))
        ))
    })?;
    let lines = group.consumers.iter().map(|(name, consumer)| {
        Reply::named([
            ("name", Reply::bulk(name)),
            ("pending", Reply::count(consumer.pending.len())),
            (
                "idle",
                Reply::Int(call.now_ms.saturating_sub(consumer.seen_ms) as i64),
            ),
        ])
    });
    Ok(Reply::Array(lines.collect()))
}
