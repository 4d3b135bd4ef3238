//! The arguments of `XREAD` and `XREADGROUP`.

use super::stream_read::no_group;
use super::{Call, is};
use crate::error::{CommandError, SYNTAX};
use crate::stream::{Stream, StreamId, full_id};
use crate::{Bytes, Store};

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
    pub(crate) name: Bytes,
    pub(crate) consumer: Bytes,
    pub(crate) no_ack: bool,
}

/// A whole reading.
#[derive(Debug, Clone)]
pub(crate) struct ReadRequest {
    pub(crate) group: Option<GroupPart>,
    pub(crate) keys: Vec<(Bytes, From)>,
    pub(crate) count: usize,
    pub(crate) block: Option<u64>,
}

/// Reads the arguments of the command of that (lower-case) name.
pub(crate) fn parse(call: &Call<'_>, name: &str) -> Result<ReadRequest, CommandError> {
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
