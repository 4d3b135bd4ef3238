//! `SUBSCRIBE`, `UNSUBSCRIBE`, their pattern forms, `PUBLISH`, `PUBSUB`.

use std::collections::BTreeSet;

use super::Call;
use crate::error::Answer;
use crate::pubsub::{listen, unlisten};
use crate::{Bytes, Reply, glob_match};

/// `SUBSCRIBE channel [channel ...]`
pub(crate) fn subscribe(call: &mut Call<'_>) -> Answer {
    begin(call, "subscribe", false)
}

/// `PSUBSCRIBE pattern [pattern ...]`
pub(crate) fn psubscribe(call: &mut Call<'_>) -> Answer {
    begin(call, "psubscribe", true)
}

/// `UNSUBSCRIBE [channel ...]`: all channels if none is named.
pub(crate) fn unsubscribe(call: &mut Call<'_>) -> Answer {
    end(call, "unsubscribe", false)
}

/// `PUNSUBSCRIBE [pattern ...]`
pub(crate) fn punsubscribe(call: &mut Call<'_>) -> Answer {
    end(call, "punsubscribe", true)
}

fn notice(word: &str, name: Reply, count: usize) -> Reply {
    Reply::Push(vec![Reply::bulk(word), name, Reply::count(count)])
}

fn names<'c>(call: &'c mut Call<'_>, patterns: bool) -> &'c mut BTreeSet<Bytes> {
    if patterns {
        &mut call.session.patterns
    } else {
        &mut call.session.channels
    }
}

fn begin(call: &mut Call<'_>, word: &str, patterns: bool) -> Answer {
    let (client, args) = (call.session.id, call.args);
    let mut replies = Vec::new();
    for name in &args[1..] {
        names(call, patterns).insert(name.as_slice().into());
        let registry = &mut call.store.pubsub;
        let listeners = if patterns {
            &mut registry.patterns
        } else {
            &mut registry.channels
        };
        listen(listeners, name, client);
        replies.push(notice(
            word,
            Reply::bulk(name),
            call.session.subscriptions(),
        ));
    }
    Ok(Reply::Many(replies))
}

fn end(call: &mut Call<'_>, word: &str, patterns: bool) -> Answer {
    let (client, args) = (call.session.id, call.args);
    let named: Vec<Bytes> = match args.len() {
        1 => names(call, patterns).iter().cloned().collect(),
        _ => args[1..]
            .iter()
            .map(|name| name.as_slice().into())
            .collect(),
    };
    if named.is_empty() {
        return Ok(notice(word, Reply::Null, call.session.subscriptions()));
    }
    let mut replies = Vec::new();
    for name in named {
        names(call, patterns).remove(&name);
        let registry = &mut call.store.pubsub;
        let listeners = if patterns {
            &mut registry.patterns
        } else {
            &mut registry.channels
        };
        unlisten(listeners, &name, client);
        replies.push(notice(
            word,
            Reply::Bulk(name),
            call.session.subscriptions(),
        ));
    }
    Ok(Reply::Many(replies))
}

/// `PUBLISH channel message`: how many got it.
pub(crate) fn publish(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(call.store.publish(call.arg(1), call.arg(2))))
}

/// `PUBSUB CHANNELS [pattern]`
pub(crate) fn channels(call: &mut Call<'_>) -> Answer {
    let pattern = call.args.get(2).map_or(&b"*"[..], Vec::as_slice);
    let names = call.store.pubsub.channels.keys();
    Ok(Reply::bulks(names.filter(|name| glob_match(pattern, name))))
}

/// `PUBSUB NUMSUB [channel ...]`
pub(crate) fn numsub(call: &mut Call<'_>) -> Answer {
    let count = |name: &[u8]| {
        call.store
            .pubsub
            .channels
            .get(name)
            .map_or(0, BTreeSet::len)
    };
    let pair = |name: &Vec<u8>| [Reply::bulk(name), Reply::count(count(name))];
    Ok(Reply::Array(call.args[2..].iter().flat_map(pair).collect()))
}

/// `PUBSUB NUMPAT`
pub(crate) fn numpat(call: &mut Call<'_>) -> Answer {
    Ok(Reply::count(call.store.pubsub.patterns.len()))
}
