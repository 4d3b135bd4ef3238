//! Writes in the name of one owner of a partition, where processes take partitions over from one
//! another.
//!
//! A command is a script that looks first whether a later owner has written here: then it is refused.
//! So a process that was paused and goes on changes nothing behind its successor. What it wrote before
//! its successor came by lies behind the last checkpoint, and its successor writes it again.
//!
//! Entries of a stream get their ids from the server, for partitions do not keep step; which entry a
//! partition wrote last is kept with the owner's mark, so that none is written twice.
//!
//! The mark is a hash in the same slot as the key. Never here: how a partition is taken over.

use std::collections::HashMap;
use std::sync::OnceLock;

use redis::Cmd;
use redis::cluster_routing::Slot;

use super::command::Command;

/// Owner of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Under which name marks are kept.
    pub name: String,
    /// The partition.
    pub partition: u32,
    /// Number of the owner; rises from owner to owner.
    pub number: u64,
    /// Are marks spread over the slots of a cluster?
    pub is_cluster: bool,
}

/// `KEYS`: what is written, the mark. `ARGV`: partition, owner, id of an entry or nothing, command and
/// the rest of its arguments.
const SCRIPT: &str = "\
local owner = redis.call('HGET', KEYS[2], ARGV[1])
if owner and tonumber(owner) > tonumber(ARGV[2]) then
  return redis.error_reply('FENCED another process has taken partition ' .. ARGV[1] .. ' over')
end
if owner ~= ARGV[2] then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) end
if ARGV[3] == '' then return redis.pcall(ARGV[4], KEYS[1], unpack(ARGV, 5)) end
local place = ARGV[1] .. ' ' .. KEYS[1]
local last = redis.call('HGET', KEYS[2], place)
if last then
  local ms, number = string.match(last, '^(%d+)-(%d+)$')
  local own_ms, own_number = string.match(ARGV[3], '^(%d+)-(%d+)$')
  ms, number, own_ms, own_number = tonumber(ms), tonumber(number), tonumber(own_ms), tonumber(own_number)
  if own_ms < ms or (own_ms == ms and own_number <= number) then return last end
end
local answer = redis.pcall(ARGV[4], KEYS[1], unpack(ARGV, 5))
if type(answer) ~= 'table' or not answer.err then redis.call('HSET', KEYS[2], place, ARGV[3]) end
return answer";

/// Makes the script known to a server.
pub(super) fn load() -> Cmd {
    let mut load = redis::cmd("SCRIPT");
    load.arg("LOAD").arg(SCRIPT);
    load
}

/// The script's name: its SHA-1.
fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| redis::Script::new(SCRIPT).get_hash().to_string())
}

impl Owner {
    /// A command as this owner gives it.
    pub(super) fn packed(&self, command: &Command) -> Cmd {
        let mut arguments: Vec<&[u8]> = command.arguments().iter().map(Vec::as_slice).collect();
        let mut id: &[u8] = b"";
        if command.name() == "XADD" {
            // The id follows a bound, where there is one.
            let place = if arguments.first() == Some(&&b"MAXLEN"[..]) {
                3
            } else {
                0
            };
            id = std::mem::replace(&mut arguments[place], b"*");
        }
        let mut packed = redis::cmd("EVALSHA");
        packed.arg(name()).arg(2).arg(command.key());
        packed.arg(self.mark(command.key()));
        packed.arg(self.partition).arg(self.number).arg(id);
        packed.arg(command.name());
        for argument in arguments {
            packed.arg(argument);
        }
        packed
    }

    /// The key of the mark that goes with a key.
    fn mark(&self, key: &[u8]) -> String {
        let tag = || tags().get(&Slot::for_key(key));
        match self.is_cluster.then(tag).flatten() {
            Some(tag) => format!("{}:{{{tag}}}", self.name),
            None => self.name.clone(),
        }
    }
}

/// For every slot, a number that lies in it.
fn tags() -> &'static HashMap<Slot, u32> {
    static TAGS: OnceLock<HashMap<Slot, u32>> = OnceLock::new();
    TAGS.get_or_init(|| {
        let mut tags = HashMap::new();
        let slots = 16_384;
        for tag in 0_u32.. {
            tags.entry(Slot::for_key(tag.to_string().as_bytes()))
                .or_insert(tag);
            if tags.len() == slots {
                break;
            }
        }
        tags
    })
}

#[cfg(test)]
mod tests;
