//! `XRANGE`, `XREVRANGE`, `XLEN`, `XDEL`.

use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError, SYNTAX};
use crate::stream::{Fields, Stream, StreamId, exclusive_id, full_id};

/// An entry as clients see it: its id and its fields.
pub(crate) fn show_entry(id: StreamId, fields: &Fields) -> Reply {
    let parts = fields
        .iter()
        .flat_map(|(field, value)| [Reply::bulk(field), Reply::bulk(value)]);
    Reply::Array(vec![
        Reply::bulk(id.to_string()),
        Reply::Array(parts.collect()),
    ])
}

/// Reads both edges of a range of ids.
pub(crate) fn id_range(low: &[u8], high: &[u8]) -> Result<(StreamId, StreamId), CommandError> {
    let (mut start, outside) = exclusive_id(low, 0)?;
    if outside {
        let error = CommandError::fixed("ERR invalid start ID for the interval");
        start = start.successor().ok_or(error)?;
    }
    let (mut end, outside) = exclusive_id(high, u64::MAX)?;
    if outside {
        let error = CommandError::fixed("ERR invalid end ID for the interval");
        end = end.predecessor().ok_or(error)?;
    }
    Ok((start, end))
}

fn range(call: &mut Call<'_>, reverse: bool) -> Answer {
    let (low, high) = if reverse { (3, 2) } else { (2, 3) };
    let (start, end) = id_range(call.arg(low), call.arg(high))?;
    let count = match call.args.len() {
        4 => None,
        6 if is(call.arg(4), "COUNT") => Some(call.int(5)?.max(0) as usize),
        _ => return Err(SYNTAX),
    };
    let Some(stream) = call.store.keys.read::<Box<Stream>>(call.key())? else {
        return Ok(Reply::Array(Vec::new()));
    };
    if count == Some(0) {
        return Ok(Reply::NullArray);
    }
    if start > end {
        return Ok(Reply::Array(Vec::new()));
    }
    let entries = stream
        .entries
        .range(start..=end)
        .map(|(id, fields)| show_entry(*id, fields));
    let count = count.unwrap_or(usize::MAX);
    Ok(Reply::Array(match reverse {
        true => entries.rev().take(count).collect(),
        false => entries.take(count).collect(),
    }))
}

/// `XRANGE key start end [COUNT count]`
pub(crate) fn xrange(call: &mut Call<'_>) -> Answer {
    range(call, false)
}

/// `XREVRANGE key end start [COUNT count]`
pub(crate) fn xrevrange(call: &mut Call<'_>) -> Answer {
    range(call, true)
}

/// `XLEN key`
pub(crate) fn xlen(call: &mut Call<'_>) -> Answer {
    let stream = call.store.keys.read::<Box<Stream>>(call.key())?;
    Ok(Reply::count(
        stream.map_or(0, |stream| stream.entries.len()),
    ))
}

/// Reads ids from some argument on.
pub(crate) fn ids_from(call: &Call<'_>, first: usize) -> Result<Vec<StreamId>, CommandError> {
    let id = |text: &Vec<u8>| match text.as_slice() {
        b"-" | b"+" => Err(crate::error::BAD_STREAM_ID),
        text => full_id(text, 0),
    };
    call.args[first..].iter().map(id).collect()
}

/// `XDEL key id [id ...]`: how many there were.
pub(crate) fn xdel(call: &mut Call<'_>) -> Answer {
    let Some(stream) = call.store.keys.edit::<Box<Stream>>(&call.args[1])? else {
        return Ok(Reply::Int(0));
    };
    let mut ids = Vec::new();
    for text in &call.args[2..] {
        ids.push(full_id(text, 0)?);
    }
    Ok(Reply::count(
        ids.into_iter().filter(|&id| stream.delete(id)).count(),
    ))
}
