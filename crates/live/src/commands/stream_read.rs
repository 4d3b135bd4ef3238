//! `XREAD`, `XREADGROUP`: what is new in streams, waiting for it if asked to.

use super::Call;
use super::stream_range::show_entry;
use super::stream_read_args::{From, GroupPart, ReadRequest, parse};
use crate::error::{Answer, CommandError};
use crate::session::Wait;
use crate::stream::{Group, Pending, Stream, StreamId};
use crate::waiter::Waiter;
use crate::{Reply, Store};

/// `XREAD [COUNT n] [BLOCK ms] STREAMS key [key ...] id [id ...]`
pub(crate) fn xread(call: &mut Call<'_>) -> Answer {
    let request = parse(call, "xread")?;
    read_or_wait(call, request)
}

/// `XREADGROUP GROUP group consumer [COUNT n] [BLOCK ms] [NOACK] STREAMS key [key ...] id [id ...]`
pub(crate) fn xreadgroup(call: &mut Call<'_>) -> Answer {
    let request = parse(call, "xreadgroup")?;
    read_or_wait(call, request)
}

fn read_or_wait(call: &mut Call<'_>, request: ReadRequest) -> Answer {
    if let Some(reply) = answer_read(call.store, &request, call.now_ms)? {
        return Ok(reply);
    }
    match request.block {
        Some(timeout) if !call.session.in_exec => {
            call.session.wait = Some(Wait {
                timeout_ms: (timeout > 0).then_some(timeout),
            });
            call.store.waiters.push(Waiter {
                client: call.session.id,
                request,
            });
            Ok(Reply::NONE)
        }
        _ => Ok(Reply::NullArray),
    }
}

/// The error for a group that is not there.
pub(crate) fn no_group(key: &[u8], group: &[u8]) -> CommandError {
    CommandError::new(format!(
        "NOGROUP No such key '{}' or consumer group '{}' in XREADGROUP with GROUP option",
        String::from_utf8_lossy(key),
        String::from_utf8_lossy(group)
    ))
}

/// The reply to a reading, or nothing if there is nothing to read yet.
pub(crate) fn answer_read(
    store: &mut Store,
    request: &ReadRequest,
    now_ms: u64,
) -> Result<Option<Reply>, CommandError> {
    let mut found = Vec::new();
    for (key, from) in &request.keys {
        let entries = match &request.group {
            None => read_plain(store, key, *from, request.count)?,
            Some(part) => {
                let stream = store.keys.edit::<Box<Stream>>(key)?;
                let stream = stream.ok_or_else(|| no_group(key, &part.name))?;
                read_group(stream, key, part, *from, request.count, now_ms)?
            }
        };
        if let Some(entries) = entries {
            found.push((Reply::bulk(key), Reply::Array(entries)));
        }
    }
    Ok((!found.is_empty()).then_some(Reply::Keyed(found)))
}

type Entries = Option<Vec<Reply>>;

fn read_plain(
    store: &Store,
    key: &[u8],
    from: From,
    count: usize,
) -> Result<Entries, CommandError> {
    let Some(stream) = store.keys.read::<Box<Stream>>(key)? else {
        return Ok(None);
    };
    let From::After(id) = from else {
        return Ok(None);
    };
    let Some(start) = id.successor() else {
        return Ok(None);
    };
    let entries = stream.entries.range(start..).take(count);
    let shown: Vec<_> = entries
        .map(|(id, fields)| show_entry(*id, fields))
        .collect();
    Ok((!shown.is_empty()).then_some(shown))
}

fn read_group(
    stream: &mut Stream,
    key: &[u8],
    part: &GroupPart,
    from: From,
    count: usize,
    now_ms: u64,
) -> Result<Entries, CommandError> {
    // The group is taken out while the stream is read, and put back.
    let mut group = stream
        .groups
        .remove(&part.name)
        .ok_or_else(|| no_group(key, &part.name))?;
    let entries = match from {
        From::New => read_new(stream, &mut group, part, count, now_ms),
        From::After(id) => Some(read_history(stream, &mut group, part, id, count, now_ms)),
    };
    stream.groups.insert(part.name.clone(), group);
    Ok(entries)
}

/// Hands out what is new to the group.
fn read_new(
    stream: &Stream,
    group: &mut Group,
    part: &GroupPart,
    count: usize,
    now_ms: u64,
) -> Entries {
    let start = group.last_id.successor()?;
    let mut shown = Vec::new();
    for (&id, fields) in stream.entries.range(start..).take(count) {
        group.entries_read = match group.entries_read {
            Some(read) if !stream.has_gap_from(id) => Some(read + 1),
            _ => stream.added_up_to(id),
        };
        group.last_id = id;
        if !part.no_ack {
            let consumer = part.consumer.clone();
            group.hand_out(
                id,
                Pending {
                    consumer,
                    delivered_ms: now_ms,
                    deliveries: 1,
                },
            );
        }
        shown.push(show_entry(id, fields));
    }
    if shown.is_empty() {
        return None;
    }
    group.see(&part.consumer, now_ms);
    Some(shown)
}

/// Shows again what the consumer has pending; a deleted entry is shown without fields.
fn read_history(
    stream: &Stream,
    group: &mut Group,
    part: &GroupPart,
    after: StreamId,
    count: usize,
    now_ms: u64,
) -> Vec<Reply> {
    group.see(&part.consumer, now_ms);
    let Some(start) = after.successor() else {
        return Vec::new();
    };
    let own = group
        .consumers
        .get(&part.consumer)
        .map(|consumer| &consumer.pending);
    let ids: Vec<_> = own
        .into_iter()
        .flat_map(|ids| ids.range(start..))
        .map(|(id, ())| id)
        .take(count)
        .collect();
    let mut shown = Vec::new();
    for id in ids {
        shown.push(match stream.entries.get(id) {
            Some(fields) => {
                if let Some(pending) = group.pending.get_mut(id) {
                    pending.delivered_ms = now_ms;
                    pending.deliveries += 1;
                }
                show_entry(*id, fields)
            }
            None => Reply::Array(vec![Reply::bulk(id.to_string()), Reply::NullArray]),
        });
    }
    shown
}
