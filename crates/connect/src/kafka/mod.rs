//! Apache Kafka, by librdkafka: a topic's partitions as partitions of a log, and rows as records.
//!
//! A position is an offset. Positions are kept by our checkpoints; the group's offsets are committed
//! only as far as a checkpoint covers, for others to see, and are not what a restart goes by. A broker
//! that is away is waited for and is never taken for silence.
//!
//! Never here: rules, what a row's key is.

mod config;
mod metadata;
mod producer;
mod reader;
mod record;
mod start;
mod transaction;

pub use config::{Delivery, KafkaConfig, MetadataField, SourceConfig, Start};
pub use metadata::partitions;
pub use producer::{KafkaWriter, OutRecord};
pub use reader::KafkaReader;
