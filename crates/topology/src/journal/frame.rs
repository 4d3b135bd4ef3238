//! Frames: entries that were committed together.
//!
//! `length u32, crc32 u32, body`, little-endian; the body is `first position u64, count u32`, then
//! for each entry `length u32, bytes`. The checksum covers length and body, so that a run of zeros
//! is no frame.

/// Bytes before the body.
pub(crate) const HEAD: usize = 8;

/// Bytes of the body before its entries.
pub(crate) const BODY_HEAD: usize = 12;

/// Entries on their way into one frame.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    entries: Vec<u8>,
    count: u32,
}

impl Frame {
    pub fn push(&mut self, payload: &[u8]) {
        self.entries
            .extend_from_slice(&(payload.len() as u32).to_le_bytes());
        self.entries.extend_from_slice(payload);
        self.count += 1;
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn size(&self) -> usize {
        self.entries.len()
    }

    /// The bytes of the frame, whose first entry has a position.
    pub fn encode(&self, first: u64) -> Vec<u8> {
        let length = (BODY_HEAD + self.entries.len()) as u32;
        let mut bytes = Vec::with_capacity(HEAD + length as usize);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&first.to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.entries);
        let crc = checksum(length, &bytes[HEAD..]);
        bytes[4..HEAD].copy_from_slice(&crc.to_le_bytes());
        bytes
    }
}

/// A frame that was read and checked.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub first: u64,
    pub count: u32,
    entries: &'a [u8],
}

fn checksum(length: u32, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(word.try_into().ok()?))
}

impl<'a> Opened<'a> {
    /// Reads the frame at the start of some bytes; none where it is cut or altered.
    pub fn read(bytes: &'a [u8]) -> Option<Opened<'a>> {
        let length = u32_at(bytes, 0)?;
        let crc = u32_at(bytes, 4)?;
        let body = bytes.get(HEAD..HEAD + length as usize)?;
        if checksum(length, body) != crc {
            return None;
        }
        Some(Opened {
            first: u64_at(body, 0)?,
            count: u32_at(body, 8)?,
            entries: body.get(BODY_HEAD..)?,
        })
    }

    /// Bytes of the whole frame.
    pub fn size(&self) -> usize {
        HEAD + BODY_HEAD + self.entries.len()
    }

    /// The payloads in order.
    pub fn payloads(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.entries;
        std::iter::from_fn(move || {
            let length = u32_at(rest, 0)? as usize;
            let payload = rest.get(4..4 + length)?;
            rest = &rest[4 + length..];
            Some(payload)
        })
    }
}
