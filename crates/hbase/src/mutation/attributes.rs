//! What a change can carry beside its cells. State: the settings of one change.

use std::time::Duration;

use bytes::Bytes;

use crate::error::Result;
use crate::read::TimeRange;
use crate::wire;
use crate::wire::basic::NameBytesPair;

/// The longest life of a cell, in milliseconds. Servers add it to the cell's timestamp, and the sum must
/// not overflow.
const TTL_MAX: u64 = i64::MAX as u64 / 2;

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
    pub time_range: Option<TimeRange>,
}

impl Attributes {
    /// Sets an attribute by name.
    pub fn set(&mut self, name: &str, value: Bytes) {
        self.named.retain(|(held, _)| held != name);
        self.named.push((name.to_owned(), value));
    }

    /// The cells live so long.
    pub fn set_ttl(&mut self, ttl: Duration) {
        let milliseconds = ttl.as_millis().min(u128::from(TTL_MAX)) as u64;
        self.set("_ttl", Bytes::copy_from_slice(&milliseconds.to_be_bytes()));
    }

    /// Looks whether servers could understand them.
    pub fn check(&self) -> Result<()> {
        self.time_range.map_or(Ok(()), TimeRange::check)
    }

    /// Puts the settings into a message.
    pub fn write(&self, message: &mut wire::mutation::Mutation) {
        message.durability = self.durability.map(Durability::code);
        message.attribute = named(&self.named);
        message.time_range = self.time_range.map(TimeRange::wire);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_life_still_ends_after_it_began() {
        let mut attributes = Attributes::default();
        attributes.set_ttl(Duration::MAX);
        let bytes = attributes.named[0].1[..].try_into().unwrap();
        let now = 1_700_000_000_000i64;
        assert!(now.checked_add(i64::from_be_bytes(bytes)).unwrap() > now);
    }
}
