//! One partition of a topic as a partition of a log.
//!
//! Silence is asserted only when the broker says that there is nothing after our position: a broker
//! that is away, or records that are on their way, must not let the clock move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::bindings::rd_kafka_get_watermark_offsets;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use tachograph_topology::{Decoded, PartitionReader, Read, SpoutError};

use super::client::says_why;
use super::config::{Begun, Identity, SourceConfig};
use super::identity::identity;
use super::record::Records;
use super::start;
use crate::formats::{RecordDecoder, Undecoded};

/// How long a read waits for the first record.
const WAIT: Duration = Duration::from_millis(50);
/// Bytes of values of one read.
const MOST_BYTES: usize = 4 << 20;
/// How often a broker is asked whether silence is true.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked whether the topic is still the one that it was.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Reads one partition.
pub struct KafkaReader {
    consumer: BaseConsumer,
    config: SourceConfig,
    /// The partition's number within its topic.
    number: i32,
    /// Its number within the topology.
    partition: u32,
    decoder: RecordDecoder,
    /// Records that were read and wait for what their decoder needs.
    waiting: Option<Records>,
    begun: Arc<dyn Begun>,
    /// The offset after the last record read.
    position: u64,
    /// The offset up to which the group was committed by us.
    committed: u64,
    /// The end of the log as the broker said when we came to it; none after a record.
    end: Option<i64>,
    /// When the broker was asked last, and what that means.
    asked: Option<(Instant, Quiet)>,
    /// The topic whose reading began, and when it is looked again whether it is still this one. None
    /// where that is not known.
    topic: Option<(Identity, Instant)>,
    /// What a client thread told last about a broker.
    trouble: Option<String>,
    /// The end of the log, for others to see.
    told: Arc<AtomicI64>,
}

#[derive(Clone)]
enum Quiet {
    /// There is nothing after our position.
    Silent,
    /// Nobody knows, for this reason.
    Away(String),
}

impl KafkaReader {
    /// A reader of a topic's partition.
    ///
    /// # Errors
    /// A sentence where a setting is wrong.
    pub fn new(
        config: SourceConfig,
        number: u32,
        partition: u32,
        decoder: RecordDecoder,
        begun: Arc<dyn Begun>,
    ) -> Result<KafkaReader, String> {
        let ours = [
            ("group.id", config.group.as_str()),
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            // A position that is gone is a fault; reading on elsewhere would lose records.
            ("auto.offset.reset", "error"),
            ("enable.partition.eof", "true"),
            ("queued.max.messages.kbytes", "16384"),
            ("fetch.queue.backoff.ms", "10"),
            ("check.crcs", "true"),
        ];
        let consumer = config.kafka.client(&ours).create();
        Ok(KafkaReader {
            consumer: consumer.map_err(|e| format!("kafka: {e}"))?,
            config,
            number: number as i32,
            partition,
            decoder,
            waiting: None,
            begun,
            position: 0,
            committed: 0,
            end: None,
            asked: None,
            topic: None,
            trouble: None,
            told: Arc::new(AtomicI64::new(-1)),
        })
    }

