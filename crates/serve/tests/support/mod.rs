//! What the tests of the server share: a server on a free port, a plain client, other programs.

#![allow(dead_code)] // Each test binary uses a part of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Arc;

use tachograph_live::SharedStore;
use tachograph_serve::{Clock, RespServer};

/// The time that servers of tests begin with.
pub const START_MS: u64 = 1_700_000_000_000;

/// A clock that stands still.
pub fn standing_clock() -> Clock {
    Arc::new(|| START_MS)
}

/// A server with an empty store.
pub fn start() -> (RespServer, Arc<SharedStore>) {
    let store = Arc::new(SharedStore::default());
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let server =
        RespServer::bind(address, Arc::clone(&store), standing_clock()).expect("a free port");
    (server, store)
}

/// Whether a program can be run; if not, says what is skipped.
pub fn has_program(name: &str, what: &str) -> bool {
    let found = Command::new(name).arg("--version").output().is_ok();
    if !found {
        skip(what, &format!("{name} is not installed"));
    }
    found
}

/// Says what is skipped, past the test runner, which does not show what a passing test prints.
pub fn skip(what: &str, why: &str) {
    // Where nobody can be told nobody need be.
    let _ = writeln!(std::io::stderr(), "skipped: {what}: {why}");
}

/// A client that shows replies as text, one notation for each type on the wire.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self {
            stream: BufReader::new(TcpStream::connect(address)?),
        })
    }

    /// Sends a command without reading the reply.
    pub fn send<S: AsRef<[u8]>>(&mut self, args: &[S]) {
        let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
        for arg in args {
            bytes.extend_from_slice(format!("${}\r\n", arg.as_ref().len()).as_bytes());
            bytes.extend_from_slice(arg.as_ref());
            bytes.extend_from_slice(b"\r\n");
        }
        self.send_raw(&bytes);
    }

    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.stream
            .get_mut()
            .write_all(bytes)
            .expect("the server reads");
    }

    /// Sends a line of words as a command and reads the reply.
    pub fn run(&mut self, line: &str) -> String {
        self.send(&words(line));
        self.read()
    }

    /// One reply, with its type's byte in front; arrays in their own brackets.
    pub fn read(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a reply");
        let line = line.trim_end_matches("\r\n").to_string();
        let Some(kind) = line.chars().next() else {
            return "closed".into();
        };
        let rest = &line[1..];
        let count = rest.parse::<i64>().unwrap_or(-1);
        match kind {
            '$' | '=' if count >= 0 => {
                let mut bytes = vec![0; count as usize + 2];
                self.stream.read_exact(&mut bytes).expect("a whole string");
                bytes.truncate(count as usize);
                let mark = if kind == '=' { "=" } else { "" };
                format!("{mark}{:?}", String::from_utf8_lossy(&bytes))
            }
            '*' if count >= 0 => format!("[{}]", self.items(count)),
            '~' => format!("~{{{}}}", self.items(count)),
            '>' => format!(">[{}]", self.items(count)),
            '%' => format!("%{{{}}}", self.items(count * 2)),
            _ => line,
        }
    }

    fn items(&mut self, count: i64) -> String {
        (0..count)
            .map(|_| self.read())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Splits a line at spaces; `""` is an empty word, `_` within a word stays.
pub fn words(line: &str) -> Vec<String> {
    let word = |word: &str| {
        if word == "\"\"" {
            String::new()
        } else {
            word.to_string()
        }
    };
    line.split_whitespace().map(word).collect()
}
