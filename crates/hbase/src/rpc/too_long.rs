//! What becomes of an answer that is longer than one that is read. It keeps no state, and reads no more of
//! the answer than tells whose it is.

use std::time::Duration;

use bytes::{BufMut, BytesMut};
use prost::Message;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::connection::{Closing, lost};
use crate::error::{Error, ErrorKind};
use crate::wire::rpc::ResponseHeader;

/// How long the beginning of an answer may be on its way when the answer itself is too long.
const HEADER_PATIENCE: Duration = Duration::from_secs(1);

/// Headers are short, but that of an exception has a stack trace.
const HEADER_MAX: usize = 1 << 20;

/// An answer that is too long fails its own call. For the others it is a connection that broke, and what
/// comes on it is left alone.
pub async fn too_long(
    stream: &mut (impl AsyncRead + Unpin),
    length: usize,
    closing: &Closing,
) -> Error {
    let server = &closing.server;
    let message = format!("{server} announces an answer of {length} bytes");
    let error = Error::new(ErrorKind::Protocol, message);
    let header = tokio::time::timeout(HEADER_PATIENCE, header(stream)).await;
    let Some(id) = header.ok().flatten().and_then(|header| header.call_id) else {
        return error;
    };
    // A caller that went away needs no answer.
    let waiter = closing.pending.take(id);
    let _ = waiter.map(|waiter| waiter.send(Err(error)));
    lost(server, "an answer to another call is too long")
}

/// Reads the header of a response whose rest is not wanted; none if there is none.
async fn header(stream: &mut (impl AsyncRead + Unpin)) -> Option<ResponseHeader> {
    let mut length = BytesMut::new();
    while length.len() < 5 && length.last().is_none_or(|byte| byte & 0x80 != 0) {
        length.put_u8(stream.read_u8().await.ok()?);
    }
    let length = prost::decode_length_delimiter(length).ok()?;
    let mut bytes = vec![0; Some(length).filter(|length| *length <= HEADER_MAX)?];
    stream.read_exact(&mut bytes).await.ok()?;
    ResponseHeader::decode(&bytes[..]).ok()
}
