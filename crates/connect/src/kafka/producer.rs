//! Records for a topic, and what every producer of them does alike: it gives them to its client and
//! hears what became of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, ProducerContext};
use rdkafka::{ClientContext, Message};

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
        Delivery::ExactlyOnce(id) => Box::new(Transactions::new(config, id, refused)?),
    })
}

/// Tells of records that the brokers refused for good.
#[derive(Clone)]
pub(super) struct Reports {
    refused: Refused,
    /// What a client thread told last about a broker.
    trouble: Arc<Mutex<Option<String>>>,
}

impl Reports {
    pub fn new(refused: Refused) -> Reports {
        Reports {
            refused,
            trouble: Arc::default(),
        }
    }

    /// What was told last about a broker.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }
}

impl ClientContext for Reports {
    fn error(&self, error: KafkaError, reason: &str) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        *trouble = Some(format!("{error}: {reason}"));
    }
}

impl ProducerContext for Reports {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, record)) = result {
            // Records of a transaction that is given up are written again with the next.
            let purged = [
                RDKafkaErrorCode::PurgeQueue,
                RDKafkaErrorCode::PurgeInflight,
            ];
            if !error
                .rdkafka_error_code()
                .is_some_and(|c| purged.contains(&c))
            {
                let reason = format!("kafka: topic {}: {error}", record.topic());
                (self.refused)(&reason);
            }
        }
    }
}

/// Gives a record to the client, which must make room for it in a second.
pub(super) fn send(
    producer: &BaseProducer<Reports>,
    topic: &str,
    record: &OutRecord,
) -> KafkaResult<()> {
    let mut base: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).payload(&record.value);
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
