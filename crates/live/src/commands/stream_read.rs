//! `XREAD`, `XREADGROUP`: what is new in streams, waiting for it if asked to.

use super::stream_range::show_entry;
use super::{Call, is};
use crate::error::{Answer, CommandError, SYNTAX};
use crate::session::Wait;
use crate::stream::{Group, Pending, Stream, StreamId, full_id};
use crate::waiter::Waiter;
use crate::{Bytes, Reply, Store};

/// From where a stream is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum From {
    /// Entries above that id; within a group: what the consumer has pending above it.
    After(StreamId),
    /// What the group has not handed out.
    New,
}

/// The group part of an `XREADGROUP`.
#[derive(Debug, Clone)]
pub(crate) struct GroupPart {
    name: Bytes,
    consumer: Bytes,
    no_ack: bool,
}

/// A whole reading.
#[derive(Debug, Clone)]
pub(crate) struct ReadRequest {
    pub(crate) group: Option<GroupPart>,
    pub(crate) keys: Vec<(Bytes, From)>,
    count: usize,
    block: Option<u64>,
}

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

fn parse(call: &Call<'_>, name: &str) -> Result<ReadRequest, CommandError> {
    let grouped = name == "xreadgroup";
    let mut request = ReadRequest {
        group: None,
        keys: vec![],
        count: usize::MAX,
        block: None,
    };
    let (mut group, mut no_ack, mut streams) = (None, false, None);
    let mut at = 1;
    while at < call.args.len() {
        let left = call.args.len() - at - 1;
        let word = call.arg(at);
        if is(word, "BLOCK") && left > 0 {
            let block = call.int_or(at + 1, "ERR timeout is not an integer or out of range")?;
            let negative = CommandError::fixed("ERR timeout is negative");
            request.block = Some(u64::try_from(block).map_err(|_| negative)?);
            at += 1;
        } else if is(word, "COUNT") && left > 0 {
            let count = call.int(at + 1)?;
            request.count = usize::try_from(count)
                .ok()
                .filter(|&c| c > 0)
                .unwrap_or(usize::MAX);
            at += 1;
        } else if is(word, "STREAMS") && left > 0 {
            streams = Some(at + 1);
            break;
        } else if is(word, "GROUP") && left > 1 {
            only_in_group(grouped, "GROUP")?;
            group = Some((call.arg(at + 1), call.arg(at + 2)));
            at += 2;
        } else if is(word, "NOACK") {
            only_in_group(grouped, "NOACK")?;
            no_ack = true;
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    let streams = &call.args[streams.ok_or(SYNTAX)?..];
    if !streams.len().is_multiple_of(2) {
        return Err(CommandError::fixed(
            "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
        ));
    }
    if grouped && group.is_none() {
        return Err(CommandError::fixed(
            "ERR Missing GROUP option for XREADGROUP",
        ));
    }
    request.group = group.map(|(name, consumer)| GroupPart {
        name: name.into(),
        consumer: consumer.into(),
        no_ack,
    });
    let (keys, ids) = streams.split_at(streams.len() / 2);
    for (key, id) in keys.iter().zip(ids) {
        let from = parse_from(call.store, &request, key, id)?;
        request.keys.push((key.as_slice().into(), from));
    }
    Ok(request)
}

fn only_in_group(grouped: bool, option: &str) -> Result<(), CommandError> {
    if grouped {
        return Ok(());
    }
    Err(CommandError::new(format!(
        "ERR The {option} option is only supported by XREADGROUP. You called XREAD instead."
    )))
}

/// Reads one id, judging key and group on the way.
fn parse_from(
    store: &Store,
    request: &ReadRequest,
    key: &[u8],
    id: &[u8],
) -> Result<From, CommandError> {
    let stream = store.keys.read::<Box<Stream>>(key)?;
    if let Some(part) = &request.group
        && !stream.is_some_and(|stream| stream.groups.contains_key(&part.name))
    {
        return Err(no_group(key, &part.name));
    }
    match (id, request.group.is_some()) {
        (b"$", false) => Ok(From::After(
            stream.map_or(StreamId::ZERO, |stream| stream.last_id),
        )),
        (b"$", true) => Err(CommandError::fixed(
            "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history \
             of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ \
             ID would just return an empty result set.",
        )),
        (b">", true) => Ok(From::New),
        (b">", false) => Err(CommandError::fixed(
            "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> \
             <consumer> option.",
        )),
        (b"-" | b"+", _) => Err(crate::error::BAD_STREAM_ID),
        _ => full_id(id, 0).map(From::After),
    }
}

fn no_group(key: &[u8], group: &[u8]) -> CommandError {
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
