//! The answering side: a thread that accepts, a thread a connection.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tachograph_engine::query::{TableQuery, answer};
use tachograph_engine::status::Observer;

use super::path::SocketPath;
use super::{Line, SOCKET, STATUS, connect};

/// Connections at one time.
const MOST_CONNECTIONS: usize = 32;
/// Bytes of a request.
const LONGEST_REQUEST: u64 = 1 << 20;
/// How long a client may take to ask, or to read.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers queries until it is dropped.
pub struct QueryServer {
    data: PathBuf,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl QueryServer {
    /// Listens in the data folder of a system.
    ///
    /// # Errors
    /// Where the socket cannot be made, or another process listens there.
    pub fn bind(observer: &Arc<Observer>) -> io::Result<QueryServer> {
        let data = observer.data.as_path();
        if connect(data).is_some() {
            let message = "another process works on this data folder";
            return Err(io::Error::new(io::ErrorKind::AddrInUse, message));
        }
        match std::fs::remove_file(data.join(SOCKET)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let listener = UnixListener::bind(&SocketPath::of(data)?.path)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (observer, stopped) = (Arc::clone(observer), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("query".into())
            .spawn(move || accept(&listener, &observer, &stopped))?;
        Ok(QueryServer {
            data: data.to_path_buf(),
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for QueryServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Accepting waits for a connection: this is it.
        let woken = connect(&self.data).is_some();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
        let _ = std::fs::remove_file(self.data.join(SOCKET));
    }
}

fn accept(listener: &UnixListener, observer: &Arc<Observer>, stop: &AtomicBool) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= MOST_CONNECTIONS {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (observer, count) = (Arc::clone(observer), Arc::clone(&open));
        let spawned = std::thread::Builder::new().spawn(move || {
            // A client that went away needs no answer.
            let _ = converse(stream, &observer);
            count.fetch_sub(1, Ordering::SeqCst);
        });
        if spawned.is_err() {
            open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn converse(stream: UnixStream, observer: &Observer) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = String::new();
    BufReader::new(stream.try_clone()?.take(LONGEST_REQUEST)).read_line(&mut request)?;
    let mut to = BufWriter::new(stream);
    let mut rows = 0;
    let last = match request.trim() {
        STATUS => Line::Status(Box::new(observer.status())),
        request => match reply(request, observer, &mut to, &mut rows)? {
            Ok(()) => Line::Done(rows),
            Err(message) => Line::Error(message),
        },
    };
    write(&mut to, &last)?;
    to.flush()
}

/// Writes the rows; the inner result is what the client is told.
fn reply(
    request: &str,
    observer: &Observer,
    to: &mut impl Write,
    rows: &mut u64,
) -> io::Result<Result<(), String>> {
    let query: TableQuery = match serde_json::from_str(request) {
        Ok(query) => query,
        Err(e) => return Ok(Err(format!("this is no query: {e}"))),
    };
    let Some(table) = observer.table(&query.table) else {
        return Ok(Err(format!("there is no table {}", query.table)));
    };
    let answer = match answer(&table.view(), &query) {
        Ok(answer) => answer,
        Err(message) => return Ok(Err(message)),
    };
    for row in answer {
        match row {
            Ok(row) => write(to, &Line::Row(row))?,
            Err(message) => return Ok(Err(message)),
        }
        *rows += 1;
    }
    Ok(Ok(()))
}

fn write(to: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}
