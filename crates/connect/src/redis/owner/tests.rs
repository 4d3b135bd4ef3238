//! What an owner gives, and what a real server makes of it.

use std::io::Write;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::{Connection, RedisResult, Value};

use super::super::command::Verdict;
use super::*;

fn owner(is_cluster: bool) -> Owner {
    Owner {
        name: "m".into(),
        partition: 3,
        number: 7,
        is_cluster,
    }
}

#[test]
fn a_mark_lies_in_the_slot_of_its_key() {
    for key in ["overspeed", "car:A0078", "{tag}x", "20160101"] {
        let mark = owner(true).mark(key.as_bytes());
        assert_eq!(
            Slot::for_key(mark.as_bytes()),
            Slot::for_key(key.as_bytes())
        );
    }
    assert_eq!(owner(false).mark(b"overspeed"), "m");
}

#[test]
fn an_entry_leaves_its_id_to_the_server() {
    let words = |command: &Command| -> Vec<String> {
        let packed = owner(false).packed(command);
        let words = packed.args_iter().skip(2).map(|word| match word {
            redis::Arg::Simple(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        });
        words.collect()
    };
    let bounded = Command::new("XADD", "s").arg("MAXLEN").arg("=").arg("9");
    let bounded = bounded.arg("5-1").arg("f").arg("v");
    let wanted = [
        "2", "s", "m", "3", "7", "5-1", "XADD", "MAXLEN", "=", "9", "*", "f", "v",
    ];
    assert_eq!(words(&bounded), wanted);
    let added = Command::new("SADD", "k").arg("v");
    assert_eq!(words(&added), ["2", "k", "m", "3", "7", "", "SADD", "v"]);
}

/// A server on a socket in a folder of its own.
struct Server {
    process: Child,
    connection: Connection,
    _folder: tempfile::TempDir,
}

impl Server {
    /// None where there is no `redis-server`, after a line that says so.
    fn start() -> Option<Server> {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let mut process = Process::new("redis-server");
        process.args(["--port", "0", "--save", "", "--unixsocket"]);
        process.arg(&socket).current_dir(folder.path());
        let Ok(process) = process.stdout(Stdio::null()).spawn() else {
            // Not by `eprintln!`, which a passing test does not show.
            let _ = writeln!(std::io::stderr(), "skipped: `redis-server` is not there");
            return None;
        };
        let client = redis::Client::open(format!("unix://{}", socket.display()));
        let client = client.expect("an address");
        let began = Instant::now();
        let connection = loop {
            match client.get_connection() {
                Ok(connection) => break connection,
                Err(error) => assert!(began.elapsed() < Duration::from_secs(30), "{error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        Some(Server {
            process,
            connection,
            _folder: folder,
        })
    }

    fn give(&mut self, number: u64, command: Command) -> Verdict {
        let owner = Owner {
            number,
            ..owner(false)
        };
        let command = command.owned_by(&Arc::new(owner));
        let answer: RedisResult<Value> = command.packed().query(&mut self.connection);
        command.judge(&answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn entry(id: &str) -> Command {
    Command::new("XADD", "stream").arg(id).arg("id").arg(id)
}

#[test]
fn a_later_owner_fences_off_and_writes_no_entry_twice() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let unknown = server.give(1, entry("5-1"));
    assert!(matches!(unknown, Verdict::Again(_)), "{unknown:?}");
    load().exec(&mut server.connection).expect("loaded");
    for (owner, id) in [
        (1, "5-1"),
        (1, "5-2"),
        (2, "5-1"),
        (2, "5-2"),
        (2, "5-10"),
        (2, "6-1"),
    ] {
        assert_eq!(server.give(owner, entry(id)), Verdict::Done);
    }
    for command in [entry("7-1"), Command::new("DEL", "stream")] {
        match server.give(1, command) {
            Verdict::Again(reason) => assert!(reason.contains("partition 3 over"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
    // What it never wrote before is fenced too, and what a server refuses is told as without an owner.
    let early = server.give(1, Command::new("SADD", "set").arg("member"));
    assert!(matches!(early, Verdict::Again(_)), "{early:?}");
    let wrong = server.give(2, Command::new("SADD", "stream").arg("member"));
    assert!(matches!(wrong, Verdict::Refused(_)), "{wrong:?}");
    let entries: Vec<(String, Vec<String>)> = redis::cmd("XRANGE")
        .arg(&["stream", "-", "+"])
        .query(&mut server.connection)
        .expect("entries");
    let ids: Vec<&str> = entries
        .iter()
        .map(|(_, fields)| fields[1].as_str())
        .collect();
    assert_eq!(ids, ["5-1", "5-2", "5-10", "6-1"]);
}
