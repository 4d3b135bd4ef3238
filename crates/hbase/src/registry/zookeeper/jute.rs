//! The records of ZooKeeper's protocol that a reader needs. Pure: bytes in, bytes out.
//!
//! Numbers are big-endian; a text or a buffer has its length, a signed 32-bit number, before it.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::error::{Error, ErrorKind, Result};

/// The operation that reads a node.
const GET_DATA: i32 = 4;
/// The operation that ends a session.
const CLOSE_SESSION: i32 = -11;
/// The node is not there.
const NO_NODE: i32 = -101;

/// Asks for a session that lasts `timeout_ms` without a sign of life.
pub fn connect(timeout_ms: i32) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i32(0); // The protocol's version.
    bytes.put_i64(0); // The last change seen: none.
    bytes.put_i32(timeout_ms);
    bytes.put_i64(0); // The session to continue: none.
    bytes.put_i32(16); // Its password, of zeros.
    bytes.put_bytes(0, 16);
    bytes.put_u8(1); // A server that only reads will do.
    framed(bytes)
}

/// Asks for what a node holds.
pub fn get_data(id: i32, path: &str) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i32(id);
    bytes.put_i32(GET_DATA);
    bytes.put_i32(path.len() as i32);
    bytes.put_slice(path.as_bytes());
    bytes.put_u8(0); // No watch.
    framed(bytes)
}

/// Ends the session.
pub fn close(id: i32) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i32(id);
    bytes.put_i32(CLOSE_SESSION);
    framed(bytes)
}

fn framed(record: BytesMut) -> Bytes {
    let mut bytes = BytesMut::with_capacity(4 + record.len());
    bytes.put_i32(record.len() as i32);
    bytes.unsplit(record);
    bytes.freeze()
}

/// The node's data in an answer to [`get_data`].
pub fn data(mut answer: Bytes, path: &str) -> Result<Bytes> {
    let code = header(&mut answer).ok_or_else(short)?;
    match code {
        0 => buffer(&mut answer).ok_or_else(short),
        NO_NODE => {
            let message = format!("ZooKeeper has no node {path}");
            Err(Error::new(ErrorKind::ServerNotReady, message))
        }
        code => {
            let message = format!("ZooKeeper answers with code {code}");
            Err(Error::new(ErrorKind::Connect, message))
        }
    }
}

/// The code of an answer; zero is well.
fn header(answer: &mut Bytes) -> Option<i32> {
    answer.try_get_i32().ok()?; // The request's number.
    answer.try_get_i64().ok()?; // The last change.
    answer.try_get_i32().ok()
}

fn buffer(answer: &mut Bytes) -> Option<Bytes> {
    let length = answer.try_get_i32().ok()?.max(0) as usize;
    (length <= answer.len()).then(|| answer.split_to(length))
}

fn short() -> Error {
    Error::new(ErrorKind::Protocol, "ZooKeeper's answer ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_a_node() {
        assert_eq!(
            &get_data(1, "/a")[..],
            b"\0\0\0\x0f\0\0\0\x01\0\0\0\x04\0\0\0\x02/a\0"
        );
        assert_eq!(connect(6000).len(), 4 + 45);
    }

    #[test]
    fn reads_data_or_the_reason() {
        let found = Bytes::from_static(b"\0\0\0\x01\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\x02hi\0");
        assert_eq!(&data(found, "/a").unwrap()[..], b"hi");
        let none = Bytes::from_static(b"\0\0\0\x01\0\0\0\0\0\0\0\x09\xff\xff\xff\x9b");
        assert_eq!(
            data(none, "/a").unwrap_err().kind(),
            ErrorKind::ServerNotReady
        );
        assert_eq!(
            data(Bytes::new(), "/a").unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }
}
