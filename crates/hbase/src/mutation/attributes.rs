//! What a change can carry beside its cells. State: the settings of one change.

use bytes::Bytes;

use crate::wire;
use crate::wire::basic::{NameBytesPair, TimeRange};

/// When a change counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It is in memory only; a crash may lose it.
    SkipLog,
    /// It will be in the write-ahead log soon.
    AsyncLog,
    /// It is in the write-ahead log.
    SyncLog,
    /// It is in the write-ahead log and on the disk.
    FsyncLog,
}

impl Durability {
    fn code(self) -> i32 {
        use wire::mutation::Durability as Code;
        match self {
            Durability::SkipLog => Code::SkipWal as i32,
            Durability::AsyncLog => Code::AsyncWal as i32,
            Durability::SyncLog => Code::SyncWal as i32,
            Durability::FsyncLog => Code::FsyncWal as i32,
        }
    }
}

/// The settings.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    pub durability: Option<Durability>,
    pub named: Vec<(String, Bytes)>,
    pub time_range: Option<(i64, i64)>,
}

impl Attributes {
    /// Sets an attribute by name.
    pub fn set(&mut self, name: &str, value: Bytes) {
        self.named.retain(|(held, _)| held != name);
        self.named.push((name.to_owned(), value));
    }

    /// The cells live so many milliseconds.
    pub fn set_ttl(&mut self, milliseconds: u64) {
        self.set("_ttl", Bytes::copy_from_slice(&milliseconds.to_be_bytes()));
    }

    /// Puts the settings into a message.
    pub fn write(&self, message: &mut wire::mutation::Mutation) {
        message.durability = self.durability.map(Durability::code);
        message.attribute = named(&self.named);
        message.time_range = self.time_range.map(|(from, to)| TimeRange {
            from: Some(from as u64),
            to: Some(to as u64),
        });
    }
}

/// Attributes as they travel.
pub fn named(attributes: &[(String, Bytes)]) -> Vec<NameBytesPair> {
    let pair = |(name, value): &(String, Bytes)| NameBytesPair {
        name: name.clone(),
        value: Some(value.clone()),
    };
    attributes.iter().map(pair).collect()
}
