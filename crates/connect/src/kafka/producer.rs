//! Records for a topic, and what every producer of them does alike: it gives them to its client and
//! hears what became of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, ProducerContext};
use rdkafka::{ClientContext, Message};

use super::client::says_why;
use super::config::{Delivery, KafkaConfig};
use super::plain::Plain;
use super::transaction::Transactions;
use crate::Refused;
use crate::writer::Place;

/// How long a client's own queue may stay full before that is told.
const FULL: Duration = Duration::from_secs(1);

/// A record to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRecord {
    /// Its instant and its number within it: rises from record to record, the same in a replay.
    pub id: (i64, u64),
    /// The key; records of one key keep their order.
    pub key: Option<Vec<u8>>,
    /// The value.
    pub value: Vec<u8>,
}

/// A topic as a place that is written to.
///
/// # Errors
/// A sentence where a setting is wrong. Brokers are looked for when there is something to write.
pub fn topic(
    config: &KafkaConfig,
    delivery: &Delivery,
    refused: Refused,
) -> Result<Box<dyn Place<OutRecord>>, String> {
    Ok(match delivery {
        Delivery::AtLeastOnce => Box::new(Plain::new(config, refused)?),
        Delivery::ExactlyOnce { id, is_shared } => {
            Box::new(Transactions::new(config, (id, *is_shared), refused)?)
        }
    })
}

/// What a client's threads tell of its records and brokers.
#[derive(Clone, Default)]
pub(super) struct Reports {
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    /// What was told last about a broker.
    trouble: Option<String>,
    /// Numbers of the records that the brokers have.
    acknowledged: Vec<usize>,
    /// Why a record is not there, of the first that is not.
    failed: Option<String>,
}

impl Reports {
    fn told(&self) -> MutexGuard<'_, Told> {
        // Every change is whole before the lock is given back.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was told last about a broker.
    pub fn trouble(&self) -> Option<String> {
        self.told().trouble.clone()
    }

    /// Numbers of the records that were acknowledged since the last call.
    pub fn acknowledged(&self) -> Vec<usize> {
        std::mem::take(&mut self.told().acknowledged)
    }

    /// Why a record was given up, if one was. The producer that did so is of no use any more: what
    /// comes after would overtake it.
    pub fn failed(&self) -> Option<String> {
        self.told().failed.clone()
    }

    /// A record is given up.
    pub fn fail(&self, reason: String) {
        self.told().failed.get_or_insert(reason);
    }
}

impl ClientContext for Reports {
    fn error(&self, error: KafkaError, reason: &str) {
        let mut told = self.told();
        if says_why(&error) || told.trouble.is_none() {
            told.trouble = Some(format!("{error}: {reason}"));
        }
    }
}

impl ProducerContext for Reports {
    /// The record's number.
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, number: usize) {
        match result {
            Ok(_) => self.told().acknowledged.push(number),
            Err((error, record)) => self.fail(format!("topic {}: {error}", record.topic())),
        }
    }
}

/// Gives a record to the client, which must make room for it in a second; the client will tell of it
/// by its number.
pub(super) fn send(
    producer: &BaseProducer<Reports>,
    topic: &str,
    record: &OutRecord,
    number: usize,
) -> KafkaResult<()> {
    let base = BaseRecord::with_opaque_to(topic, number);
    let mut base: BaseRecord<'_, [u8], [u8], usize> = base.payload(&record.value);
    if let Some(key) = &record.key {
        base = base.key(key);
    }
    if record.id.0 >= 0 {
        base = base.timestamp(record.id.0);
    }
    let began = Instant::now();
    loop {
        match producer.send(base) {
            Ok(()) => return Ok(()),
            Err((error, back)) if is_full(&error) && began.elapsed() < FULL => {
                producer.poll(FULL / 10);
                base = back;
            }
            Err((error, _)) => return Err(error),
        }
    }
}

/// Is only the client's own queue full?
pub(super) fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

/// Is a record larger than the client takes?
pub(super) fn is_too_large(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge)
}
