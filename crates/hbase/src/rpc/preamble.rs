//! The first bytes of a connection: the magic, the version, the way to authenticate, and the
//! connection header. Pure.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;

use crate::wire::rpc::{ConnectionHeader, UserInformation, VersionInfo};

/// Cells travel as plain key-values.
const CODEC: &str = "org.apache.hadoop.hbase.codec.KeyValueCodec";

/// The version of the RPC protocol.
const VERSION: u8 = 0;

/// The code of SIMPLE authentication: the caller says who it is.
const SIMPLE: u8 = 80;

/// The bytes that open a connection of `user` to a service.
pub fn preamble(user: &str, service: &str) -> Bytes {
    let header = ConnectionHeader {
        user_info: Some(UserInformation {
            effective_user: user.to_owned(),
        }),
        service_name: Some(service.to_owned()),
        cell_block_codec_class: Some(CODEC.to_owned()),
        version_info: Some(version()),
    };
    let mut bytes = BytesMut::from(&b"HBas"[..]);
    bytes.put_slice(&[VERSION, SIMPLE]);
    bytes.put_u32(header.encoded_len() as u32);
    header.encode(&mut bytes).expect("the buffer grows");
    bytes.freeze()
}

/// The protocol of HBase 2.6, whose answers this client reads.
fn version() -> VersionInfo {
    VersionInfo {
        version: "2.6.4".to_owned(),
        url: String::new(),
        revision: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        user: String::new(),
        date: String::new(),
        src_checksum: String::new(),
        version_major: Some(2),
        version_minor: Some(6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_magic_version_and_authentication() {
        let bytes = preamble("ann", "ClientService");
        assert_eq!(&bytes[..6], b"HBas\x00\x50");
        let length = u32::from_be_bytes([bytes[6], bytes[7], bytes[8], bytes[9]]) as usize;
        assert_eq!(bytes.len(), 10 + length);
        assert_eq!(&bytes[10..24], b"\x0a\x05\x0a\x03ann\x12\x0dClien");
    }
}
