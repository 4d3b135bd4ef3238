//! `XACK`, `XPENDING`: what consumers have and have not acknowledged.

use super::stream_range::{id_range, ids_from};
use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError, SYNTAX};
use crate::stream::{Group, Stream, StreamId};

/// The error for a stream or group that is not there.
pub(crate) fn no_group(key: &[u8], group: &[u8]) -> CommandError {
    CommandError::new(format!(
        "NOGROUP No such key '{}' or consumer group '{}'",
        String::from_utf8_lossy(key),
        String::from_utf8_lossy(group)
    ))
}

/// `XACK key group id [id ...]`: how many were pending.
pub(crate) fn xack(call: &mut Call<'_>) -> Answer {
    let stream = call.store.keys.read::<Box<Stream>>(call.key())?;
    if !stream.is_some_and(|stream| stream.groups.contains_key(call.arg(2))) {
        return Ok(Reply::Int(0));
    }
    let ids = ids_from(call, 3)?;
    let name = call.arg(2);
    let stream = call.store.keys.edit::<Box<Stream>>(call.key())?;
    let group = stream.and_then(|stream| stream.groups.get_mut(name));
    let done = group.map_or(0, |group| {
        ids.into_iter().filter(|id| group.acknowledge(*id)).count()
    });
    Ok(Reply::count(done))
}

/// `XPENDING key group [[IDLE ms] start end count [consumer]]`
pub(crate) fn xpending(call: &mut Call<'_>) -> Answer {
    let details = if call.args.len() > 3 {
        Some(Details::parse(call)?)
    } else {
        None
    };
    let stream = call.store.keys.read::<Box<Stream>>(call.key())?;
    let group = stream.and_then(|stream| stream.groups.get(call.arg(2)));
    let group = group.ok_or_else(|| no_group(call.key(), call.arg(2)))?;
    Ok(match details {
        None => summary(group),
        Some(details) => details.list(group, call.now_ms),
    })
}

fn summary(group: &Group) -> Reply {
    let (Some(first), Some(last)) = (
        group.pending.keys().next(),
        group.pending.keys().next_back(),
    ) else {
        return Reply::Array(vec![
            Reply::Int(0),
            Reply::Null,
            Reply::Null,
            Reply::NullArray,
        ]);
    };
    let busy = group
        .consumers
        .iter()
        .filter(|(_, consumer)| !consumer.pending.is_empty());
    let line = |(name, consumer): (&crate::Bytes, &crate::stream::Consumer)| {
        Reply::Array(vec![
            Reply::bulk(name),
            Reply::bulk(consumer.pending.len().to_string()),
        ])
    };
    Reply::Array(vec![
        Reply::count(group.pending.len()),
        Reply::bulk(first.to_string()),
        Reply::bulk(last.to_string()),
        Reply::Array(busy.map(line).collect()),
    ])
}

/// The long form's arguments.
struct Details<'a> {
    min_idle_ms: u64,
    start: StreamId,
    end: StreamId,
    count: usize,
    consumer: Option<&'a [u8]>,
}

impl<'a> Details<'a> {
    fn parse(call: &Call<'a>) -> Result<Self, CommandError> {
        let mut at = 3;
        let mut min_idle_ms = 0;
        if is(call.arg(3), "IDLE") {
            min_idle_ms = call.int(4)?.max(0) as u64;
            at = 5;
        }
        if !(at + 3..=at + 4).contains(&call.args.len()) {
            return Err(SYNTAX);
        }
        let count = call.int(at + 2)?.max(0) as usize;
        let (start, end) = id_range(call.arg(at), call.arg(at + 1))?;
        let consumer = call.args.get(at + 3).map(Vec::as_slice);
        Ok(Self {
            min_idle_ms,
            start,
            end,
            count,
            consumer,
        })
    }

    fn list(&self, group: &Group, now_ms: u64) -> Reply {
        if self.start > self.end {
            return Reply::Array(Vec::new());
        }
        let lines = group
            .pending
            .range(self.start..=self.end)
            .filter_map(|(id, pending)| {
                let idle_ms = now_ms.saturating_sub(pending.delivered_ms);
                let wanted = idle_ms >= self.min_idle_ms
                    && self
                        .consumer
                        .is_none_or(|consumer| *consumer == *pending.consumer);
                wanted.then(|| {
                    Reply::Array(vec![
                        Reply::bulk(id.to_string()),
                        Reply::bulk(&pending.consumer),
                        Reply::Int(idle_ms as i64),
                        Reply::Int(pending.deliveries as i64),
                    ])
                })
            });
        Reply::Array(lines.take(self.count).collect())
    }
}
