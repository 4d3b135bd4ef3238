//! `MULTI`, `EXEC`, `DISCARD`, `WATCH`, `UNWATCH`.

use super::Call;
use crate::Reply;
use crate::error::{Answer, CommandError};
use crate::session::Queue;
use crate::table;

/// `MULTI`: the commands that follow are queued.
pub(crate) fn multi(call: &mut Call<'_>) -> Answer {
    if call.session.queue.is_some() {
        return Err(CommandError::fixed("ERR MULTI calls can not be nested"));
    }
    call.session.queue = Some(Queue::default());
    Ok(Reply::OK)
}

/// `DISCARD`: the queued commands are dropped.
pub(crate) fn discard(call: &mut Call<'_>) -> Answer {
    call.session.watched.clear();
    match call.session.queue.take() {
        Some(_) => Ok(Reply::OK),
        None => Err(CommandError::fixed("ERR DISCARD without MULTI")),
    }
}

/// `EXEC`: the queued commands are carried out with nothing between them, unless a watched key changed.
pub(crate) fn exec(call: &mut Call<'_>) -> Answer {
    let Some(queue) = call.session.queue.take() else {
        return Err(CommandError::fixed("ERR EXEC without MULTI"));
    };
    let watched = std::mem::take(&mut call.session.watched);
    if queue.spoiled {
        let text = "EXECABORT Transaction discarded because of previous errors.";
        return Err(CommandError::fixed(text));
    }
    if watched
        .iter()
        .any(|(key, version)| call.store.keys.version(key) != *version)
    {
        return Ok(Reply::NullArray);
    }
    call.session.in_exec = true;
    let mut replies = Vec::with_capacity(queue.commands.len());
    for args in &queue.commands {
        replies.push(match table::find(args) {
            Ok(spec) => call.store.run(call.session, spec, args, call.now_ms),
            Err(error) => Reply::Error(error),
        });
    }
    call.session.in_exec = false;
    Ok(Reply::Array(replies))
}

/// `WATCH key [key ...]`: the next `EXEC` does nothing if one of them changes before it.
pub(crate) fn watch(call: &mut Call<'_>) -> Answer {
    if call.session.queue.is_some() {
        return Err(CommandError::fixed("ERR WATCH inside MULTI is not allowed"));
    }
    for key in &call.args[1..] {
        if !call.session.watched.iter().any(|(k, _)| **k == **key) {
            let version = call.store.keys.version(key);
            call.session.watched.push((key.as_slice().into(), version));
        }
    }
    Ok(Reply::OK)
}

/// `UNWATCH`
pub(crate) fn unwatch(call: &mut Call<'_>) -> Answer {
    call.session.watched.clear();
    Ok(Reply::OK)
}
