//! A column family's settings. Plain data, in the words that HBase's files have for them.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::error::{Error, ErrorKind, Result};
use crate::wire;
use crate::wire::basic::{BytesBytesPair, NameStringPair};

/// What a bloom filter of a family's files knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BloomFilter {
    /// There is none.
    None,
    /// Which rows a file has.
    Row,
    /// Which columns of which rows a file has.
    RowColumn,
}

/// Numbers of masters end here; a time to live of so many seconds is for ever.
const MOST: u32 = i32::MAX as u32;

/// A column family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    name: String,
    settings: BTreeMap<String, String>,
    configuration: BTreeMap<String, String>,
}

impl Family {
    /// A family with HBase's defaults: one version, for ever, a bloom filter of rows.
    pub fn new(name: impl Into<String>) -> Family {
        Family {
            name: name.into(),
            settings: BTreeMap::new(),
            configuration: BTreeMap::new(),
        }
    }

    /// The family's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Any setting by its name in HBase, such as `BLOCKSIZE`.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Family {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// The settings that differ from the defaults; from a server, all.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// A setting of the servers that this family has otherwise, such as
    /// `hbase.hstore.blockingStoreFiles`.
    pub fn configured(mut self, name: impl Into<String>, value: impl Into<String>) -> Family {
        self.configuration.insert(name.into(), value.into());
        self
    }

    /// The servers' settings that this family has otherwise.
    pub fn configuration(&self) -> &BTreeMap<String, String> {
        &self.configuration
    }

    /// Keeps up to so many versions of a column, one at least; all with `u32::MAX`.
    pub fn versions(self, most: u32) -> Family {
        self.setting("VERSIONS", most.min(MOST).to_string())
    }

    /// Keeps at least so many versions even when they are older than the time to live.
    pub fn min_versions(self, least: u32) -> Family {
        self.setting("MIN_VERSIONS", least.min(MOST).to_string())
    }

    /// Cells disappear after this time, in whole seconds and one at least; never after 68 years or more.
    pub fn ttl(self, ttl: Duration) -> Family {
        self.setting("TTL", ttl.as_secs().min(u64::from(MOST)).to_string())
    }

    /// How files are compressed, such as `SNAPPY`, `ZSTD`, `LZ4` or `GZ`; the servers must have it.
    pub fn compression(self, algorithm: impl Into<String>) -> Family {
        self.setting("COMPRESSION", algorithm)
    }

    /// How keys are shortened within a block, such as `FAST_DIFF`.
    pub fn data_block_encoding(self, encoding: impl Into<String>) -> Family {
        self.setting("DATA_BLOCK_ENCODING", encoding)
    }

    /// What the bloom filters know.
    pub fn bloom_filter(self, filter: BloomFilter) -> Family {
        let name = match filter {
            BloomFilter::None => "NONE",
            BloomFilter::Row => "ROW",
            BloomFilter::RowColumn => "ROWCOL",
        };
        self.setting("BLOOMFILTER", name)
    }

    /// Whether servers prefer its blocks in their caches.
    pub fn in_memory(self, prefer: bool) -> Family {
        self.setting("IN_MEMORY", prefer.to_string())
    }

    /// Masters take a family that keeps no version of anything.
    pub(super) fn check(&self) -> Result<()> {
        match self.settings.get("VERSIONS").map(String::as_str) {
            Some("0") => {
                let message = format!("the family {} would keep no version of a column", self.name);
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn wire(&self) -> wire::table::FamilySchema {
        wire::table::FamilySchema {
            name: Bytes::copy_from_slice(self.name.as_bytes()),
            attributes: pairs(&self.settings),
            configuration: self.configuration.iter().map(told).collect(),
        }
    }

    pub(super) fn from_wire(sent: wire::table::FamilySchema) -> Family {
        Family {
            name: String::from_utf8_lossy(&sent.name).into_owned(),
            settings: settings(&sent.attributes),
            configuration: sent
                .configuration
                .into_iter()
                .map(|pair| (pair.name, pair.value))
                .collect(),
        }
    }
}

fn told((name, value): (&String, &String)) -> NameStringPair {
    NameStringPair {
        name: name.clone(),
        value: value.clone(),
    }
}

/// Settings as they travel.
pub(super) fn pairs(settings: &BTreeMap<String, String>) -> Vec<BytesBytesPair> {
    let pair = |(name, value): (&String, &String)| BytesBytesPair {
        first: Bytes::copy_from_slice(name.as_bytes()),
        second: Bytes::copy_from_slice(value.as_bytes()),
    };
    settings.iter().map(pair).collect()
}

/// Settings as they came.
pub(super) fn settings(pairs: &[BytesBytesPair]) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pair = |pair: &BytesBytesPair| (text(&pair.first), text(&pair.second));
    pairs.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_travel_as_text() {
        let family = Family::new("d")
            .versions(3)
            .ttl(Duration::from_secs(86_400))
            .configured("hbase.hstore.blockingStoreFiles", "20");
        let wire = family.wire();
        assert_eq!(&wire.attributes[0].first[..], b"TTL");
        assert_eq!(&wire.attributes[0].second[..], b"86400");
        assert_eq!(Family::from_wire(wire), family);
    }

    #[test]
    fn the_greatest_numbers_are_those_of_masters() {
        let family = Family::new("d").versions(u32::MAX).ttl(Duration::MAX);
        assert_eq!(family.settings()["VERSIONS"], "2147483647");
        assert_eq!(family.settings()["TTL"], "2147483647");
        assert!(family.check().is_ok());
        let none = family.versions(0).check().unwrap_err();
        assert_eq!(none.kind(), ErrorKind::InvalidArgument);
    }
}
