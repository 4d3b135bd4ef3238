//! An effect on the live store as commands for a real server.

use tachograph_connect::redis::Command;
use tachograph_live::{Bytes, Effect};

/// The commands that have the effect; given twice they have it once.
pub(super) fn commands(effect: &Effect) -> Vec<Command> {
    match effect {
        Effect::SetString {
            key,
            value,
            expire_at_ms,
        } => {
            let set = Command::new("SET", &**key).arg(&**value);
            vec![match expire_at_ms {
                Some(at) => set.arg("PXAT").arg(at.to_string()),
                None => set,
            }]
        }
        Effect::SAdd {
            key,
            member,
            expire_at_ms,
        } => {
            let add = Command::new("SADD", &**key).arg(&**member);
            expiring(add, key, *expire_at_ms)
        }
        Effect::SRem { key, member } => vec![Command::new("SREM", &**key).arg(&**member)],
        Effect::HSet {
            key,
            fields,
            expire_at_ms,
        } => {
            let set = with_pairs(Command::new("HSET", &**key), fields);
            expiring(set, key, *expire_at_ms)
        }
        Effect::HDel { key, fields } => {
            let with = |command: Command, field: &Bytes| command.arg(&**field);
            vec![fields.iter().fold(Command::new("HDEL", &**key), with)]
        }
        Effect::ZAdd {
            key,
            member,
            score,
            expire_at_ms,
        } => {
            let add = Command::new("ZADD", &**key).arg(score.to_string());
            expiring(add.arg(&**member), key, *expire_at_ms)
        }
        Effect::ZRem { key, member } => vec![Command::new("ZREM", &**key).arg(&**member)],
        Effect::XAdd {
            key,
            id,
            fields,
            max_len,
        } => {
            let mut add = Command::new("XADD", &**key);
            if let Some(most) = max_len {
                add = add.arg("MAXLEN").arg("=").arg(most.to_string());
            }
            let add = add.arg(format!("{}-{}", id.0, id.1));
            vec![with_pairs(add, fields)]
        }
        Effect::Publish { channel, payload } => {
            vec![Command::new("PUBLISH", &**channel).arg(&**payload)]
        }
        Effect::Del { key } => vec![Command::new("DEL", &**key)],
    }
}

fn with_pairs(command: Command, pairs: &[(Bytes, Bytes)]) -> Command {
    let with =
        |command: Command, (name, value): &(Bytes, Bytes)| command.arg(&**name).arg(&**value);
    pairs.iter().fold(command, with)
}

fn expiring(command: Command, key: &Bytes, at: Option<u64>) -> Vec<Command> {
    let expiry = at.map(|at| Command::new("PEXPIREAT", &**key).arg(at.to_string()));
    std::iter::once(command).chain(expiry).collect()
}
