//! Comparators as they travel: a Java class and its own message.

/// Any comparator.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Comparator {
    #[prost(string, required, tag = "1")]
    pub name: String,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub serialized_comparator: Option<bytes::Bytes>,
}

/// The bytes that a comparator compares with.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ByteArrayComparable {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub value: Option<bytes::Bytes>,
}

/// Any comparator that has only bytes: binary, binary prefix, long.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OfBytes {
    #[prost(message, required, tag = "1")]
    pub comparable: ByteArrayComparable,
}

/// How the bits are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum BitwiseOp {
    /// Both.
    And = 1,
    /// Either.
    Or = 2,
    /// One of them alone.
    Xor = 3,
}

/// Matches where the combined bits are not all zero.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Bit {
    #[prost(message, required, tag = "1")]
    pub comparable: ByteArrayComparable,
    #[prost(enumeration = "BitwiseOp", required, tag = "2")]
    pub bitwise_op: i32,
}

/// Compares a part of the bytes, from one on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BinaryComponent {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub value: bytes::Bytes,
    #[prost(uint32, required, tag = "2")]
    pub offset: u32,
}

/// Matches what is absent or empty.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Null {}

/// Matches by a regular expression of Java.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RegexString {
    #[prost(string, required, tag = "1")]
    pub pattern: String,
    #[prost(int32, required, tag = "2")]
    pub pattern_flags: i32,
    #[prost(string, required, tag = "3")]
    pub charset: String,
}

/// Matches what contains a text.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Substring {
    #[prost(string, required, tag = "1")]
    pub substr: String,
}
