//! Frames: a length, a header, a message and cells. Pure: bytes in, bytes out.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use prost::Message;
use prost::encoding::encoded_len_varint;

use crate::error::{Error, ErrorKind, Result};
use crate::wire::rpc::{RequestHeader, ResponseHeader};

/// A request as it travels. `cells` are the parts of the cell block, in order.
pub fn request(header: &RequestHeader, message: &impl Message, cells: &[&[u8]]) -> Result<Bytes> {
    let block: usize = cells.iter().map(|part| part.len()).sum();
    let length = delimited_len(header.encoded_len()) + delimited_len(message.encoded_len()) + block;
    let announced = u32::try_from(length)
        .ok()
        .filter(|length| *length <= i32::MAX as u32)
        .ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "the request is over 2 GiB"))?;
    let mut bytes = BytesMut::with_capacity(4 + length);
    bytes.put_u32(announced);
    write_delimited(header, &mut bytes);
    write_delimited(message, &mut bytes);
    cells.iter().for_each(|part| bytes.put_slice(part));
    Ok(bytes.freeze())
}

fn delimited_len(length: usize) -> usize {
    encoded_len_varint(length as u64) + length
}

fn write_delimited(message: &impl Message, bytes: &mut BytesMut) {
    message
        .encode_length_delimited(bytes)
        .expect("the buffer was made large enough");
}

/// What follows a response's header.
#[derive(Debug)]
pub struct Body {
    bytes: Bytes,
    cells: usize,
}

/// Takes a frame, without its length, apart.
pub fn response(mut frame: Bytes) -> Result<(ResponseHeader, Body)> {
    let header = ResponseHeader::decode_length_delimited(&mut frame).map_err(malformed)?;
    let cells = header.cell_block_meta.as_ref().and_then(|meta| meta.length);
    let cells = cells.unwrap_or(0) as usize;
    match cells <= frame.len() {
        true => Ok((
            header,
            Body {
                bytes: frame,
                cells,
            },
        )),
        false => Err(Error::new(
            ErrorKind::Protocol,
            "a cell block is longer than its frame",
        )),
    }
}

impl Body {
    /// The message and the block of cells.
    pub fn open<M: Message + Default>(mut self) -> Result<(M, Bytes)> {
        let cells = self.bytes.split_off(self.bytes.len() - self.cells);
        let message = match self.bytes.has_remaining() {
            true => M::decode_length_delimited(&mut self.bytes).map_err(malformed)?,
            false => M::default(),
        };
        Ok((message, cells))
    }
}

pub(crate) fn malformed(cause: prost::DecodeError) -> Error {
    Error::caused(ErrorKind::Protocol, "a message cannot be read", cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::rpc::{CellBlockMeta, ConnectionHeader};

    #[test]
    fn a_request_is_length_header_message_cells() {
        let header = RequestHeader {
            call_id: Some(7),
            method_name: Some("Get".to_owned()),
            request_param: Some(true),
            ..RequestHeader::default()
        };
        let message = ConnectionHeader {
            service_name: Some("x".to_owned()),
            ..ConnectionHeader::default()
        };
        let bytes = request(&header, &message, &[b"ce", b"lls"]).unwrap();
        assert_eq!(
            &bytes[..],
            b"\x00\x00\x00\x13\x09\x08\x07\x1a\x03Get\x20\x01\x03\x12\x01xcells"
        );
    }

    #[test]
    fn a_response_comes_apart() {
        let header = ResponseHeader {
            call_id: Some(3),
            cell_block_meta: Some(CellBlockMeta { length: Some(2) }),
            ..ResponseHeader::default()
        };
        let mut frame = header.encode_length_delimited_to_vec();
        frame.extend_from_slice(b"\x03\x12\x01xab");
        let (read, body) = response(frame.into()).unwrap();
        assert_eq!(read, header);
        let (message, cells) = body.open::<ConnectionHeader>().unwrap();
        assert_eq!(message.service_name.as_deref(), Some("x"));
        assert_eq!(&cells[..], b"ab");
    }

    #[test]
    fn a_block_longer_than_its_frame_is_refused() {
        let frame: &[u8] = b"\x06\x08\x03\x1a\x02\x08\x63\x00";
        assert_eq!(
            response(Bytes::from_static(frame)).unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }
}
