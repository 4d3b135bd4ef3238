//! How state is written down: little-endian, length-prefixed, framed with a version and a CRC.
//!
//! [`Encoder`] and [`Decoder`] are symmetric. A frame is `magic, version, length, payload, crc32`;
//! a frame that is cut or altered is refused, never half read.

use std::fmt;
use std::sync::Arc;

use crate::Millis;
use crate::batch::{Batch, BatchBuilder, Origin};
use crate::event_type::EventType;
use crate::value::Value;

const MAGIC: &[u8; 4] = b"TCHO";

/// Why bytes could not be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodecError {
    /// Fewer bytes than announced.
    Truncated,
    /// The checksum differs, or a tag is unknown.
    Corrupt(&'static str),
    /// Written by a version that this one cannot read.
    Version(u32),
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::Truncated => f.write_str("the data ends too early"),
            CodecError::Corrupt(what) => write!(f, "the data is corrupt: {what}"),
            CodecError::Version(v) => write!(f, "unknown format version {v}"),
        }
    }
}

impl std::error::Error for CodecError {}

/// Writes values to a growing buffer.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

macro_rules! fixed {
    ($($name:ident: $ty:ty),*) => {
        impl Encoder { $(
            #[doc = concat!("Writes a `", stringify!($ty), "`.")]
            pub fn $name(&mut self, v: $ty) { self.bytes.extend_from_slice(&v.to_le_bytes()); }
        )* }
        impl Decoder<'_> { $(
            #[doc = concat!("Reads a `", stringify!($ty), "`.")]
            pub fn $name(&mut self) -> Result<$ty, CodecError> {
                let bytes = self.take(size_of::<$ty>())?;
                Ok(<$ty>::from_le_bytes(bytes.try_into().expect("take gives that many bytes")))
            }
        )* }
    };
}
fixed!(u8: u8, u16: u16, u32: u32, u64: u64, i32: i32, i64: i64, f32: f32, f64: f64);

impl Encoder {
    /// An empty buffer.
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// Writes a boolean.
    pub fn bool(&mut self, v: bool) {
        self.u8(u8::from(v));
    }

    /// Writes a length.
    pub fn size(&mut self, v: usize) {
        self.u64(v as u64);
    }

    /// Writes bytes with their length.
    pub fn bytes(&mut self, v: &[u8]) {
        self.size(v.len());
        self.bytes.extend_from_slice(v);
    }

    /// Writes bytes as they are, without their length.
    pub fn raw(&mut self, v: &[u8]) {
        self.bytes.extend_from_slice(v);
    }

    /// Writes a string.
    pub fn str(&mut self, v: &str) {
        self.bytes(v.as_bytes());
    }

    /// Writes an optional part.
    pub fn option<T>(&mut self, v: Option<T>, write: impl FnOnce(&mut Encoder, T)) {
        self.bool(v.is_some());
        if let Some(v) = v {
            write(self, v);
        }
    }

    /// Writes a list.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Encoder, T),
    ) {
        self.size(items.len());
        items.for_each(|item| write(self, item));
    }

    /// Writes a value with its tag.
    pub fn value(&mut self, v: &Value) {
        match v {
            Value::Null => self.u8(0),
            Value::Bool(v) => self.tagged(1, |e| e.bool(*v)),
            Value::Byte(v) => self.tagged(2, |e| e.u8(*v as u8)),
            Value::Short(v) => self.tagged(3, |e| e.u16(*v as u16)),
            Value::Int(v) => self.tagged(4, |e| e.i32(*v)),
            Value::Long(v) => self.tagged(5, |e| e.i64(*v)),
            Value::Float(v) => self.tagged(6, |e| e.f32(*v)),
            Value::Double(v) => self.tagged(7, |e| e.f64(*v)),
            Value::Char(v) => self.tagged(8, |e| e.u32(u32::from(*v))),
            Value::Str(v) => self.tagged(9, |e| e.str(v)),
            Value::Array(v) => self.tagged(10, |e| e.values(v)),
            Value::Row(v) => self.tagged(11, |e| e.values(v)),
        }
    }

    /// Writes a list of values.
    pub fn values(&mut self, values: &[Value]) {
        self.list(values.iter(), Encoder::value);
    }

    /// Writes a batch without its type, which the reader knows.
    pub fn batch(&mut self, batch: &Batch) {
        self.size(batch.len());
        for row in 0..batch.len() {
            let origin = batch.origins()[row];
            self.i64(batch.times()[row]);
            self.u32(origin.partition);
            self.u64(origin.position);
            batch
                .columns()
                .iter()
                .for_each(|c| self.value(&c.value(row)));
        }
    }

    fn tagged(&mut self, tag: u8, write: impl FnOnce(&mut Encoder)) {
        self.u8(tag);
        write(self);
    }

    /// The bytes written so far, unframed.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The bytes as a frame with version and checksum.
    pub fn into_frame(self, version: u32) -> Vec<u8> {
        let mut frame = Vec::with_capacity(self.bytes.len() + 20);
        frame.extend_from_slice(MAGIC);
        frame.extend_from_slice(&version.to_le_bytes());
        frame.extend_from_slice(&(self.bytes.len() as u64).to_le_bytes());
        frame.extend_from_slice(&self.bytes);
        frame.extend_from_slice(&crc32fast::hash(&frame).to_le_bytes());
        frame
    }
}

