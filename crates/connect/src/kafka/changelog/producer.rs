//! Writes entries into one partition of a changelog, each call in a transaction of its own.
//!
//! The transactional id is the partition's: the brokers let only its newest producer write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{ClientContext, Message};

use super::record::Entry;
use crate::kafka::config::KafkaConfig;
use crate::kafka::producer::is_full;

/// How long one step of a transaction may take before it is looked at again.
const STEP: Duration = Duration::from_secs(5);
/// A pause between tries.
const PAUSE: Duration = Duration::from_millis(100);

/// The only producer of a partition.
pub(super) struct Writing {
    producer: BaseProducer<First>,
    topic: String,
    number: i32,
}

/// Why nothing more can be written.
pub(super) enum Over {
    /// Another process has taken the partition over, or this producer cannot go on.
    Ended(String),
    /// Nobody wants it any more.
    Abandoned,
}

/// What became of one try.
enum Fault {
    /// It may succeed next time.
    Again,
    /// It never will with this producer.
    Over(String),
}

/// Offset of the first record of the transaction that is under way.
#[derive(Default)]
struct First(Mutex<Option<i64>>);

impl ClientContext for First {}

impl ProducerContext for First {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Ok(record) = result {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let offset = record.offset();
            *first = Some(first.map_or(offset, |first| first.min(offset)));
        }
    }
}

impl Writing {
    /// Takes a partition over: whoever wrote to it is fenced off, and what he left open is undone.
    pub fn open(config: &KafkaConfig, id: &str, number: i32) -> KafkaResult<Writing> {
        let ours = [
            ("transactional.id", id),
            ("compression.type", "lz4"),
            ("linger.ms", "0"),
            ("transaction.timeout.ms", "60000"),
        ];
        let producer: BaseProducer<First> =
            config.client(&ours).create_with_context(First::default())?;
        producer.init_transactions(STEP * 2)?;
        Ok(Writing {
            producer,
            topic: config.topic.clone(),
            number,
        })
    }

    /// Writes entries, all or none; gives the offset of the first.
    pub fn write(&self, entries: &[Entry], abandoned: &AtomicBool) -> Result<Option<i64>, Over> {
        loop {
            match self.attempt(entries, abandoned) {
                Ok(()) => return Ok(*self.first()),
                Err(Fault::Over(reason)) => return Err(Over::Ended(reason)),
                Err(Fault::Again) if abandoned.load(Ordering::SeqCst) => {
                    return Err(Over::Abandoned);
                }
                Err(Fault::Again) => std::thread::sleep(PAUSE),
            }
        }
    }

    fn attempt(&self, entries: &[Entry], abandoned: &AtomicBool) -> Result<(), Fault> {
        *self.first() = None;
        let begun = self.producer.begin_transaction();
        begun.map_err(|e| Fault::Over(e.to_string()))?;
        let sent = entries.iter().try_for_each(|entry| self.send(entry));
        let done = sent.and_then(|()| self.commit(abandoned));
        done.map_err(|error| self.undo(&error, abandoned))
    }

    fn send(&self, entry: &Entry) -> KafkaResult<()> {
        let (key, value) = (entry.key(), entry.value());
        let record = BaseRecord::to(&self.topic).partition(self.number);
        let mut record = record.key(key).payload(&value);
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((error, back)) if is_full(&error) => {
                    self.producer.poll(PAUSE);
                    record = back;
                }
                Err((error, _)) => return Err(error),
            }
        }
    }

    fn commit(&self, abandoned: &AtomicBool) -> KafkaResult<()> {
        insist(abandoned, || self.producer.flush(STEP))?;
        insist(abandoned, || self.producer.commit_transaction(STEP))
    }

    /// Undoes a transaction that failed. A producer that cannot do that is of no use any more.
    fn undo(&self, error: &KafkaError, abandoned: &AtomicBool) -> Fault {
        if self.producer.client().fatal_error().is_some() {
            return Fault::Over(error.to_string());
        }
        let abort = || {
            // What became of records must be heard before the client lets go of them.
            self.producer.poll(Duration::ZERO);
            self.producer.abort_transaction(PAUSE * 10)
        };
        match insist(abandoned, abort) {
            Ok(()) => Fault::Again,
            Err(_) => Fault::Over(error.to_string()),
        }
    }

    fn first(&self) -> std::sync::MutexGuard<'_, Option<i64>> {
        let first = &self.producer.context().0;
        first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Repeats a step as long as the client says that it may be repeated as it is.
fn insist(abandoned: &AtomicBool, step: impl Fn() -> KafkaResult<()>) -> KafkaResult<()> {
    loop {
        match step() {
            Err(error) if !abandoned.load(Ordering::SeqCst) && may_be_repeated(&error) => {}
            done => return done,
        }
    }
}

fn may_be_repeated(error: &KafkaError) -> bool {
    match error {
        KafkaError::Transaction(error) => error.is_retriable() && !error.txn_requires_abort(),
        KafkaError::Flush(code) => *code == RDKafkaErrorCode::OperationTimedOut,
        _ => false,
    }
}
