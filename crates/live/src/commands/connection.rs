//! `PING`, `ECHO`, `HELLO`, `AUTH`, `SELECT`, `RESET`, `QUIT`.

use super::{Call, is};
use crate::error::{Answer, CommandError, SYNTAX};
use crate::number::integer;
use crate::{COMPATIBLE_VERSION, Reply};

const NO_PASSWORD: CommandError = CommandError::fixed(
    "ERR AUTH <password> called without any password configured for the default user. \
     Are you sure your configuration is correct?",
);
const WRONG_PASSWORD: CommandError =
    CommandError::fixed("WRONGPASS invalid username-password pair or user is disabled.");

/// `PING [message]`; a subscriber of RESP2 gets an array, for all it reads are messages.
pub(crate) fn ping(call: &mut Call<'_>) -> Answer {
    if call.args.len() > 2 {
        return Err(CommandError::arity("ping"));
    }
    let message = call.args.get(1);
    if call.session.protocol == 2 && call.session.subscriptions() > 0 {
        let echo = message.map_or(&b""[..], Vec::as_slice);
        return Ok(Reply::Array(vec![Reply::bulk("pong"), Reply::bulk(echo)]));
    }
    Ok(message.map_or(Reply::Simple("PONG".into()), Reply::bulk))
}

/// `ECHO message`
pub(crate) fn echo(call: &mut Call<'_>) -> Answer {
    Ok(Reply::bulk(call.arg(1)))
}

/// `AUTH [username] password`: there is one user, `default`, without a password.
pub(crate) fn auth(call: &mut Call<'_>) -> Answer {
    match call.args.len() {
        2 => Err(NO_PASSWORD),
        3 if call.arg(1) == b"default" => Ok(Reply::OK),
        3 => Err(WRONG_PASSWORD),
        _ => Err(SYNTAX),
    }
}

/// `HELLO [protover [AUTH username password] [SETNAME name]]`
pub(crate) fn hello(call: &mut Call<'_>) -> Answer {
    let mut protocol = call.session.protocol;
    if let Some(version) = call.args.get(1) {
        protocol = match integer(version) {
            Some(2) => 2,
            Some(3) => 3,
            Some(_) => {
                return Err(CommandError::fixed("NOPROTO unsupported protocol version"));
            }
            None => {
                return Err(CommandError::fixed(
                    "ERR Protocol version is not an integer or out of range",
                ));
            }
        };
    }
    let mut name = None;
    let mut at = 2;
    while at < call.args.len() {
        let left = call.args.len() - at - 1;
        if is(call.arg(at), "AUTH") && left >= 2 {
            if call.arg(at + 1) != b"default" {
                return Err(WRONG_PASSWORD);
            }
            at += 3;
        } else if is(call.arg(at), "SETNAME") && left >= 1 {
            name = Some(super::client::checked_name(call.arg(at + 1))?);
            at += 2;
        } else {
            let option = String::from_utf8_lossy(call.arg(at)).into_owned();
            return Err(CommandError::new(format!(
                "ERR Syntax error in HELLO option '{option}'"
            )));
        }
    }
    if let (Some(name), Some(info)) = (name, call.store.clients.get_mut(&call.session.id)) {
        info.name = name;
    }
    call.session.protocol = protocol;
    Ok(Reply::named([
        ("server", Reply::bulk("redis")),
        ("version", Reply::bulk(COMPATIBLE_VERSION)),
        ("proto", Reply::Int(i64::from(protocol))),
        ("id", Reply::Int(call.session.id as i64)),
        ("mode", Reply::bulk("standalone")),
        ("role", Reply::bulk("master")),
        ("modules", Reply::Array(Vec::new())),
    ]))
}

/// `SELECT index`: there is one database, 0.
pub(crate) fn select(call: &mut Call<'_>) -> Answer {
    match call.int(1)? {
        0 => Ok(Reply::OK),
        _ => Err(CommandError::fixed("ERR DB index is out of range")),
    }
}

/// `RESET`: back to the state of a new connection.
pub(crate) fn reset(call: &mut Call<'_>) -> Answer {
    call.store.unsubscribe_all(call.session);
    call.session.protocol = 2;
    call.session.queue = None;
    call.session.watched.clear();
    if let Some(info) = call.store.clients.get_mut(&call.session.id) {
        info.name = Default::default();
    }
    Ok(Reply::Simple("RESET".into()))
}

/// `QUIT`
pub(crate) fn quit(call: &mut Call<'_>) -> Answer {
    call.session.closing = true;
    Ok(Reply::OK)
}
