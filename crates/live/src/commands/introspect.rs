//! `COMMAND`: the table of commands, told to clients.

use super::Call;
use crate::Reply;
use crate::error::Answer;
use crate::table::{self, BLOCKING, CommandSpec, PUBSUB, READ, WRITE, command_specs};

/// `COMMAND`
pub(crate) fn all(_: &mut Call<'_>) -> Answer {
    Ok(Reply::Array(command_specs().iter().map(describe).collect()))
}

/// `COMMAND COUNT`
pub(crate) fn count(_: &mut Call<'_>) -> Answer {
    Ok(Reply::count(command_specs().len()))
}

/// `COMMAND DOCS [name ...]`: no documents are carried.
pub(crate) fn docs(_: &mut Call<'_>) -> Answer {
    Ok(Reply::Map(Vec::new()))
}

/// `COMMAND INFO [name ...]`
pub(crate) fn info(call: &mut Call<'_>) -> Answer {
    if call.args.len() == 2 {
        return all(call);
    }
    let one = |name: &Vec<u8>| table::named(name).map_or(Reply::Null, describe);
    Ok(Reply::Array(call.args[2..].iter().map(one).collect()))
}

/// `COMMAND LIST`
pub(crate) fn list(_: &mut Call<'_>) -> Answer {
    Ok(Reply::Array(
        command_specs()
            .iter()
            .map(|spec| Reply::bulk(spec.name))
            .collect(),
    ))
}

fn describe(spec: &CommandSpec) -> Reply {
    let names = [
        (WRITE, "write"),
        (READ, "readonly"),
        (PUBSUB, "pubsub"),
        (BLOCKING, "blocking"),
    ];
    let flags = names.iter().filter(|(flag, _)| spec.flags & flag != 0);
    let (first, last, step) = spec.keys;
    let nothing = || Reply::Set(Vec::new());
    Reply::Array(vec![
        Reply::bulk(spec.name),
        Reply::Int(i64::from(spec.arity)),
        Reply::Set(
            flags
                .map(|(_, name)| Reply::Simple((*name).into()))
                .collect(),
        ),
        Reply::Int(i64::from(first)),
        Reply::Int(i64::from(last)),
        Reply::Int(i64::from(step)),
        nothing(),
        Reply::Array(Vec::new()),
        Reply::Array(Vec::new()),
        Reply::Array(spec.subcommands.iter().map(describe).collect()),
    ])
}