/// Reads what an [`Encoder`] wrote.
#[derive(Debug)]
pub struct Decoder<'a> {
    bytes: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Reads unframed bytes.
    pub fn new(bytes: &'a [u8]) -> Decoder<'a> {
        Decoder { bytes }
    }

    /// Opens a frame and checks it; gives its version and a reader of the payload.
    ///
    /// # Errors
    /// [`CodecError`] where the frame is cut, altered or foreign.
    pub fn open(frame: &'a [u8]) -> Result<(u32, Decoder<'a>), CodecError> {
        let mut head = Decoder::new(frame);
        if head.take(4)? != MAGIC {
            return Err(CodecError::Corrupt("not a state file"));
        }
        let version = head.u32()?;
        let len = usize::try_from(head.u64()?).map_err(|_| CodecError::Truncated)?;
        let payload = head.take(len)?;
        if head.u32()? != crc32fast::hash(&frame[..16 + len]) {
            return Err(CodecError::Corrupt("checksum"));
        }
        Ok((version, Decoder::new(payload)))
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// [`CodecError::Truncated`] where fewer are left.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], CodecError> {
        let (head, rest) = self
            .bytes
            .split_at_checked(n)
            .ok_or(CodecError::Truncated)?;
        self.bytes = rest;
        Ok(head)
    }

    /// True when all is read.
    pub fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reads a boolean.
    pub fn bool(&mut self) -> Result<bool, CodecError> {
        Ok(self.u8()? != 0)
    }

    /// Reads a length; it can never exceed what a buffer may hold.
    pub fn size(&mut self) -> Result<usize, CodecError> {
        usize::try_from(self.u64()?).map_err(|_| CodecError::Corrupt("length"))
    }

    /// Reads bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8], CodecError> {
        let len = self.size()?;
        self.take(len)
    }

    /// Reads a string.
    pub fn str(&mut self) -> Result<&'a str, CodecError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| CodecError::Corrupt("text"))
    }

    /// Reads an optional part.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Option<T>, CodecError> {
        if self.bool()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Reads a list.
    pub fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Vec<T>, CodecError> {
        let len = self.size()?;
        (0..len).map(|_| read(self)).collect()
    }

    /// Reads a value.
    pub fn value(&mut self) -> Result<Value, CodecError> {
        Ok(match self.u8()? {
            0 => Value::Null,
            1 => Value::Bool(self.bool()?),
            2 => Value::Byte(self.u8()? as i8),
            3 => Value::Short(self.u16()? as i16),
            4 => Value::Int(self.i32()?),
            5 => Value::Long(self.i64()?),
            6 => Value::Float(self.f32()?),
            7 => Value::Double(self.f64()?),
            8 => Value::Char(char::from_u32(self.u32()?).ok_or(CodecError::Corrupt("char"))?),
            9 => Value::str(self.str()?),
            10 => Value::Array(Arc::from(self.values()?)),
            11 => Value::Row(Arc::from(self.values()?)),
            _ => return Err(CodecError::Corrupt("value tag")),
        })
    }

    /// Reads a list of values.
    pub fn values(&mut self) -> Result<Vec<Value>, CodecError> {
        self.list(Decoder::value)
    }

    /// Reads a batch of a known type.
    pub fn batch(&mut self, event_type: &Arc<EventType>) -> Result<Batch, CodecError> {
        let mut builder = BatchBuilder::new(Arc::clone(event_type));
        let width = event_type.properties.len();
        for _ in 0..self.size()? {
            let time: Millis = self.i64()?;
            let (partition, position) = (self.u32()?, self.u64()?);
            let values: Result<Vec<Value>, CodecError> = (0..width).map(|_| self.value()).collect();
            let origin = Origin {
                partition,
                position,
            };
            builder.push(time, origin, values?);
        }
        Ok(builder.finish())
    }
}
