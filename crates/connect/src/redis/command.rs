//! Commands that change nothing when they are given a second time, and the judgement of answers.

use std::sync::Arc;

use redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value};

use super::owner::Owner;

/// A command on one key. The same commands in the same order may be given again: the second time
/// changes nothing. A message to a channel is the exception, for it leaves nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    name: &'static str,
    key: Vec<u8>,
    arguments: Vec<Vec<u8>>,
    /// In whose name it is given.
    owner: Option<Arc<Owner>>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was carried out, or had been before.
    Done,
    /// It must be given again; why.
    Again(String),
    /// The key lives on another server now.
    Moved,
    /// The key is just moving: that server must be asked, this once.
    Ask(String),
    /// It will never be carried out; why.
    Refused(String),
}

impl Command {
    /// A command without arguments behind its key.
    pub fn new(name: &'static str, key: impl Into<Vec<u8>>) -> Command {
        Command {
            name,
            key: key.into(),
            arguments: Vec::new(),
            owner: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<Vec<u8>>) -> Command {
        self.arguments.push(argument.into());
        self
    }

    /// Gives it in the name of a partition's owner.
    #[must_use]
    pub fn owned_by(mut self, owner: &Arc<Owner>) -> Command {
        self.owner = Some(Arc::clone(owner));
        self
    }

    /// The key, or the channel.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Does it leave something behind that a second time would find?
    pub(super) fn leaves_a_trace(&self) -> bool {
        self.name != "PUBLISH"
    }

    /// Bytes that it keeps in memory, about.
    pub(super) fn weight(&self) -> usize {
        let arguments: usize = self.arguments.iter().map(Vec::len).sum();
        64 + self.key.len() + arguments
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn arguments(&self) -> &[Vec<u8>] {
        &self.arguments
    }

    pub(super) fn packed(&self) -> Cmd {
        if let Some(owner) = &self.owner {
            return owner.packed(self);
        }
        let mut command = redis::cmd(self.name);
        command.arg(&self.key);
        for argument in &self.arguments {
            command.arg(argument);
        }
        command
    }

    pub(super) fn judge(&self, answer: &RedisResult<Value>) -> Verdict {
        match answer {
            Ok(_) => Verdict::Done,
            Err(error) => self.judge_error(error),
        }
    }

    fn judge_error(&self, error: &RedisError) -> Verdict {
        let text = error.to_string();
        // Ids of a stream only grow: an entry that is not above the last one is there already.
        if self.name == "XADD" && text.contains("equal or smaller") {
            return Verdict::Done;
        }
        match (error.kind(), error.redirect_node()) {
            (ErrorKind::Server(ServerErrorKind::Ask), Some((address, _slot))) => {
                Verdict::Ask(address.to_string())
            }
            (ErrorKind::Server(ServerErrorKind::Moved), _) => Verdict::Moved,
            _ if passes(error) => Verdict::Again(text),
            _ => Verdict::Refused(text),
        }
    }
}

/// May the fault pass by itself, or be mended at the server?
fn passes(error: &RedisError) -> bool {
    let by_kind = matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::BusyLoading
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::NoPerm
        )
    );
    // The disk or the memory is full, replicas are missing, a script runs, a password is asked for, a
    // server has forgotten our script, or another process has taken the partition over: whoever is
    // fenced off waits until he is told to stop.
    let codes = [
        "MISCONF",
        "OOM",
        "NOREPLICAS",
        "BUSY",
        "NOAUTH",
        "NOSCRIPT",
        "FENCED",
    ];
    by_kind || error.code().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> RedisResult<Value> {
        let wire = format!("-{text}\r\n");
        redis::parse_redis_value(wire.as_bytes()).and_then(|value| value.extract_error())
    }

    #[test]
    fn an_entry_that_is_there_already_is_done() {
        let answer = error(
            "ERR The ID specified in XADD is equal or smaller than the target stream top item",
        );
        assert_eq!(Command::new("XADD", "s").judge(&answer), Verdict::Done);
        let other = Command::new("SADD", "s").judge(&answer);
        assert!(matches!(other, Verdict::Refused(_)));
    }

    #[test]
    fn faults_that_pass_are_told_from_those_that_do_not() {
        let command = Command::new("SADD", "k");
        for text in [
            "READONLY You can't write",
            "LOADING x",
            "CLUSTERDOWN x",
            "MISCONF x",
            "OOM x",
        ] {
            let verdict = command.judge(&error(text));
            assert!(matches!(verdict, Verdict::Again(_)), "{text}: {verdict:?}");
        }
        assert_eq!(
            command.judge(&error("MOVED 7 127.0.0.1:7001")),
            Verdict::Moved
        );
        let ask = command.judge(&error("ASK 7 127.0.0.1:7001"));
        assert_eq!(ask, Verdict::Ask("127.0.0.1:7001".into()));
        let wrong = command.judge(&error("WRONGTYPE Operation against a key"));
        assert!(matches!(wrong, Verdict::Refused(_)));
    }
}
