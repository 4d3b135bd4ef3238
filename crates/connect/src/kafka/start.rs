//! Where a partition's reading begins when there is no checkpoint.
//!
//! The place is written down before the first record is read: `latest` means the moment of the first
//! start, also when the process dies before its first checkpoint.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::{Offset, TopicPartitionList};
use tachograph_topology::SpoutError;

use super::config::{Begun, SourceConfig, Start};

const PATIENCE: Duration = Duration::from_secs(2);

/// The offset to begin at: the one remembered, or the one that the configuration means.
pub(super) fn begin<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    config: &SourceConfig,
    begun: &dyn Begun,
    number: i32,
) -> Result<u64, SpoutError> {
    if let Some(offset) = begun.remembered() {
        return Ok(offset);
    }
    let offset = resolve(consumer, config, number).map_err(|error| SpoutError {
        message: format!("kafka: where to begin is not known yet: {error}"),
        retryable: true,
    })?;
    let offset = u64::try_from(offset).unwrap_or(0);
    begun.remember(offset).map_err(|message| SpoutError {
        message,
        retryable: false,
    })?;
    Ok(offset)
}

/// Remembers a partition's beginning in a file.
#[derive(Debug)]
pub struct BegunFile(pub PathBuf);

impl Begun for BegunFile {
    fn remembered(&self) -> Option<u64> {
        fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }

    fn remember(&self, offset: u64) -> Result<(), String> {
        let written = || {
            if let Some(folder) = self.0.parent() {
                fs::create_dir_all(folder)?;
            }
            let next = self.0.with_extension("next");
            let mut file = File::create(&next)?;
            writeln!(file, "{offset}")?;
            file.sync_all()?;
            fs::rename(&next, &self.0)
        };
        written().map_err(|e: std::io::Error| format!("{}: {e}", self.0.display()))
    }
}

fn resolve<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    config: &SourceConfig,
    number: i32,
) -> KafkaResult<i64> {
    let topic = &config.kafka.topic;
    if let Some(offset) = config.offsets.get(&number) {
        return Ok(*offset);
    }
    let (oldest, next) = consumer.fetch_watermarks(topic, number, PATIENCE)?;
    let found = match config.start {
        Start::Earliest => return Ok(oldest),
        Start::Latest => return Ok(next),
        Start::Committed => {
            let asked = one(topic, number, Offset::Invalid)?;
            consumer.committed_offsets(asked, PATIENCE)?
        }
        Start::At(instant) => {
            consumer.offsets_for_times(one(topic, number, Offset::Offset(instant))?, PATIENCE)?
        }
    };
    let found = found.find_partition(topic, number).map(|p| p.offset());
    Ok(match found {
        Some(Offset::Offset(offset)) => offset,
        // No record is as young as the instant.
        Some(Offset::End) => next,
        _ => oldest,
    })
}

/// A list of one partition.
pub(super) fn one(
    topic: &str,
    number: i32,
    offset: Offset,
) -> Result<TopicPartitionList, KafkaError> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, number, offset)?;
    Ok(list)
}
