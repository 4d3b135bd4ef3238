//! The thread that writes records: a bounded queue in front, what is not confirmed kept behind.
//!
//! As the writer of Redis: [`KafkaWriter::write`] waits when the queue is full, and
//! [`KafkaWriter::confirm`] gives a job that ends when the brokers have all that was written before.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{ClientContext, Message};
use tachograph_topology::TaskContext;

use crate::Refused;

use super::config::{Delivery, KafkaConfig};
use super::transaction::Transactions;

/// Batches that wait in the queue.
const QUEUE: usize = 64;
/// Most records of one transaction.
const TOGETHER: usize = 10_000;
/// How often a wait looks whether the topology stops.
pub(super) const LOOK: Duration = Duration::from_millis(50);

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

enum Order {
    Write(Vec<OutRecord>),
    Confirm(Sender<()>),
}

/// The handle of the writing thread.
pub struct KafkaWriter {
    context: TaskContext,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// The topology stops.
pub(super) struct Stopped;

/// Writes batches of records, each until the brokers have it.
trait Channel: Send {
    fn write(&mut self, records: &[OutRecord]) -> Result<(), Stopped>;
    fn settle(&mut self) -> Result<(), Stopped>;
}

impl KafkaWriter {
    /// Starts the thread.
    ///
    /// # Errors
    /// A sentence where a setting is wrong.
    pub fn start(
        config: &KafkaConfig,
        delivery: &Delivery,
        context: TaskContext,
        refused: Refused,
    ) -> Result<KafkaWriter, String> {
        let channel: Box<dyn Channel> = match delivery {
            Delivery::AtLeastOnce => Box::new(Plain::new(config, context.clone(), refused)?),
            Delivery::ExactlyOnce(id) => {
                Box::new(Transactions::new(config, id, context.clone(), refused)?)
            }
        };
        let (orders, received) = bounded(QUEUE);
        let thread = std::thread::Builder::new().name("kafka".into());
        let thread = thread
            .spawn(move || run(channel, &received))
            .map_err(|e| format!("a thread cannot be started: {e}"))?;
        Ok(KafkaWriter {
            context,
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Writes records after those before. Waits while the queue is full; comes back at once when the
    /// topology stops.
    pub fn write(&self, records: Vec<OutRecord>) {
        if !records.is_empty() {
            self.order(Order::Write(records));
        }
    }

    /// A job that ends when the brokers have all written so far. It fails where the topology stops
    /// before that.
    pub fn confirm(&self) -> impl FnOnce() -> Result<(), String> + Send + use<> {
        let (sender, confirmed) = bounded(1);
        self.order(Order::Confirm(sender));
        let context = self.context.clone();
        move || loop {
            match confirmed.recv_timeout(LOOK) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if !context.is_stopped() => {}
                Err(_) => return Err("stopped before Kafka had all records".into()),
            }
        }
    }

    fn order(&self, mut order: Order) {
        let Some(orders) = &self.orders else { return };
        loop {
            match orders.send_timeout(order, LOOK) {
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
                Err(SendTimeoutError::Timeout(_)) if self.context.is_stopped() => return,
                Err(SendTimeoutError::Timeout(back)) => order = back,
            }
        }
    }
}

impl Drop for KafkaWriter {
    /// Waits for the thread: nothing is written after the writer is gone.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut channel: Box<dyn Channel>, orders: &Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        let mut records = Vec::new();
        let mut confirm = None;
        let mut next = Some(order);
        // What waits already goes along.
        while let Some(order) = next.take() {
            match order {
                Order::Write(more) => records.extend(more),
                Order::Confirm(to) => confirm = Some(to),
            }
            if confirm.is_none() && records.len() < TOGETHER {
                next = orders.try_recv().ok();
            }
        }
        let mut done = channel.write(&records);
        if confirm.is_some() {
            done = done.and_then(|()| channel.settle());
        }
        match (done, confirm) {
            (Err(Stopped), _) => return,
            // Who asked may have stopped waiting.
            (Ok(()), Some(to)) => drop(to.send(())),
            _ => {}
        }
    }
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

/// Gives a record to the client; waits while its own queue is full.
pub(super) fn send(
    producer: &BaseProducer<Reports>,
    topic: &str,
    record: &OutRecord,
    context: &TaskContext,
) -> Result<Result<(), KafkaError>, Stopped> {
    let mut base: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).payload(&record.value);
    if let Some(key) = &record.key {
        base = base.key(key);
    }
    if let Ok(instant) = u64::try_from(record.id.0)
        && let Ok(instant) = i64::try_from(instant)
    {
        base = base.timestamp(instant);
    }
    loop {
        match producer.send(base) {
            Ok(()) => return Ok(Ok(())),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                if context.is_stopped() {
                    return Err(Stopped);
                }
                producer.poll(LOOK);
                base = back;
            }
            Err((error, _)) => return Ok(Err(error)),
        }
    }
}

/// The idempotent producer: what it retries, the brokers have once; a replay writes again.
struct Plain {
    producer: BaseProducer<Reports>,
    topic: String,
    reports: Reports,
    context: TaskContext,
}

impl Plain {
    fn new(config: &KafkaConfig, context: TaskContext, refused: Refused) -> Result<Plain, String> {
        let ours = [
            ("enable.idempotence", "true"),
            // Never given up by time: a record that is given up is lost.
            ("message.timeout.ms", "0"),
            ("linger.ms", "5"),
            ("compression.type", "lz4"),
        ];
        let reports = Reports::new(refused);
        let producer = config.client(&ours).create_with_context(reports.clone());
        Ok(Plain {
            producer: producer.map_err(|e| format!("kafka: {e}"))?,
            topic: config.topic.clone(),
            reports,
            context,
        })
    }
}

impl Channel for Plain {
    fn write(&mut self, records: &[OutRecord]) -> Result<(), Stopped> {
        for record in records {
            if let Err(error) = send(&self.producer, &self.topic, record, &self.context)? {
                (self.reports.refused)(&format!("kafka: {error}"));
            }
        }
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Stopped> {
        while self.producer.in_flight_count() > 0 {
            if self.producer.flush(Duration::from_secs(1)).is_err() {
                let trouble = self.reports.trouble();
                let waits = trouble.unwrap_or_else(|| "records are not acknowledged yet".into());
                self.context.waits_for(Some(format!("kafka: {waits}")));
            }
            if self.context.is_stopped() {
                return Err(Stopped);
            }
        }
        self.context.waits_for(None);
        Ok(())
    }
}

impl Channel for Transactions {
    fn write(&mut self, records: &[OutRecord]) -> Result<(), Stopped> {
        self.commit(records)
    }

    /// Every write is committed already.
    fn settle(&mut self) -> Result<(), Stopped> {
        Ok(())
    }
}
