//! One connection to one service of one server. State: the awaited calls, and two tasks, of which
//! one writes frames and the other reads them. It never calls again what failed: that is decided
//! where it is known what the call was for.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::frame::{self, Body};
use super::pending::Pending;
use super::preamble::preamble;
use super::stream::{self, Reader, Writer};
use super::too_long::too_long;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Remote, Result};
use crate::wire::rpc::{CellBlockMeta, RequestHeader};

/// Frames that may wait to be written; a caller waits for its turn beyond that.
const QUEUE: usize = 64;

/// Bytes that are read at once where answers are small; large ones go past the buffer.
const READ_BUFFER: usize = 64 << 10;

/// A connection. Dropping it closes it and fails what is still awaited.
#[derive(Debug)]
pub(crate) struct Connection {
    pending: Arc<Pending>,
    frames: mpsc::Sender<Bytes>,
    reader: AbortHandle,
    server: String,
}

/// What one call asks.
pub(crate) struct Call<'a, M> {
    /// The method of the service.
    pub method: &'static str,
    /// Its parameter.
    pub message: &'a M,
    /// The parts of the cell block.
    pub cells: &'a [&'a [u8]],
    /// When the caller no longer waits.
    pub deadline: Instant,
    /// How urgent it is to the server; requests for system tables are.
    pub priority: Option<u32>,
}

impl Connection {
    /// Connects and says who calls.
    pub async fn open(config: &Config, host: &str, port: u16, service: &str) -> Result<Connection> {
        let (reader, writer) = stream::open(config, host, port).await?;
        let server = format!("{host}:{port}");
        let pending = Arc::new(Pending::new());
        let (frames, queue) = mpsc::channel(QUEUE);
        let hello = preamble(&config.user, service);
        let closing = || Closing {
            pending: pending.clone(),
            server: server.clone(),
        };
        tokio::spawn(write(writer, hello, queue, closing()));
        let limit = config.max_response_bytes;
        let reading = tokio::spawn(read(reader, limit, closing()));
        let reader = reading.abort_handle();
        Ok(Connection {
            pending,
            frames,
            reader,
            server,
        })
    }

    /// Whether it can no longer be used.
    pub fn is_closed(&self) -> bool {
        self.pending.is_closed()
    }

    /// Calls a method and waits for its answer: the message, and the cells that came with it.
    pub async fn call<M, R>(&self, call: Call<'_, M>) -> Result<(R, Bytes)>
    where
        M: Message,
        R: Message + Default,
    {
        let (waiter, answer) = oneshot::channel();
        let id = self.pending.register(waiter)?;
        let _forget = Forget(&self.pending, id);
        let frame = frame::request(&header(id, &call), call.message, call.cells)?;
        let work = self.exchange(frame, answer);
        match tokio::time::timeout_at(call.deadline, work).await {
            Ok(body) => body?.open(),
            Err(_) => Err(self.late(call.method)),
        }
    }

    async fn exchange(
        &self,
        frame: Bytes,
        answer: oneshot::Receiver<Result<Body>>,
    ) -> Result<Body> {
        // If the writer is gone it has closed the calls first, so the answer is there already.
        let _ = self.frames.send(frame).await;
        match answer.await {
            Ok(body) => body,
            Err(_) => Err(lost(&self.server, "it was closed")),
        }
    }

    fn late(&self, method: &str) -> Error {
        let message = format!("{} did not answer {method} in time", self.server);
        Error::new(ErrorKind::CallTimeout, message)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reader.abort();
        self.pending.close(lost(&self.server, "it was closed"));
    }
}

/// Forgets a call whose caller has its answer or has stopped to wait.
struct Forget<'a>(&'a Pending, u32);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.0.take(self.1);
    }
}

/// Closes the calls when one of the two tasks ends, however that comes: with the runtime that they belong
/// to, too.
pub struct Closing {
    pub pending: Arc<Pending>,
    pub server: String,
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.pending.close(lost(&self.server, "it was closed"));
    }
}

fn header<M>(id: u32, call: &Call<'_, M>) -> RequestHeader {
    let block: usize = call.cells.iter().map(|part| part.len()).sum();
    let left = call.deadline.saturating_duration_since(Instant::now());
    RequestHeader {
        call_id: Some(id),
        method_name: Some(call.method.to_owned()),
        request_param: Some(true),
        cell_block_meta: (block > 0).then_some(CellBlockMeta {
            length: Some(block as u32),
        }),
        priority: call.priority,
        timeout: Some(left.as_millis().clamp(1, i32::MAX as u128) as u32),
        attribute: Vec::new(),
    }
}

pub fn lost(server: &str, why: &str) -> Error {
    let message = format!("the connection to {server} is lost: {why}");
    Error::new(ErrorKind::ConnectionLost, message)
}

fn broken(server: &str, cause: std::io::Error) -> Error {
    let message = format!("the connection to {server} is lost");
    Error::caused(ErrorKind::ConnectionLost, message, cause)
}

async fn write(
    mut stream: Writer,
    hello: Bytes,
    mut queue: mpsc::Receiver<Bytes>,
    closing: Closing,
) {
    let mut next = Some(hello);
    while let Some(frame) = next {
        if let Err(cause) = send(&mut stream, &frame).await {
            return closing.pending.close(broken(&closing.server, cause));
        }
        next = queue.recv().await;
    }
    // The connection was dropped; whether its end is heard no longer matters.
    let _ = stream.shutdown().await;
}

async fn send(stream: &mut Writer, frame: &[u8]) -> std::io::Result<()> {
    stream.write_all(frame).await?;
    stream.flush().await
}

async fn read(stream: Reader, limit: usize, closing: Closing) {
    let mut stream = BufReader::with_capacity(READ_BUFFER, stream);
    loop {
        let done = match frame(&mut stream, limit, &closing).await {
            Ok(frame) => deliver(frame, &closing.pending),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            return closing.pending.close(error);
        }
    }
}

async fn frame(stream: &mut BufReader<Reader>, limit: usize, closing: &Closing) -> Result<Bytes> {
    let server = &closing.server;
    let length = stream.read_u32().await.map_err(|e| broken(server, e))? as usize;
    if length > limit {
        return Err(too_long(stream, length, closing).await);
    }
    let mut bytes = BytesMut::with_capacity(length);
    while bytes.len() < length {
        let wanted = (length - bytes.len()) as u64;
        let read = (&mut *stream).take(wanted).read_buf(&mut bytes).await;
        if read.map_err(|e| broken(server, e))? == 0 {
            return Err(lost(server, "it ended within an answer"));
        }
    }
    Ok(bytes.freeze())
}

fn deliver(frame: Bytes, pending: &Pending) -> Result<()> {
    let (header, body) = frame::response(frame)?;
    let error = header
        .exception
        .map(|sent| Error::remote(Remote::from(sent)));
    let waiter = header.call_id.and_then(|id| pending.take(id));
    match (waiter, error) {
        (Some(waiter), error) => {
            // A caller that went away needs no answer.
            let _ = waiter.send(error.map_or(Ok(body), Err));
            Ok(())
        }
        // A fault that belongs to no call, such as a refused user, is one of the connection.
        (None, Some(error)) if header.call_id.is_none_or(|id| id > i32::MAX as u32) => Err(error),
        (None, _) => Ok(()),
    }
}
