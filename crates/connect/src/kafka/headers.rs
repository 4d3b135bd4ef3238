//! One header of a message, by its name.
//!
//! Names are compared as the bytes that they are: that a name is UTF-8 is a custom which not every
//! producer keeps, and a record is not lost for a name that nobody asks for.

use std::ffi::CString;
use std::ptr;

use rdkafka::bindings::{rd_kafka_header_get_last, rd_kafka_headers_t, rd_kafka_message_headers};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::types::RDKafkaRespErr;

/// A message whose headers can be asked for.
pub(super) trait Headed: Message {
    /// The value of the last header of a name; none where there is no such header, or it has no value.
    fn header(&self, name: &str) -> Option<Vec<u8>>;
}

impl Headed for BorrowedMessage<'_> {
    fn header(&self, name: &str) -> Option<Vec<u8>> {
        let mut headers = ptr::null_mut();
        // SAFETY: the message is alive, and keeps its headers as long as it is.
        let found = unsafe { rd_kafka_message_headers(self.ptr(), &mut headers) };
        let is_there = found == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;
        // SAFETY: as above; they are the message's own.
        is_there.then(|| unsafe { last(headers, name) })?
    }
}

/// The value of the last header of a name.
///
/// # Safety
/// The headers must be alive.
unsafe fn last(headers: *const rd_kafka_headers_t, name: &str) -> Option<Vec<u8>> {
    let name = CString::new(name).ok()?;
    let (mut value, mut size) = (ptr::null(), 0);
    // SAFETY: the headers are alive, the name ends with a nul, and both places outlive the call.
    let found = unsafe { rd_kafka_header_get_last(headers, name.as_ptr(), &mut value, &mut size) };
    if found != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || value.is_null() {
        return None;
    }
    // SAFETY: the client gives a value with its size, which lives as long as the headers.
    Some(unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) }.to_vec())
}

#[cfg(test)]
impl Headed for rdkafka::message::OwnedMessage {
    fn header(&self, name: &str) -> Option<Vec<u8>> {
        use rdkafka::message::Headers;
        let found = self.headers()?.iter().filter(|h| h.key == name).last();
        found?.value.map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::bindings::{rd_kafka_header_add, rd_kafka_headers_destroy, rd_kafka_headers_new};

    use super::*;

    #[test]
    fn a_header_is_found_among_names_that_are_no_text() {
        let all: [(&[u8], Option<&[u8]>); 5] = [
            (b"\xff\xfe", Some(b"odd")),
            (b"trace", Some(b"first")),
            (b"trace", Some(b"\xff")),
            (b"empty", Some(b"")),
            (b"null", None),
        ];
        // SAFETY: the headers are made here and destroyed below; names and values are copied.
        let headers = unsafe { rd_kafka_headers_new(all.len()) };
        for (name, value) in all {
            let (value, size) = value.map_or((ptr::null(), 0), |v| (v.as_ptr(), v.len()));
            let name_size = isize::try_from(name.len()).expect("short");
            let size = isize::try_from(size).expect("short");
            // SAFETY: as above.
            let added = unsafe {
                rd_kafka_header_add(headers, name.as_ptr().cast(), name_size, value.cast(), size)
            };
            assert_eq!(added, RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR);
        }
        // SAFETY: they are destroyed only afterwards.
        let of = |name| unsafe { last(headers, name) };
        assert_eq!(of("trace"), Some(b"\xff".to_vec()));
        assert_eq!(of("empty"), Some(Vec::new()));
        assert_eq!(of("null"), None);
        assert_eq!(of("nobody"), None);
        assert_eq!(of("with\0nul"), None);
        // SAFETY: nothing uses them any more.
        unsafe { rd_kafka_headers_destroy(headers) };
    }
}
