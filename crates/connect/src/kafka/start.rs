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

use super::config::{Beginning, Begun, Identity, SourceConfig, Start};
use super::identity::identity;

const PATIENCE: Duration = Duration::from_secs(2);

/// The offset to begin at: the one remembered, or the one that the configuration means.
pub(super) fn begin<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    config: &SourceConfig,
    begun: &dyn Begun,
    number: i32,
) -> Result<u64, SpoutError> {
    if let Some(beginning) = begun.remembered() {
        return Ok(beginning.offset);
    }
    let away = |error| SpoutError {
        message: format!("kafka: where to begin is not known yet: {error}"),
        retryable: true,
    };
    let topic = &config.kafka.topic;
    let ends = consumer.fetch_watermarks(topic, number, PATIENCE);
    let ends = ends.map_err(away)?;
    let offset = resolve(consumer, config, number, ends).map_err(away)?;
    if offset < ends.0 || offset > ends.1 {
        // It is not remembered: another start may name another.
        return Err(SpoutError {
            message: missing(topic, number, offset, ends),
            retryable: false,
        });
    }
    let offset = u64::try_from(offset).unwrap_or(0);
    let of = identity(consumer.client(), topic, PATIENCE);
    let remembered = begun.remember(Beginning { offset, of });
    remembered.map_err(|message| SpoutError {
        message,
        retryable: false,
    })?;
    Ok(offset)
}

/// Remembers a partition's beginning in a file.
#[derive(Debug)]
pub struct BegunFile(pub PathBuf);

impl Begun for BegunFile {
    fn remembered(&self) -> Option<Beginning> {
        read(&fs::read_to_string(&self.0).ok()?)
    }

    fn remember(&self, beginning: Beginning) -> Result<(), String> {
        let written = || {
            if let Some(folder) = self.0.parent() {
                fs::create_dir_all(folder)?;
            }
            let next = self.0.with_extension("next");
            let mut file = File::create(&next)?;
            writeln!(file, "{}", write(&beginning))?;
            file.sync_all()?;
            fs::rename(&next, &self.0)
        };
        written().map_err(|e: std::io::Error| format!("{}: {e}", self.0.display()))
    }
}

/// The offset; the topic's id and number of partitions, where they are known.
fn write(beginning: &Beginning) -> String {
    let of = beginning.of.as_ref();
    let of = of.map(|of| format!(" {} {}", of.id, of.partitions));
    format!("{}{}", beginning.offset, of.unwrap_or_default())
}

fn read(text: &str) -> Option<Beginning> {
    let mut words = text.split_whitespace();
    let offset = words.next()?.parse().ok()?;
    let mut identity = || {
        Some(Identity {
            id: words.next()?.to_string(),
            partitions: words.next()?.parse().ok()?,
        })
    };
    Some(Beginning {
        offset,
        of: identity(),
    })
}

/// That a partition does not have an offset to read on at; `ends` are its oldest and its next one.
pub(super) fn missing(topic: &str, number: i32, offset: i64, ends: (i64, i64)) -> String {
    let (oldest, next) = ends;
    match offset > next {
        true => format!(
            "partition {number} of the topic {topic} ends at offset {next}, before {offset}, where reading is to \
             begin: it is not the topic that it was, or has lost its newest records"
        ),
        false => format!(
            "the topic {topic} has no offset {offset} any more in partition {number}, which begins at {oldest} \
             (its retention was shorter than our absence)"
        ),
    }
}

fn resolve<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    config: &SourceConfig,
    number: i32,
    (oldest, next): (i64, i64),
) -> KafkaResult<i64> {
    let topic = &config.kafka.topic;
    if let Some(offset) = config.offsets.get(&number) {
        return Ok(*offset);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_read_as_it_was_written() {
        let of = Some(Identity {
            id: "fH3-_w".into(),
            partitions: 4,
        });
        for beginning in [
            Beginning {
                offset: 0,
                of: None,
            },
            Beginning { offset: 12, of },
        ] {
            assert_eq!(read(&write(&beginning)), Some(beginning));
        }
        assert_eq!(read("torn"), None);
    }

    #[test]
    fn a_topic_made_again_is_told_from_one_that_has_dropped_records() {
        let told = missing("t", 2, 10, (0, 3));
        assert!(told.contains("ends at offset 3, before 10"), "{told}");
        let told = missing("t", 2, 10, (20, 30));
        assert!(
            told.contains("no offset 10 any more in partition 2, which begins at 20"),
            "{told}"
        );
    }
}
