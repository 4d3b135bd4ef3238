//! `XCLAIM`, `XAUTOCLAIM`: taking over what another consumer has pending.
//!
//! A pending entry that was deleted from the stream is taken off the pending list on the way.

use super::stream_pending::no_group;
use super::stream_range::show_entry;
use super::{Call, is};
use crate::error::{Answer, CommandError, NOT_INTEGER, SYNTAX};
use crate::number::integer;
use crate::stream::{Group, Pending, Stream, StreamId, exclusive_id, full_id};
use crate::{Bytes, Reply};

/// How a claimed entry is noted and shown.
struct Claim {
    consumer: Bytes,
    min_idle_ms: u64,
    delivered_ms: u64,
    deliveries: Option<u64>,
    only_id: bool,
    force: bool,
    last_id: Option<StreamId>,
}

/// What came of one id.
enum Claimed {
    Shown(Reply),
    Deleted,
    Passed,
}

impl Claim {
    fn take(&self, stream: &Stream, group: &mut Group, id: StreamId, now_ms: u64) -> Claimed {
        let fields = stream.entries.get(&id);
        let Some(fields) = fields else {
            return if group.acknowledge(id) {
                Claimed::Deleted
            } else {
                Claimed::Passed
            };
        };
        let before = match group.pending.get(&id) {
            Some(pending) => {
                let idle_ms = now_ms.saturating_sub(pending.delivered_ms);
                if idle_ms < self.min_idle_ms {
                    return Claimed::Passed;
                }
                pending.deliveries
            }
            None if self.force => 0,
            None => return Claimed::Passed,
        };
        let deliveries = self.deliveries.unwrap_or(before + u64::from(!self.only_id));
        let (consumer, delivered_ms) = (self.consumer.clone(), self.delivered_ms);
        group.hand_out(
            id,
            Pending {
                consumer,
                delivered_ms,
                deliveries,
            },
        );
        Claimed::Shown(match self.only_id {
            true => Reply::bulk(id.to_string()),
            false => show_entry(id, fields),
        })
    }
}

fn min_idle(call: &Call<'_>, command: &str) -> Result<u64, CommandError> {
    let idle = integer(call.arg(4)).ok_or_else(|| {
        CommandError::new(format!("ERR Invalid min-idle-time argument for {command}"))
    })?;
    Ok(idle.max(0) as u64)
}

fn check_group(call: &Call<'_>) -> Result<(), CommandError> {
    let stream = call.store.keys.read::<Box<Stream>>(call.key())?;
    match stream.is_some_and(|stream| stream.groups.contains_key(call.arg(2))) {
        true => Ok(()),
        false => Err(no_group(call.key(), call.arg(2))),
    }
}

/// Runs an action on the stream and its group, which is taken out meanwhile.
fn with_group<T>(
    call: &mut Call<'_>,
    action: impl FnOnce(&Stream, &mut Group) -> T,
) -> Result<T, CommandError> {
    let (key, name) = (call.arg(1), call.arg(2));
    let stream = call
        .store
        .keys
        .edit::<Box<Stream>>(key)?
        .ok_or_else(|| no_group(key, name))?;
    let mut group = stream
        .groups
        .remove(name)
        .ok_or_else(|| no_group(key, name))?;
    let result = action(stream, &mut group);
    stream.groups.insert(name.into(), group);
    Ok(result)
}

/// `XCLAIM key group consumer min-idle-time id [id ...] [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE]
/// [JUSTID] [LASTID id]`
pub(crate) fn xclaim(call: &mut Call<'_>) -> Answer {
    check_group(call)?;
    let min_idle_ms = min_idle(call, "XCLAIM")?;
    let ids: Vec<_> = call.args[5..]
        .iter()
        .map_while(|text| full_id(text, 0).ok())
        .collect();
    let claim = claim_options(call, min_idle_ms, 5 + ids.len())?;
    let now_ms = call.now_ms;
    let shown = with_group(call, |stream, group| {
        group.see(&claim.consumer, now_ms);
        group.last_id = group.last_id.max(claim.last_id.unwrap_or_default());
        let taken = ids
            .into_iter()
            .filter_map(|id| match claim.take(stream, group, id, now_ms) {
                Claimed::Shown(reply) => Some(reply),
                Claimed::Deleted | Claimed::Passed => None,
            });
        taken.collect()
    })?;
    Ok(Reply::Array(shown))
}

