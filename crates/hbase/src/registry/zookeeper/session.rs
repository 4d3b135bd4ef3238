//! A session with one server of ZooKeeper, for reading. State: the stream and the number of the
//! last request. It sends no pings: it lives for a request or two.

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::jute;
use crate::error::{Error, ErrorKind, Result};
use crate::name::ServerName;

/// ZooKeeper's own limit of an answer is about a megabyte.
const ANSWER_MAX: usize = 4 << 20;

/// How long the session lives if this process dies, in milliseconds.
const SESSION_MS: i32 = 6_000;

pub struct Session {
    stream: TcpStream,
    requests: i32,
}

impl Session {
    /// Connects and opens a session.
    pub async fn open(server: &ServerName) -> Result<Session> {
        let stream = TcpStream::connect((server.host.as_str(), server.port)).await;
        let stream = stream.map_err(failed)?;
        let mut session = Session {
            stream,
            requests: 0,
        };
        session.send(jute::connect(SESSION_MS)).await?;
        session.answer().await?;
        Ok(session)
    }

    /// What a node holds.
    pub async fn data(&mut self, path: &str) -> Result<Bytes> {
        self.requests += 1;
        self.send(jute::get_data(self.requests, path)).await?;
        jute::data(self.answer().await?, path)
    }

    /// Ends the session; if that fails it ends by itself a little later.
    pub async fn close(mut self) {
        let _ = self.send(jute::close(self.requests + 1)).await;
    }

    async fn send(&mut self, frame: Bytes) -> Result<()> {
        self.stream.write_all(&frame).await.map_err(failed)
    }

    async fn answer(&mut self) -> Result<Bytes> {
        let length = self.stream.read_u32().await.map_err(failed)? as usize;
        if length > ANSWER_MAX {
            let message = "what answers is not ZooKeeper";
            return Err(Error::new(ErrorKind::Protocol, message));
        }
        let mut bytes = BytesMut::zeroed(length);
        self.stream.read_exact(&mut bytes).await.map_err(failed)?;
        Ok(bytes.freeze())
    }
}

fn failed(cause: std::io::Error) -> Error {
    Error::caused(ErrorKind::Connect, "ZooKeeper cannot be asked", cause)
}
