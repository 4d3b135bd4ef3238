//! Comparators: what a part of a cell is compared with, and how. Plain data.

use bytes::Bytes;
use prost::Message;

use super::PACKAGE;
use crate::wire::comparator as wire;
pub use crate::wire::comparator::BitwiseOp;

/// What a part of a cell is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparator(wire::Comparator);

impl Comparator {
    /// Any comparator that the servers have, by its class and its serialised form.
    pub fn custom(class: impl Into<String>, serialized: impl Into<Bytes>) -> Comparator {
        Comparator(wire::Comparator {
            name: class.into(),
            serialized_comparator: Some(serialized.into()),
        })
    }

    fn builtin(class: &str, message: &impl Message) -> Comparator {
        Comparator::custom(format!("{PACKAGE}{class}"), message.encode_to_vec())
    }

    /// Compares all bytes, as unsigned numbers.
    pub fn binary(value: impl AsRef<[u8]>) -> Comparator {
        let comparable = bytes(value.as_ref());
        Comparator::builtin("BinaryComparator", &wire::OfBytes { comparable })
    }

    /// Compares as many bytes as are given here.
    pub fn binary_prefix(value: impl AsRef<[u8]>) -> Comparator {
        let comparable = bytes(value.as_ref());
        Comparator::builtin("BinaryPrefixComparator", &wire::OfBytes { comparable })
    }

    /// Compares as many bytes as are given here, from the one of this index on. What is shorter fails the
    /// request.
    pub fn binary_at(offset: u32, value: impl AsRef<[u8]>) -> Comparator {
        let value = Bytes::copy_from_slice(value.as_ref());
        let offset = offset.min(i32::MAX as u32);
        let message = wire::BinaryComponent { value, offset };
        Comparator::builtin("BinaryComponentComparator", &message)
    }

    /// Compares values of eight bytes, big-endian, as signed numbers.
    pub fn long(value: i64) -> Comparator {
        let comparable = bytes(&value.to_be_bytes());
        Comparator::builtin("LongComparator", &wire::OfBytes { comparable })
    }

    /// Equal where the value's bits, combined with these, are not all zero.
    pub fn bits(value: impl AsRef<[u8]>, operation: BitwiseOp) -> Comparator {
        let comparable = bytes(value.as_ref());
        let bitwise_op = operation as i32;
        Comparator::builtin(
            "BitComparator",
            &wire::Bit {
                comparable,
                bitwise_op,
            },
        )
    }

    /// Equal where the value contains this text, letters' case aside.
    pub fn substring(text: impl AsRef<str>) -> Comparator {
        // The server makes only the value's letters small.
        let substr = text.as_ref().to_lowercase();
        Comparator::builtin("SubstringComparator", &wire::Substring { substr })
    }

    /// Equal where this regular expression, in Java's language, is found in the value.
    pub fn regex(pattern: impl Into<String>) -> Comparator {
        /// Java's flag by which a dot stands for the end of a line too.
        const DOTALL: i32 = 32;
        let message = wire::RegexString {
            pattern: pattern.into(),
            pattern_flags: DOTALL,
            charset: "UTF-8".to_owned(),
        };
        Comparator::builtin("RegexStringComparator", &message)
    }

    /// Equal where there is no value.
    pub fn null() -> Comparator {
        Comparator::builtin("NullComparator", &wire::Null {})
    }

    pub(crate) fn into_wire(self) -> wire::Comparator {
        self.0
    }
}

fn bytes(value: &[u8]) -> wire::ByteArrayComparable {
    wire::ByteArrayComparable {
        value: Some(Bytes::copy_from_slice(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparator_is_its_class_and_its_message() {
        let wire = Comparator::binary("v").into_wire();
        assert_eq!(wire.name, "org.apache.hadoop.hbase.filter.BinaryComparator");
        assert_eq!(
            &wire.serialized_comparator.unwrap()[..],
            b"\x0a\x03\x0a\x01v"
        );
        let text = Comparator::substring("Fast").into_wire();
        assert_eq!(&text.serialized_comparator.unwrap()[..], b"\x0a\x04fast");
    }
}
