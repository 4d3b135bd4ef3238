//! `CLIENT`: who is connected, and under which name.

use super::{Call, is};
use crate::error::{Answer, CommandError, SYNTAX};
use crate::{Bytes, ClientId, Reply};

/// What `CLIENT LIST` knows of a client.
#[derive(Debug)]
pub(crate) struct ClientInfo {
    address: String,
    since_ms: u64,
    pub(crate) name: Bytes,
    library: Bytes,
    library_version: Bytes,
}

impl ClientInfo {
    pub(crate) fn new(address: &str, since_ms: u64) -> Self {
        Self {
            address: address.into(),
            since_ms,
            name: Bytes::default(),
            library: Bytes::default(),
            library_version: Bytes::default(),
        }
    }

    fn line(&self, id: ClientId, now_ms: u64) -> String {
        let text = String::from_utf8_lossy;
        format!(
            "id={id} addr={} name={} age={} db=0 lib-name={} lib-ver={}\n",
            self.address,
            text(&self.name),
            now_ms.saturating_sub(self.since_ms) / 1000,
            text(&self.library),
            text(&self.library_version),
        )
    }
}

/// A name that keeps `CLIENT LIST` readable: printable, without spaces.
pub(crate) fn checked_name(name: &[u8]) -> Result<Bytes, CommandError> {
    if name.iter().all(u8::is_ascii_graphic) {
        return Ok(name.into());
    }
    Err(CommandError::fixed(
        "ERR Client names cannot contain spaces, newlines or special characters.",
    ))
}

fn info_of<'c>(call: &'c mut Call<'_>) -> Option<&'c mut ClientInfo> {
    call.store.clients.get_mut(&call.session.id)
}

/// `CLIENT ID`
pub(crate) fn id(call: &mut Call<'_>) -> Answer {
    Ok(Reply::Int(call.session.id as i64))
}

/// `CLIENT SETNAME name`
pub(crate) fn setname(call: &mut Call<'_>) -> Answer {
    let name = checked_name(call.arg(2))?;
    if let Some(info) = info_of(call) {
        info.name = name;
    }
    Ok(Reply::OK)
}

/// `CLIENT GETNAME`
pub(crate) fn getname(call: &mut Call<'_>) -> Answer {
    let name = info_of(call)
        .map(|info| &info.name)
        .filter(|name| !name.is_empty());
    Ok(Reply::bulk_or_null(name))
}

/// `CLIENT SETINFO LIB-NAME name | LIB-VER version`
pub(crate) fn setinfo(call: &mut Call<'_>) -> Answer {
    let (what, value) = (call.arg(2), call.arg(3));
    if !value.iter().all(u8::is_ascii_graphic) {
        let what = String::from_utf8_lossy(what).to_ascii_lowercase();
        return Err(CommandError::new(format!(
            "ERR {what} cannot contain spaces, newlines or special characters."
        )));
    }
    let Some(info) = info_of(call) else {
        return Ok(Reply::OK);
    };
    if is(what, "LIB-NAME") {
        info.library = value.into();
    } else if is(what, "LIB-VER") {
        info.library_version = value.into();
    } else {
        let what = String::from_utf8_lossy(what);
        return Err(CommandError::new(format!(
            "ERR Unrecognized option '{what}'"
        )));
    }
    Ok(Reply::OK)
}

/// `CLIENT LIST`
pub(crate) fn list(call: &mut Call<'_>) -> Answer {
    if call.args.len() > 2 {
        return Err(SYNTAX);
    }
    let lines = call
        .store
        .clients
        .iter()
        .map(|(id, info)| info.line(*id, call.now_ms));
    Ok(Reply::Verbatim(lines.collect()))
}

/// `CLIENT INFO`
pub(crate) fn info(call: &mut Call<'_>) -> Answer {
    let (id, now_ms) = (call.session.id, call.now_ms);
    Ok(Reply::Verbatim(
        info_of(call)
            .map(|info| info.line(id, now_ms))
            .unwrap_or_default(),
    ))
}

/// `CLIENT NO-EVICT ON|OFF`: nothing here evicts clients.
pub(crate) fn ignore(call: &mut Call<'_>) -> Answer {
    if is(call.arg(2), "ON") || is(call.arg(2), "OFF") {
        Ok(Reply::OK)
    } else {
        Err(SYNTAX)
    }
}