fn claim_options(call: &Call<'_>, min_idle_ms: u64, first: usize) -> Result<Claim, CommandError> {
    let mut claim = Claim {
        consumer: call.arg(3).into(),
        min_idle_ms,
        delivered_ms: call.now_ms,
        deliveries: None,
        only_id: false,
        force: false,
        last_id: None,
    };
    let number = |at: usize, name: &str| {
        integer(call.arg(at)).ok_or_else(|| {
            CommandError::new(format!("ERR Invalid {name} option argument for XCLAIM"))
        })
    };
    let mut at = first;
    while let Some(word) = call.args.get(at) {
        let more = at + 1 < call.args.len();
        match () {
            () if is(word, "FORCE") => claim.force = true,
            () if is(word, "JUSTID") => claim.only_id = true,
            () if is(word, "IDLE") && more => {
                at += 1;
                let idle_ms = number(at, "IDLE")?.max(0) as u64;
                claim.delivered_ms = call.now_ms.saturating_sub(idle_ms);
            }
            () if is(word, "TIME") && more => {
                at += 1;
                let at_ms = number(at, "TIME")?.max(0) as u64;
                claim.delivered_ms = at_ms.min(call.now_ms);
            }
            () if is(word, "RETRYCOUNT") && more => {
                at += 1;
                claim.deliveries = Some(number(at, "RETRYCOUNT")?.max(0) as u64);
            }
            () if is(word, "LASTID") && more => {
                at += 1;
                claim.last_id = Some(full_id(call.arg(at), 0)?);
            }
            () => {
                let word = String::from_utf8_lossy(word);
                return Err(CommandError::new(format!(
                    "ERR Unrecognized XCLAIM option '{word}'"
                )));
            }
        }
        at += 1;
    }
    Ok(claim)
}

/// `XAUTOCLAIM key group consumer min-idle-time start [COUNT n] [JUSTID]`: the id to go on from, the
/// entries, and the ids that were deleted.
pub(crate) fn xautoclaim(call: &mut Call<'_>) -> Answer {
    let min_idle_ms = min_idle(call, "XAUTOCLAIM")?;
    let (mut start, outside) = exclusive_id(call.arg(5), 0)?;
    if outside {
        let error = CommandError::fixed("ERR invalid start ID for the interval");
        start = start.successor().ok_or(error)?;
    }
    let (mut count, mut only_id) = (100, false);
    let mut at = 6;
    while let Some(word) = call.args.get(at) {
        if is(word, "JUSTID") {
            only_id = true;
        } else if is(word, "COUNT") && at + 1 < call.args.len() {
            at += 1;
            let wished = integer(call.arg(at)).ok_or(NOT_INTEGER)?;
            let error = CommandError::fixed("ERR COUNT must be > 0");
            count = usize::try_from(wished)
                .ok()
                .filter(|&c| c > 0)
                .ok_or(error)?;
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    check_group(call)?;
    let claim = Claim {
        only_id,
        ..claim_options(call, min_idle_ms, call.args.len())?
    };
    let now_ms = call.now_ms;
    with_group(call, |stream, group| {
        autoclaim(stream, group, &claim, start, count, now_ms)
    })
}

fn autoclaim(
    stream: &Stream,
    group: &mut Group,
    claim: &Claim,
    start: StreamId,
    count: usize,
    now_ms: u64,
) -> Reply {
    group.see(&claim.consumer, now_ms);
    let tries = count.saturating_mul(10);
    let ids: Vec<_> = group
        .pending
        .range(start..)
        .map(|(id, _)| *id)
        .take(tries)
        .collect();
    let (mut shown, mut deleted) = (Vec::new(), Vec::new());
    let mut next = start;
    for id in ids {
        if shown.len() + deleted.len() >= count {
            break;
        }
        match claim.take(stream, group, id, now_ms) {
            Claimed::Shown(reply) => shown.push(reply),
            Claimed::Deleted => deleted.push(Reply::bulk(id.to_string())),
            Claimed::Passed => {}
        }
        next = id.successor().unwrap_or(StreamId::MAX);
    }
    let following = group
        .pending
        .range(next..)
        .next()
        .map_or(StreamId::ZERO, |(id, _)| *id);
    Reply::Array(vec![
        Reply::bulk(following.to_string()),
        Reply::Array(shown),
        Reply::Array(deleted),
    ])
}
