//! `XGROUP`: making, moving and removing consumer groups and their consumers.

use super::{Call, is};
use crate::Reply;
use crate::error::{Answer, CommandError};
use crate::stream::{Group, Stream, StreamId, full_id};

const NO_KEY: CommandError = CommandError::fixed(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use \
     the MKSTREAM option to create an empty stream automatically.",
);

struct Options {
    make: bool,
    entries_read: Option<u64>,
}

fn options(call: &Call<'_>, may_make: bool) -> Result<Options, CommandError> {
    let mut found = Options {
        make: false,
        entries_read: None,
    };
    let mut at = 5;
    while let Some(word) = call.args.get(at) {
        if may_make && is(word, "MKSTREAM") {
            found.make = true;
        } else if is(word, "ENTRIESREAD") && at + 1 < call.args.len() {
            let read = call.int(at + 1)?;
            if read < -1 {
                return Err(CommandError::fixed(
                    "ERR value for ENTRIESREAD must be positive or -1",
                ));
            }
            found.entries_read = u64::try_from(read).ok();
            at += 1;
        } else {
            let name = String::from_utf8_lossy(call.arg(1));
            return Err(CommandError::new(format!(
                "ERR unknown subcommand or wrong number of arguments for '{name}'. Try XGROUP HELP."
            )));
        }
        at += 1;
    }
    Ok(found)
}

/// The id in argument 4, where `$` is the stream's last one.
fn start(call: &Call<'_>, stream: Option<&Stream>) -> Result<StreamId, CommandError> {
    match call.arg(4) {
        b"$" => Ok(stream.map_or(StreamId::ZERO, |stream| stream.last_id)),
        text => full_id(text, 0),
    }
}

/// `XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD n]`
pub(crate) fn create(call: &mut Call<'_>) -> Answer {
    let options = options(call, true)?;
    let present = call.store.keys.read::<Box<Stream>>(call.arg(2))?;
    if present.is_none() && !options.make {
        return Err(NO_KEY);
    }
    let last_id = start(call, present.map(|stream| &**stream))?;
    let name = call.arg(3);
    let stream = call.store.keys.open::<Box<Stream>>(call.arg(2))?;
    if stream.groups.contains_key(name) {
        return Err(CommandError::fixed(
            "BUSYGROUP Consumer Group name already exists",
        ));
    }
    stream
        .groups
        .insert(name.into(), Group::new(last_id, options.entries_read));
    Ok(Reply::OK)
}

/// The group in argument 3 of the stream in argument 2.
fn group<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Group, CommandError> {
    let (key, name) = (call.arg(2), call.arg(3));
    let stream = call.store.keys.edit::<Box<Stream>>(key)?.ok_or(NO_KEY)?;
    stream.groups.get_mut(name).ok_or_else(|| {
        CommandError::new(format!(
            "NOGROUP No such consumer group '{}' for key name '{}'",
            String::from_utf8_lossy(name),
            String::from_utf8_lossy(key)
        ))
    })
}

/// `XGROUP SETID key group id|$ [ENTRIESREAD n]`
pub(crate) fn setid(call: &mut Call<'_>) -> Answer {
    let options = options(call, false)?;
    group(call)?;
    let stream = call.store.keys.read::<Box<Stream>>(call.arg(2))?;
    let last_id = start(call, stream.map(|stream| &**stream))?;
    let group = group(call)?;
    group.last_id = last_id;
    group.entries_read = options.entries_read;
    Ok(Reply::OK)
}

/// `XGROUP DESTROY key group`: 1 if there was one.
pub(crate) fn destroy(call: &mut Call<'_>) -> Answer {
    let (key, name) = (call.arg(2), call.arg(3));
    let stream = call.store.keys.edit::<Box<Stream>>(key)?.ok_or(NO_KEY)?;
    let removed = stream.groups.remove(name).is_some();
    call.store.signal(key);
    Ok(Reply::Int(i64::from(removed)))
}

/// `XGROUP CREATECONSUMER key group consumer`: 1 if it is new.
pub(crate) fn createconsumer(call: &mut Call<'_>) -> Answer {
    let (name, now_ms) = (call.arg(4), call.now_ms);
    let group = group(call)?;
    if group.consumers.contains_key(name) {
        return Ok(Reply::Int(0));
    }
    Ok(Reply::Int(i64::from(group.see(name, now_ms))))
}

/// `XGROUP DELCONSUMER key group consumer`: how many pending entries went with it.
pub(crate) fn delconsumer(call: &mut Call<'_>) -> Answer {
    let name = call.arg(4);
    Ok(Reply::count(group(call)?.remove_consumer(name)))
}
