//! Reads what the owners before have left in a partition of a changelog.

use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use tachograph_topology::{Decided, Decision};

use super::record::{Entry, Head};
use crate::kafka::config::{Beginning, KafkaConfig};
use crate::kafka::start;

/// How long the brokers may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a changelog says.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Number of the newest owner; 0 where there was none.
    pub owner: u64,
    /// Where reading began.
    pub begun: Option<Beginning>,
    /// The newest checkpoint that is whole, with its bytes.
    pub checkpoint: Option<(Head, Vec<u8>)>,
    /// What a replay from there may meet.
    pub decided: Vec<Decided>,
    /// Bytes of the records.
    pub bytes: u64,
    /// Chunks that no checkpoint has followed yet.
    open: Vec<u8>,
}

impl Left {
    /// Reads a partition to its end. Whoever wrote to it must be fenced off before.
    ///
    /// # Errors
    /// A sentence where brokers do not answer, or a record is not of a changelog.
    pub fn read(config: &KafkaConfig, number: i32) -> Result<Left, String> {
        let fault = |e: KafkaError| format!("kafka: {}: {e}", config.topic);
        let ours = [
            ("group.id", "tacho-changelog"),
            ("enable.auto.commit", "false"),
            ("auto.offset.reset", "earliest"),
            ("isolation.level", "read_committed"),
            ("enable.partition.eof", "true"),
            ("check.crcs", "true"),
        ];
        let consumer: BaseConsumer = config.client(&ours).create().map_err(fault)?;
        let from = start::one(&config.topic, number, Offset::Beginning).map_err(fault)?;
        consumer.assign(&from).map_err(fault)?;
        let mut left = Left::default();
        let mut heard = Instant::now();
        loop {
            match consumer.poll(Duration::from_millis(100)) {
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(left),
                Some(Ok(record)) => {
                    heard = Instant::now();
                    let (key, value) = (record.key(), record.payload());
                    let entry = Entry::read(key.unwrap_or_default(), value.unwrap_or_default());
                    let offset = record.offset();
                    left.add(entry.map_err(|e| {
                        format!(
                            "kafka: {}, partition {number}, offset {offset}: {e}; this topic is for \
                             changelogs alone",
                            config.topic
                        )
                    })?);
                }
                // Brokers that are away come back.
                _ if heard.elapsed() < PATIENCE => {}
                Some(Err(error)) => return Err(fault(error)),
                None => return Err(format!("kafka: {} is not answered for", config.topic)),
            }
        }
    }

    fn add(&mut self, entry: Entry) {
        self.bytes += match &entry {
            Entry::Chunk(bytes) => bytes.len() as u64,
            _ => 64,
        };
        match entry {
            Entry::Chunk(bytes) => return self.open.extend(bytes),
            Entry::Taken(owner) => self.owner = self.owner.max(owner),
            Entry::Begun(beginning) => self.begun = Some(beginning),
            Entry::Decided(decided) => self.decided.push(decided),
            // Where chunks are missing, the log was cut there: a later checkpoint follows.
            Entry::Checkpoint(head) if head.bytes == self.open.len() as u64 => {
                self.decided = head.decided.clone();
                self.checkpoint = Some((head, std::mem::take(&mut self.open)));
            }
            Entry::Checkpoint(_) => {}
        }
        self.open.clear();
    }
}

/// Does a replay from a position still meet a decision?
pub(super) fn is_met(decided: &Decided, position: u64) -> bool {
    decided.what == Decision::Horizon || decided.position >= position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(position: u64, what: Decision) -> Decided {
        Decided {
            position,
            what,
            instant: 1,
        }
    }

    fn head(id: u64, bytes: u64, decided: Vec<Decided>) -> Entry {
        Entry::Checkpoint(Head {
            id,
            bytes,
            position: 0,
            decided,
        })
    }

    #[test]
    fn the_newest_whole_checkpoint_counts_and_what_was_decided_since() {
        let mut left = Left::default();
        let (first, second) = (decided(5, Decision::Idle), decided(9, Decision::Idle));
        for entry in [
            // Of the first checkpoint, the log was cut within.
            Entry::Chunk(vec![1]),
            head(1, 2, Vec::new()),
            Entry::Taken(3),
            Entry::Decided(decided(1, Decision::Idle)),
            Entry::Chunk(vec![1, 2]),
            Entry::Chunk(vec![3]),
            head(2, 3, vec![first]),
            Entry::Decided(second),
        ] {
            left.add(entry);
        }
        assert_eq!(left.owner, 3);
        assert_eq!(left.decided, [first, second]);
        let (head, bytes) = left.checkpoint.expect("a checkpoint");
        assert_eq!((head.id, bytes), (2, vec![1, 2, 3]));
    }

    #[test]
    fn the_horizon_is_met_for_ever() {
        assert!(is_met(&decided(1, Decision::Horizon), 100));
        assert!(is_met(&decided(100, Decision::Idle), 100));
        assert!(!is_met(&decided(99, Decision::Idle), 100));
    }
}
