//! When a server is ready: it answers a question, or its log says so.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::process;
use super::state::Node;

/// How long a server may take to become ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// What shows that a node is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// A line sent to a port is answered with a text that contains another.
    Answers(u16, &'static str, &'static str),
    /// The log says it.
    Says(&'static str),
}

/// Waits until a node is ready. `told` is the length that its log had before it was started.
///
/// # Errors
/// A sentence with the end of the log, where the process ends or takes too long.
pub fn wait(node: &Node, ready: &Ready, told: u64) -> Result<(), String> {
    let began = Instant::now();
    while !is_ready(node, ready, told) {
        let why = match (process::is_alive(node), began.elapsed() > PATIENCE) {
            (false, _) => "ended",
            (_, true) => "is not ready after two minutes",
            _ => {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            }
        };
        return Err(format!(
            "{} {why}; its log, {}, ends with\n{}",
            node.name,
            node.log.display(),
            tail(node)
        ));
    }
    Ok(())
}

fn is_ready(node: &Node, ready: &Ready, told: u64) -> bool {
    match ready {
        Ready::Answers(port, question, wanted) => {
            ask(*port, question).is_some_and(|answer| answer.contains(wanted))
        }
        Ready::Says(text) => log(node, told).contains(text),
    }
}

/// Sends a line to a port of this machine; what comes back at once.
pub fn ask(port: u16, question: &str) -> Option<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(500)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .ok()?;
    stream
        .write_all(format!("{question}\r\n").as_bytes())
        .ok()?;
    let mut buffer = [0; 4096];
    let count = stream.read(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

/// Length of a node's log.
pub fn log_length(node: &Node) -> u64 {
    fs::metadata(&node.log).map_or(0, |m| m.len())
}

fn log(node: &Node, from: u64) -> String {
    let bytes = fs::read(&node.log).unwrap_or_default();
    let from = usize::try_from(from).unwrap_or(0).min(bytes.len());
    String::from_utf8_lossy(&bytes[from..]).into_owned()
}

fn tail(node: &Node) -> String {
    let text = log(node, 0);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len().saturating_sub(15);
    lines[last..].join("\n")
}
