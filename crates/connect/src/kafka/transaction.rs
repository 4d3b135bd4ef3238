//! Records in transactions, each with a mark of how far it goes.
//!
//! The mark is the last record's id, committed within the transaction as the metadata of an offset of
//! a group that is named after the transactions. Ids rise and a replay gives the same records the same
//! ids: what is not above the mark was written before and is passed over. So a crash at any moment, a
//! checkpoint older than the mark, and an earlier process that still lives (it is fenced off) change
//! nothing in what readers of committed records see.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::{Offset, TopicPartitionList};
use tachograph_topology::TaskContext;

use crate::Refused;

use super::config::KafkaConfig;
use super::producer::{LOOK, OutRecord, Reports, Stopped, send};

/// How long one step of a transaction may take before it is looked at again.
const STEP: Duration = Duration::from_secs(5);
/// Pauses between tries, from and to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// A transactional producer.
pub(super) struct Transactions {
    config: KafkaConfig,
    id: String,
    context: TaskContext,
    refused: Refused,
    /// None before the first write, and after a fault that the producer does not survive.
    session: Option<Session>,
}

/// A producer that is the only one of its id, and the mark it found.
struct Session {
    producer: BaseProducer<Reports>,
    /// Names the group whose offset holds the mark.
    group: BaseConsumer,
    mark: Option<(i64, u64)>,
}

impl Transactions {
    pub fn new(
        config: &KafkaConfig,
        id: &str,
        context: TaskContext,
        refused: Refused,
    ) -> Result<Transactions, String> {
        // Settings are looked at now; brokers when there is something to write.
        Session::client(config, id, &refused).map_err(|e| format!("kafka: {e}"))?;
        Ok(Transactions {
            config: config.clone(),
            id: id.to_string(),
            context,
            refused,
            session: None,
        })
    }

    /// Writes records in one transaction, until the brokers have committed it.
    pub fn commit(&mut self, records: &[OutRecord]) -> Result<(), Stopped> {
        if records.is_empty() {
            return Ok(());
        }
        let mut pause = PAUSES.0;
        let mut told = false;
        loop {
            let fault = match self.attempt(records)? {
                Ok(()) => break,
                Err(fault) => fault,
            };
            self.context.waits_for(Some(format!("kafka: {fault}")));
            told = true;
            self.give_up();
            self.rest(pause)?;
            pause = (pause * 2).min(PAUSES.1);
        }
        if told {
            self.context.waits_for(None);
        }
        Ok(())
    }

    fn attempt(&mut self, records: &[OutRecord]) -> Result<KafkaResult<()>, Stopped> {
        if self.session.is_none() {
            match Session::open(&self.config, &self.id, &self.refused) {
                Ok(session) => self.session = Some(session),
                Err(fault) => return Ok(Err(fault)),
            }
        }
        match &mut self.session {
            Some(session) => session.write(&self.config, records, &self.context),
            None => Ok(Ok(())),
        }
    }

    /// Ends a transaction that failed. Whether it can be ended or not: a new producer of the same id
    /// ends whatever the old one left, and reads the mark anew. Only that is sure.
    fn give_up(&mut self) {
        if let Some(session) = self.session.take() {
            // What cannot be aborted now is aborted by the next producer of this id.
            let _ = session.producer.abort_transaction(Duration::from_secs(1));
        }
    }

    fn rest(&self, pause: Duration) -> Result<(), Stopped> {
        let until = Instant::now() + pause;
        while Instant::now() < until {
            if self.context.is_stopped() {
                return Err(Stopped);
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }
}

impl Session {
    fn client(
        config: &KafkaConfig,
        id: &str,
        refused: &Refused,
    ) -> KafkaResult<BaseProducer<Reports>> {
        let ours = [
            ("transactional.id", id),
            ("linger.ms", "5"),
            ("compression.type", "lz4"),
            ("transaction.timeout.ms", "60000"),
        ];
        let reports = Reports::new(Refused::clone(refused));
        config.client(&ours).create_with_context(reports)
    }

    /// Takes the id over from whoever had it, and reads how far that one came.
    fn open(config: &KafkaConfig, id: &str, refused: &Refused) -> KafkaResult<Session> {
        let producer = Session::client(config, id, refused)?;
        producer.init_transactions(STEP * 2)?;
        let ours = [("group.id", id), ("isolation.level", "read_committed")];
        let group: BaseConsumer = config.client(&ours).create()?;
        let mut asked = TopicPartitionList::new();
        asked.add_partition(&config.topic, 0);
        let committed = group.committed_offsets(asked, STEP * 2)?;
        let found = committed.find_partition(&config.topic, 0);
        let mark = found.and_then(|place| read_mark(place.metadata()));
        Ok(Session {
            producer,
            group,
            mark,
        })
    }

    fn write(
        &mut self,
        config: &KafkaConfig,
        records: &[OutRecord],
        context: &TaskContext,
    ) -> Result<KafkaResult<()>, Stopped> {
        let is_new = |record: &&OutRecord| self.mark.is_none_or(|mark| record.id > mark);
        let new: Vec<&OutRecord> = records.iter().filter(is_new).collect();
        let Some(last) = new.last() else {
            return Ok(Ok(()));
        };
        if let Err(fault) = self.producer.begin_transaction() {
            return Ok(Err(fault));
        }
        for record in &new {
            if let Err(fault) = send(&self.producer, &config.topic, record, context)? {
                return Ok(Err(fault));
            }
        }
        let ended = self.end(config, last.id);
        if ended.is_ok() {
            self.mark = Some(last.id);
        }
        Ok(ended)
    }

    /// Commits what was sent, with the mark.
    fn end(&self, config: &KafkaConfig, id: (i64, u64)) -> KafkaResult<()> {
        let mut offsets = TopicPartitionList::new();
        let mut place = offsets.add_partition(&config.topic, 0);
        place.set_offset(Offset::Offset(0))?;
        place.set_metadata(write_mark(id));
        let missing = KafkaError::Canceled;
        let group = self.group.group_metadata().ok_or(missing)?;
        self.producer
            .send_offsets_to_transaction(&offsets, &group, STEP)?;
        self.producer.commit_transaction(STEP * 2)
    }
}

fn write_mark(id: (i64, u64)) -> String {
    format!("{} {}", id.0, id.1)
}

fn read_mark(text: &str) -> Option<(i64, u64)> {
    let (instant, number) = text.split_once(' ')?;
    Some((instant.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        for id in [(0, 0), (1_451_606_400_000, 17), (-5, u64::MAX)] {
            assert_eq!(read_mark(&write_mark(id)), Some(id));
        }
        assert_eq!(read_mark(""), None);
    }
}