    /// Where the partition ends, as the broker said last; below 0 before it did.
    pub fn end(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.told)
    }

    /// Polls until there are enough records, or none at the moment.
    fn poll(&mut self, most: usize) -> Result<Records, SpoutError> {
        let mut records = Records::for_decoder(&self.decoder);
        let mut wait = WAIT;
        while records.len() < most && records.bytes() < MOST_BYTES {
            match self.consumer.poll(wait) {
                None => break,
                Some(Ok(message)) => {
                    records.add(&message, &self.config.metadata);
                    self.position = u64::try_from(message.offset() + 1).unwrap_or(0);
                    self.end = None;
                }
                Some(Err(KafkaError::PartitionEOF(_))) => {
                    self.end = self.known_end();
                    break;
                }
                Some(Err(error)) => {
                    if says_why(&error) || self.trouble.is_none() {
                        self.trouble = Some(error.to_string());
                    }
                    if let Some(fault) = self.fault(&error) {
                        return Err(fault);
                    }
                }
            }
            wait = Duration::ZERO;
        }
        Ok(records)
    }

    /// A fault that does not pass; the client retries all others by itself.
    fn fault(&self, error: &KafkaError) -> Option<SpoutError> {
        let gone = [
            RDKafkaErrorCode::OffsetOutOfRange,
            RDKafkaErrorCode::AutoOffsetReset,
        ];
        let message = match error {
            KafkaError::MessageConsumptionFatal(_) => format!("kafka: {error}"),
            _ if error
                .rdkafka_error_code()
                .is_some_and(|c| gone.contains(&c)) =>
            {
                let topic = &self.config.kafka.topic;
                let ends = self
                    .consumer
                    .fetch_watermarks(topic, self.number, ASK_EVERY);
                let offset = i64::try_from(self.position).unwrap_or(i64::MAX);
                // Nobody tells how far it goes now: that it begins later is what happens most.
                let ends = ends.unwrap_or((offset.saturating_add(1), i64::MAX));
                let missing = start::missing(topic, self.number, offset, ends);
                format!("{missing}: start with another --data folder to read what there is")
            }
            _ => return None,
        };
        Some(SpoutError {
            message,
            retryable: false,
        })
    }

    /// The end of the partition, as of the last answer of the broker.
    fn known_end(&self) -> Option<i64> {
        let topic = std::ffi::CString::new(self.config.kafka.topic.as_str()).ok()?;
        let (mut low, mut high) = (-1, -1);
        // SAFETY: the client lives as long as the consumer; the topic's name ends with a nul, and the
        // two numbers outlive the call, which keeps none of the pointers.
        let answer = unsafe {
            rd_kafka_get_watermark_offsets(
                self.consumer.client().native_ptr(),
                topic.as_ptr(),
                self.number,
                &mut low,
                &mut high,
            )
        };
        let is_known = answer == rdkafka::types::RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;
        (is_known && high >= 0).then_some(high)
    }

    fn quiet(&mut self) -> Quiet {
        match &self.asked {
            Some((when, quiet)) if when.elapsed() < ASK_EVERY => quiet.clone(),
            _ => {
                let quiet = self.ask();
                self.asked = Some((Instant::now(), quiet.clone()));
                quiet
            }
        }
    }

    fn ask(&mut self) -> Quiet {
        let topic = &self.config.kafka.topic;
        let answer = self
            .consumer
            .fetch_watermarks(topic, self.number, ASK_EVERY);
        match answer {
            Err(error) => {
                let trouble = self.trouble.take().unwrap_or_else(|| error.to_string());
                Quiet::Away(format!("kafka {}: {trouble}", self.config.kafka.brokers))
            }
            // Ends of transactions take offsets too: the client has passed them where it saw the end.
            Ok((_, end)) if end <= self.position as i64 || self.end == Some(end) => {
                self.trouble = None;
                Quiet::Silent
            }
            Ok((_, end)) => Quiet::Away(format!(
                "kafka: partition {} has {} offsets that are not delivered yet",
                self.number,
                end - self.position as i64
            )),
        }
    }

    /// Decodes records, or keeps them until they can be.
    fn decode(&mut self, mut records: Records) -> Result<Read, SpoutError> {
        let decoded = records.decode(
            &mut self.decoder,
            self.partition,
            self.number,
            &self.config.metadata,
            self.config.broker_time,
        );
        match decoded {
            Ok((batch, rejects)) => Ok(Read::Batch(Decoded {
                batch,
                next_position: self.position,
                rejects,
            })),
            Err(Undecoded::Away(reason)) => {
                self.waiting = Some(records);
                Ok(Read::Away(reason))
            }
            Err(Undecoded::Never(why)) => Err(SpoutError {
                message: format!("the topic {}: {why}", self.config.kafka.topic),
                retryable: false,
            }),
        }
    }

    /// Looks whether the topic is still the one whose reading began.
    fn look(&mut self) -> Result<(), SpoutError> {
        let Some((was, when)) = &mut self.topic else {
            return Ok(());
        };
        if *when > Instant::now() {
            return Ok(());
        }
        let topic = &self.config.kafka.topic;
        let now = identity(self.consumer.client(), topic, ASK_EVERY);
        let pause = if now.is_some() { LOOK_EVERY } else { ASK_EVERY };
        *when = Instant::now() + pause;
        let differs = now.and_then(|now| was.differs(topic, &now));
        let another = match self.config.is_shared {
            true => "`group`",
            false => "--data folder",
        };
        differs.map_or(Ok(()), |why| {
            Err(SpoutError {
                message: format!("{why}: start with another {another} to read what there is"),
                retryable: false,
            })
        })
    }

    fn assign(&mut self, position: u64) -> Result<(), SpoutError> {
        let offset = Offset::Offset(i64::try_from(position).unwrap_or(i64::MAX));
        let list = start::one(&self.config.kafka.topic, self.number, offset);
        let assigned = list.and_then(|list| self.consumer.assign(&list));
        assigned.map_err(|error| SpoutError {
            message: format!("kafka: partition {}: {error}", self.number),
            retryable: false,
        })?;
        (self.position, self.end, self.asked) = (position, None, None);
        let of = self.begun.remembered().and_then(|beginning| beginning.of);
        self.topic = of.map(|of| (of, Instant::now()));
        self.waiting = None;
        Ok(())
    }
}

impl PartitionReader for KafkaReader {
    fn read(&mut self, max_rows: usize) -> Result<Read, SpoutError> {
        self.look()?;
        let records = match self.waiting.take() {
            Some(records) => records,
            None => self.poll(max_rows)?,
        };
        if let Some(end) = self.known_end() {
            // Behind the last record are only ends of transactions, where the client has come to the end.
            let is_passed = self.end == Some(end);
            let end = if is_passed { self.position as i64 } else { end };
            self.told.store(end, Ordering::Relaxed);
        }
        if records.len() == 0 {
            return Ok(match self.quiet() {
                Quiet::Silent => Read::Idle,
                Quiet::Away(reason) => Read::Away(reason),
            });
        }
        self.decode(records)
    }

    fn begin(&mut self) -> Result<u64, SpoutError> {
        let position = start::begin(
            &self.consumer,
            &self.config,
            self.begun.as_ref(),
            self.number,
        )?;
        self.assign(position)?;
        Ok(position)
    }

    fn seek(&mut self, position: u64) -> Result<(), SpoutError> {
        self.assign(position)
    }

    /// Commits to the group, for those who watch it; nothing here goes by it. Of a group that shares
    /// the partitions, its members commit.
    fn covered(&mut self, position: u64) -> Result<(), SpoutError> {
        // Where all records are covered, so is what follows the last one and is none.
        let end = self.end.filter(|_| position == self.position);
        let position = end
            .and_then(|end| u64::try_from(end).ok())
            .unwrap_or(position);
        if position > self.committed && !self.config.is_shared {
            let offset = Offset::Offset(i64::try_from(position).unwrap_or(i64::MAX));
            let list = start::one(&self.config.kafka.topic, self.number, offset);
            // The next checkpoint commits more; a commit that fails costs nothing.
            let committed = list.and_then(|list| self.consumer.commit(&list, CommitMode::Async));
            if committed.is_ok() {
                self.committed = position;
            }
        }
        Ok(())
    }
}
