//! What stands in a changelog, as records: a key that is a word, a value in the codec of all state.

use std::collections::BTreeMap;

use tachograph_event::{CodecError, Decoder, Encoder};
use tachograph_topology::{Decided, Decision};

use crate::kafka::config::{Beginning, Identity};

/// Version of the values. The first did not say which topic it was whose reading began.
const VERSION: u32 = 2;

/// Bytes of a checkpoint that go into one record: well below what brokers take.
const CHUNK_BYTES: usize = 512 << 10;

/// A record of a changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A process has taken the partition over, as the owner of this number.
    Taken(u64),
    /// Reading began at this offset.
    Begun(Beginning),
    /// The wall clock has decided something.
    Decided(Decided),
    /// A part of a checkpoint's bytes.
    Chunk(Vec<u8>),
    /// The chunks before it, since the last record of another kind, are a checkpoint.
    Checkpoint(Head),
}

/// What is said of a checkpoint beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub id: u64,
    /// Bytes of all chunks.
    pub bytes: u64,
    /// Where reading goes on.
    pub position: u64,
    /// What was decided at or behind that position before the checkpoint was written.
    pub decided: Vec<Decided>,
}

impl Entry {
    /// The record's key.
    pub fn key(&self) -> &'static str {
        match self {
            Entry::Taken(_) => "taken",
            Entry::Begun(_) => "begun",
            Entry::Decided(_) => "decided",
            Entry::Chunk(_) => "chunk",
            Entry::Checkpoint(_) => "checkpoint",
        }
    }

    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut to = Encoder::new();
        match self {
            Entry::Taken(number) => to.u64(*number),
            Entry::Begun(beginning) => {
                to.u64(beginning.offset);
                to.option(beginning.of.as_ref(), |to, of| {
                    to.str(&of.id);
                    to.u64(u64::from(of.partitions));
                });
            }
            Entry::Decided(decided) => encode(&mut to, decided),
            Entry::Chunk(bytes) => to.bytes(bytes),
            Entry::Checkpoint(head) => {
                to.u64(head.id);
                to.u64(head.bytes);
                to.u64(head.position);
                to.list(head.decided.iter(), encode);
            }
        }
        to.into_frame(VERSION)
    }

    /// Reads a record.
    pub fn read(key: &[u8], value: &[u8]) -> Result<Entry, CodecError> {
        let (version, mut from) = Decoder::open(value)?;
        Ok(match key {
            b"taken" => Entry::Taken(from.u64()?),
            b"begun" => Entry::Begun(Beginning {
                offset: from.u64()?,
                of: match version {
                    1 => None,
                    _ => from.option(identity)?,
                },
            }),
            b"decided" => Entry::Decided(decode(&mut from)?),
            b"chunk" => Entry::Chunk(from.bytes()?.to_vec()),
            b"checkpoint" => Entry::Checkpoint(Head {
                id: from.u64()?,
                bytes: from.u64()?,
                position: from.u64()?,
                decided: from.list(decode)?,
            }),
            _ => return Err(CodecError::Corrupt("a record of a changelog")),
        })
    }
}

fn encode(to: &mut Encoder, decided: &Decided) {
    to.u64(decided.position);
    to.bool(decided.what == Decision::Horizon);
    to.i64(decided.instant);
}

fn identity(from: &mut Decoder<'_>) -> Result<Identity, CodecError> {
    Ok(Identity {
        id: from.str()?.to_string(),
        partitions: u32::try_from(from.u64()?).map_err(|_| CodecError::Corrupt("partitions"))?,
    })
}

fn decode(from: &mut Decoder<'_>) -> Result<Decided, CodecError> {
    Ok(Decided {
        position: from.u64()?,
        what: match from.bool()? {
            true => Decision::Horizon,
            false => Decision::Idle,
        },
        instant: from.i64()?,
    })
}

/// The states of all parts as chunks.
pub(super) fn chunks(
    names: &[String],
    parts: &BTreeMap<String, Vec<u8>>,
) -> impl Iterator<Item = Vec<u8>> {
    let mut to = Encoder::new();
    to.list(names.iter(), |to, name| {
        to.str(name);
        to.bytes(parts.get(name).map_or(&[], Vec::as_slice));
    });
    let bytes = to.into_bytes();
    let count = bytes.len().div_ceil(CHUNK_BYTES);
    (0..count).map(move |n| {
        let end = bytes.len().min((n + 1) * CHUNK_BYTES);
        bytes[n * CHUNK_BYTES..end].to_vec()
    })
}

/// The names and the states of all parts, from all chunks.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, CodecError> {
    let part = |from: &mut Decoder<'_>| Ok((from.str()?.to_string(), from.bytes()?.to_vec()));
    Decoder::new(bytes).list(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let decided = Decided {
            position: 7,
            what: Decision::Horizon,
            instant: -3,
        };
        let head = Head {
            id: 4,
            bytes: 9,
            position: 11,
            decided: vec![decided],
        };
        let all = [
            Entry::Taken(3),
            Entry::Begun(Beginning {
                offset: 12,
                of: None,
            }),
            Entry::Begun(Beginning {
                offset: 12,
                of: Some(Identity {
                    id: "x".into(),
                    partitions: 3,
                }),
            }),
            Entry::Decided(decided),
            Entry::Chunk(vec![1, 2]),
            Entry::Checkpoint(head),
        ];
        for entry in all {
            let read = Entry::read(entry.key().as_bytes(), &entry.value());
            assert_eq!(read.expect("it is one"), entry);
        }
        assert!(Entry::read(b"other", &Entry::Taken(1).value()).is_err());
    }

    #[test]
    fn a_large_state_is_whole_again() {
        let names = ["a".to_string(), "b".to_string()];
        let large: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
        let states = BTreeMap::from([(names[0].clone(), vec![5]), (names[1].clone(), large)]);
        let chunks: Vec<Vec<u8>> = chunks(&names, &states).collect();
        assert_eq!(chunks.len(), 4);
        let read = parts(&chunks.concat()).expect("parts");
        assert_eq!(read, states.into_iter().collect::<Vec<_>>());
    }
}
