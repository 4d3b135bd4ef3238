//! Apache Kafka, by librdkafka: a topic's partitions as partitions of a log, and rows as records.
//!
//! A position is an offset. Positions are kept by our checkpoints; the group's offsets are committed
//! only as far as a checkpoint covers, for others to see, and are not what a restart goes by. A broker
//! that is away is waited for and is never taken for silence. Processes that share a topic are members
//! of a group, and hand each partition over with its checkpoint in a changelog.
//!
//! Never here: rules, what a row's key is.
//!
//! What is known of a topic is plain data and always here; what speaks with brokers is the feature
//! `kafka`, since librdkafka takes as long to build as all the rest.

#[cfg(feature = "kafka")]
mod beside;
#[cfg(feature = "kafka")]
mod changelog;
#[cfg(feature = "kafka")]
mod client;
mod config;
#[cfg(feature = "kafka")]
mod group;
#[cfg(feature = "kafka")]
mod headers;
#[cfg(feature = "kafka")]
mod identity;
#[cfg(feature = "kafka")]
mod metadata;
#[cfg(feature = "kafka")]
mod plain;
#[cfg(feature = "kafka")]
mod producer;
#[cfg(feature = "kafka")]
mod reader;
#[cfg(feature = "kafka")]
mod record;
#[cfg(feature = "kafka")]
mod start;
#[cfg(feature = "kafka")]
mod transaction;

#[cfg(feature = "kafka")]
pub use changelog::{Changelog, ChangelogConfig, prepare};
pub use config::{
    Beginning, Begun, Delivery, Identity, KafkaConfig, MetadataField, SourceConfig, Start,
};
#[cfg(feature = "kafka")]
pub use group::{Member, Share};
#[cfg(feature = "kafka")]
pub use metadata::partitions;
#[cfg(feature = "kafka")]
pub use producer::{OutRecord, topic};
#[cfg(feature = "kafka")]
pub use reader::KafkaReader;
#[cfg(feature = "kafka")]
pub use start::BegunFile;
