//! Records in transactions, each with a mark of how far it goes.
//!
//! The mark is the last record's id, committed within the transaction as the metadata of an offset of
//! a group that is named after the transactions. Ids rise and a replay gives the same records the same
//! ids: what is not above the mark was written before and is passed over. So a crash at any moment, a
//! checkpoint older than the mark, and an earlier process that still lives (it is fenced off) change
//! nothing in what readers of committed records see.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::{Offset, TopicPartitionList};

use super::config::KafkaConfig;
use super::producer::{OutRecord, Reports, is_too_large, send};
use crate::Refused;
use crate::writer::{Place, Trouble};

/// How long one step of a transaction may take before it is looked at again.
const STEP: Duration = Duration::from_secs(5);

/// Who is fenced off so often within such a time has a living rival. A crash leaves one that fences nobody,
/// and brokers that come and go may take a producer for a stranger once or twice.
const RIVALRY: (usize, Duration) = (4, Duration::from_secs(60));

/// A transactional producer, and the records of its next transaction.
pub(super) struct Transactions {
    config: KafkaConfig,
    id: String,
    /// Do owners take the id over from one another? Who is fenced off then is told to stop by others.
    is_shared: bool,
    /// When another process fenced this one off, of late.
    fenced: VecDeque<Instant>,
    refused: Refused,
    /// None before the first write, and after a fault that the producer does not survive.
    session: Option<Session>,
    taken: Vec<OutRecord>,
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
        (id, is_shared): (&str, bool),
        refused: Refused,
    ) -> Result<Transactions, String> {
        // Settings are looked at now; brokers when there is something to write.
        Session::client(config, id).map_err(|e| format!("kafka: {e}"))?;
        Ok(Transactions {
            config: config.clone(),
            id: id.to_string(),
            is_shared,
            fenced: VecDeque::new(),
            refused,
            session: None,
            taken: Vec::new(),
        })
    }

    fn commit(&mut self) -> Result<(), Trouble> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::open(&self.config, &self.id).map_err(|fault| fault.to_string())?,
        };
        match session.write(&self.config, &self.taken, &self.refused) {
            Ok(()) => {
                self.session = Some(session);
                Ok(())
            }
            Err(fault) => {
                // Whether it can be aborted or not: a new producer of the same id ends whatever this
                // one left, and reads the mark anew. Only that is sure.
                let _ = session.producer.abort_transaction(Duration::from_secs(1));
                // What became of a record says more than that its transaction failed.
                let failed = session.producer.context().failed();
                let why = failed.unwrap_or_else(|| fault.to_string());
                Err(match is_fenced(&fault) && self.has_rival() {
                    true => Trouble::Lasting(self.rival()),
                    false => Trouble::Passing(why),
                })
            }
        }
    }

    /// This one was fenced off: would it and another fence each other off for ever?
    fn has_rival(&mut self) -> bool {
        let (often, time) = RIVALRY;
        self.fenced.push_back(Instant::now());
        self.fenced.retain(|when| when.elapsed() < time);
        !self.is_shared && self.fenced.len() >= often
    }

    fn rival(&self) -> String {
        format!(
            "another process writes into the topic {} by transactions of the same id, `{}`: its topology and its bolt \
             have the names of these. It goes on, and this one stops",
            self.config.topic, self.id
        )
    }
}

impl Place<OutRecord> for Transactions {
    fn take(&mut self, records: Vec<OutRecord>) {
        self.taken.extend(records);
    }

    /// Writes all of it in one transaction, and has the brokers commit it.
    fn give(&mut self) -> Result<(), Trouble> {
        if !self.taken.is_empty() {
            self.commit()?;
            self.taken.clear();
        }
        Ok(())
    }

    /// What is given is committed already.
    fn settle(&mut self) -> Result<(), Trouble> {
        self.give()
    }
}

impl Session {
    fn client(config: &KafkaConfig, id: &str) -> KafkaResult<BaseProducer<Reports>> {
        let ours = [
            ("transactional.id", id),
            ("linger.ms", "5"),
            ("compression.type", "lz4"),
            ("transaction.timeout.ms", "60000"),
        ];
        config.client(&ours).create_with_context(Reports::default())
    }

    /// Takes the id over from whoever had it, and reads how far that one came.
    fn open(config: &KafkaConfig, id: &str) -> KafkaResult<Session> {
        let producer = Session::client(config, id)?;
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
        refused: &Refused,
    ) -> KafkaResult<()> {
        let is_new = |record: &&OutRecord| self.mark.is_none_or(|mark| record.id > mark);
        let new: Vec<&OutRecord> = records.iter().filter(is_new).collect();
        let Some(last) = new.last() else {
            return Ok(());
        };
        self.producer.begin_transaction()?;
        for (number, record) in new.iter().enumerate() {
            match send(&self.producer, &config.topic, record, number) {
                Err(error) if is_too_large(&error) => refused(&format!("kafka: {error}")),
                sent => sent?,
            }
        }
        self.end(config, last.id)?;
        // All are there.
        self.producer.context().acknowledged();
        self.mark = Some(last.id);
        Ok(())
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

fn is_fenced(fault: &KafkaError) -> bool {
    let codes = [
        RDKafkaErrorCode::Fenced,
        RDKafkaErrorCode::ProducerFenced,
        RDKafkaErrorCode::InvalidProducerEpoch,
    ];
    fault
        .rdkafka_error_code()
        .is_some_and(|code| codes.contains(&code))
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
