//! Where Kafka is, and how a topic is read or written.

use std::collections::BTreeMap;
use std::fmt;

use tachograph_event::{Millis, Type};

/// A topic and the brokers that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaConfig {
    /// `host:port`, several with commas between.
    pub brokers: String,
    /// Name of the topic.
    pub topic: String,
    /// Settings of librdkafka by their own names: `security.protocol`, `sasl.username`, ….
    pub settings: Vec<(String, String)>,
}

impl KafkaConfig {
    /// Most bytes of a record that is written, its key and its value: `message.max.bytes`.
    pub fn largest_record(&self) -> usize {
        let all = self.settings.iter().rev();
        let mut own = all.filter(|(name, _)| name == "message.max.bytes");
        let own = own.next().and_then(|(_, value)| value.parse().ok());
        own.unwrap_or(1_000_000)
    }
}

/// How a topic is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// The topic.
    pub kafka: KafkaConfig,
    /// The group whose offsets are committed.
    pub group: String,
    /// Do the members of the group share the partitions? Only they may commit then.
    pub is_shared: bool,
    /// Where reading begins without a checkpoint.
    pub start: Start,
    /// Offsets to begin at, by partition, before `start` is asked.
    pub offsets: BTreeMap<i32, i64>,
    /// Properties that are not part of the value, by slot.
    pub metadata: Vec<(usize, MetadataField)>,
    /// Is the time of a record the one that the broker has for it?
    pub broker_time: bool,
}

/// Which topic it is that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The id that the brokers gave it when it was made.
    pub id: String,
    /// How many partitions it has.
    pub partitions: u32,
}

impl Identity {
    /// Why offsets of a topic that was this one are of no use in the one of its name now; none where
    /// they are.
    pub fn differs(&self, topic: &str, now: &Identity) -> Option<String> {
        let (was, is) = (self.partitions, now.partitions);
        if self.id != now.id {
            return Some(format!(
                "the topic {topic} was deleted and made again since its reading began, and offsets of the one before \
                 mean nothing in it"
            ));
        }
        (was != is).then(|| {
            format!(
                "the topic {topic} has {is} partitions, and had {was} when its reading began: keys have moved, and \
                 records of the new ones would not be read"
            )
        })
    }
}

/// Where the reading of a partition began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The offset.
    pub offset: u64,
    /// Of which topic, where brokers tell.
    pub of: Option<Identity>,
}

/// Remembers where the reading of a partition began, so that a crash before the first checkpoint does
/// not begin elsewhere.
pub trait Begun: Send + Sync {
    /// The beginning, where it is known.
    fn remembered(&self) -> Option<Beginning>;

    /// Remembers a beginning; afterwards it is durable.
    ///
    /// # Errors
    /// A sentence where it cannot be kept.
    fn remember(&self, beginning: Beginning) -> Result<(), String>;
}

/// Where reading begins without a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the oldest record that the topic still has.
    Earliest,
    /// At the next record.
    Latest,
    /// Where the group has committed; at the oldest record where it has not.
    Committed,
    /// At the first record of this instant or after it.
    At(Millis),
}

/// What a record has beside its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataField {
    /// The key.
    Key,
    /// A header of this name; the last one, where there are several.
    Header(String),
    /// Number of the partition.
    Partition,
    /// The offset.
    Offset,
    /// The broker's or the producer's time, in milliseconds.
    Timestamp,
}

impl MetadataField {
    /// `key`, `partition`, `offset`, `timestamp`, `header:NAME`.
    pub fn parse(text: &str) -> Option<MetadataField> {
        Some(match (text, text.strip_prefix("header:")) {
            (_, Some(name)) if !name.is_empty() => MetadataField::Header(name.to_string()),
            ("key", _) => MetadataField::Key,
            ("partition", _) => MetadataField::Partition,
            ("offset", _) => MetadataField::Offset,
            ("timestamp", _) => MetadataField::Timestamp,
            _ => return None,
        })
    }

    /// Can a property of this type hold it? Keys and headers are texts, or bytes as they are.
    pub fn fits(&self, ty: &Type) -> bool {
        let has_text = matches!(self, MetadataField::Key | MetadataField::Header(_));
        match ty {
            Type::Array(item) => has_text && **item == Type::Byte,
            Type::Bool | Type::Char => has_text,
            ty => *ty == Type::Str || ty.is_numeric(),
        }
    }
}

/// As it stands in a topology file.
impl fmt::Display for MetadataField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MetadataField::Key => f.write_str("key"),
            MetadataField::Header(name) => write!(f, "header:{name}"),
            MetadataField::Partition => f.write_str("partition"),
            MetadataField::Offset => f.write_str("offset"),
            MetadataField::Timestamp => f.write_str("timestamp"),
        }
    }
}

/// What a replay may do to a topic that is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Every row once, in transactions: readers of committed records see nothing twice.
    ExactlyOnce {
        /// The id of the transactions.
        id: String,
        /// Do owners of a partition take the id over from one another?
        is_shared: bool,
    },
    /// Every row at least once: a replay repeats what was written since the checkpoint.
    AtLeastOnce,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_made_again_or_with_more_partitions_is_another() {
        let of = |id: &str, partitions| Identity {
            id: id.into(),
            partitions,
        };
        assert_eq!(of("a", 2).differs("t", &of("a", 2)), None);
        let told = of("a", 2).differs("t", &of("b", 2)).expect("another");
        assert!(told.contains("made again"), "{told}");
        let told = of("a", 2).differs("t", &of("a", 3)).expect("another");
        assert!(told.contains("has 3 partitions, and had 2"), "{told}");
    }

    #[test]
    fn what_a_record_has_beside_its_value_fits_some_types() {
        let bytes = Type::Array(Box::new(Type::Byte));
        let numbers = Type::Array(Box::new(Type::Int));
        let header = MetadataField::Header("x".into());
        for field in [MetadataField::Key, header] {
            assert!(field.fits(&bytes) && field.fits(&Type::Str) && field.fits(&Type::Bool));
            assert!(!field.fits(&numbers) && !field.fits(&Type::Object));
        }
        assert!(MetadataField::Offset.fits(&Type::Long) && MetadataField::Offset.fits(&Type::Str));
        assert!(!MetadataField::Offset.fits(&bytes) && !MetadataField::Timestamp.fits(&Type::Bool));
    }
}
