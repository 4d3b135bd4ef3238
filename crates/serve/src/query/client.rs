//! The asking side.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tachograph_engine::query::{AnswerRow, TableQuery};
use tachograph_engine::status::Status;

use super::path::SocketPath;
use super::{Line, STATUS};

/// A connection to the process that works on a data folder; none where none does.
pub fn connect(data: &Path) -> Option<UnixStream> {
    UnixStream::connect(SocketPath::of(data).ok()?.path).ok()
}

/// Asks; gives the rows to `take` until it wants no more.
///
/// # Errors
/// What the other side says is wrong, or that it went away.
pub fn ask(
    mut stream: UnixStream,
    query: &TableQuery,
    take: &mut dyn FnMut(AnswerRow) -> Result<(), String>,
) -> Result<u64, String> {
    let lost = |e: std::io::Error| format!("the running process does not answer: {e}");
    let mut request = serde_json::to_string(query).map_err(|e| e.to_string())?;
    request.push('\n');
    stream.write_all(request.as_bytes()).map_err(lost)?;
    for line in BufReader::new(stream).lines() {
        let line = line.map_err(lost)?;
        match serde_json::from_str(&line) {
            Ok(Line::Row(row)) => take(row)?,
            Ok(Line::Done(rows)) => return Ok(rows),
            Ok(Line::Error(message)) => return Err(message),
            Ok(Line::Status(_)) => return Err(foreign("a status, where rows were asked for")),
            Err(e) => return Err(foreign(e)),
        }
    }
    Err("the running process ended before its answer did; ask again".into())
}

/// Asks for the status.
///
/// # Errors
/// What the other side says is wrong, or that it went away.
pub fn ask_status(mut stream: UnixStream) -> Result<Status, String> {
    let lost = |e: std::io::Error| format!("the running process does not answer: {e}");
    stream
        .write_all(format!("{STATUS}\n").as_bytes())
        .map_err(lost)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(lost)?;
    match serde_json::from_str(&line).map_err(foreign)? {
        Line::Status(status) => Ok(*status),
        Line::Error(message) => Err(message),
        _ => Err(foreign("rows, where its status was asked for")),
    }
}

fn foreign(what: impl std::fmt::Display) -> String {
    format!("the running process answers in another form: {what}")
}
