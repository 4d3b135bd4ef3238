//! The bytes between client and server: TCP, or TLS over it.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};

/// What a server's answers are read from.
pub type Reader = Box<dyn AsyncRead + Send + Unpin>;
/// What requests are written to.
pub type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// Opens a stream to a server.
pub async fn open(config: &Config, host: &str, port: u16) -> Result<(Reader, Writer)> {
    let tcp = within(
        config.connect_timeout,
        host,
        port,
        TcpStream::connect((host, port)),
    )
    .await?;
    // Requests are written whole; waiting to fill packets would only delay them.
    tcp.set_nodelay(true).map_err(|e| failed(host, port, e))?;
    secure(config, host, port, tcp).await
}

#[cfg(feature = "tls")]
async fn secure(
    config: &Config,
    host: &str,
    port: u16,
    tcp: TcpStream,
) -> Result<(Reader, Writer)> {
    match &config.tls {
        Some(tls) => {
            let stream = within(config.connect_timeout, host, port, tls.connect(host, tcp)).await?;
            let (reader, writer) = tokio::io::split(stream);
            Ok((Box::new(reader), Box::new(writer)))
        }
        None => Ok(plain(tcp)),
    }
}

#[cfg(not(feature = "tls"))]
async fn secure(_: &Config, _: &str, _: u16, tcp: TcpStream) -> Result<(Reader, Writer)> {
    Ok(plain(tcp))
}

fn plain(tcp: TcpStream) -> (Reader, Writer) {
    let (reader, writer) = tcp.into_split();
    (Box::new(reader), Box::new(writer))
}

async fn within<T>(
    limit: Duration,
    host: &str,
    port: u16,
    work: impl Future<Output = std::io::Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|cause| failed(host, port, cause)),
        Err(_) => Err(failed(host, port, std::io::ErrorKind::TimedOut.into())),
    }
}

fn failed(host: &str, port: u16, cause: std::io::Error) -> Error {
    let message = format!("no connection to {host}:{port}");
    Error::caused(kind(&cause), message, cause)
}

/// rustls calls what is wrong with a handshake invalid data. It would be so again.
fn kind(cause: &std::io::Error) -> ErrorKind {
    match cause.kind() {
        std::io::ErrorKind::InvalidData => ErrorKind::Untrusted,
        _ => ErrorKind::Connect,
    }
}
