//! What stands in a node of ZooKeeper that HBase wrote: a mark, who wrote it, and a message behind
//! the letters `PBUF`. Pure.

use bytes::{Buf, Bytes};
use prost::Message;

use crate::error::{Error, ErrorKind, Result};
use crate::rpc::malformed;

/// The letters before every message that HBase keeps.
const MAGIC: &[u8] = b"PBUF";

/// Reads the message of a node.
pub fn message<M: Message + Default>(mut data: Bytes) -> Result<M> {
    if data.first() == Some(&0xff) {
        skip_writer(&mut data)?;
    }
    unmagic(data)
}

/// Reads a message behind the letters, which is also how `hbase:meta` keeps them.
pub fn unmagic<M: Message + Default>(mut data: Bytes) -> Result<M> {
    if !data.starts_with(MAGIC) {
        return Err(Error::new(
            ErrorKind::Protocol,
            "data without the letters PBUF",
        ));
    }
    data.advance(MAGIC.len());
    M::decode(data).map_err(malformed)
}

fn skip_writer(data: &mut Bytes) -> Result<()> {
    let short = || Error::new(ErrorKind::Protocol, "a node of ZooKeeper ends too early");
    data.advance(1);
    let length = data.try_get_u32().map_err(|_| short())? as usize;
    if length > data.len() {
        return Err(short());
    }
    data.advance(length);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::zookeeper::ClusterId;

    #[test]
    fn a_message_stands_behind_mark_writer_and_magic() {
        let data = Bytes::from_static(b"\xff\x00\x00\x00\x02mePBUF\x0a\x03abc");
        assert_eq!(message::<ClusterId>(data).unwrap().cluster_id, "abc");
        let bare = Bytes::from_static(b"PBUF\x0a\x03abc");
        assert_eq!(message::<ClusterId>(bare).unwrap().cluster_id, "abc");
    }

    #[test]
    fn other_data_is_refused() {
        for bytes in [&b""[..], b"abc", b"\xff\x00", b"\xff\x00\x00\x00\x09me"] {
            let error = message::<ClusterId>(Bytes::from_static(bytes)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol);
        }
    }
}
