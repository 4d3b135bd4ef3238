//! The idempotent producer: what it repeats by itself the brokers have once; a replay writes again.
//!
//! A record is kept until the brokers have acknowledged it. What they do not take (the topic is not
//! there, nobody may write to it) is given again by a new producer, in its order and for as long as it
//! takes: some records may then be there twice, and none is lost.
//!
//! State: the records that are not acknowledged; a producer, until it fails.

use std::collections::VecDeque;
use std::time::Duration;

use rdkafka::producer::{BaseProducer, Producer};

use super::config::KafkaConfig;
use super::producer::{OutRecord, Reports, is_full, is_too_large, send};
use crate::Refused;
use crate::writer::{Place, Trouble};

/// A topic, written to without transactions.
pub(super) struct Plain {
    config: KafkaConfig,
    refused: Refused,
    /// None after a fault; the next try makes another.
    producer: Option<BaseProducer<Reports>>,
    /// What is not acknowledged, oldest first; none in the place of one that is. The first `given` are
    /// with the client.
    kept: VecDeque<Option<OutRecord>>,
    given: usize,
    /// The number of the first that is kept; a producer knows records by their numbers.
    first: usize,
    /// Why the last producer was given up, until something is acknowledged again.
    fault: Option<String>,
}

impl Plain {
    pub fn new(config: &KafkaConfig, refused: Refused) -> Result<Plain, String> {
        let producer = client(config)?;
        Ok(Plain {
            config: config.clone(),
            refused,
            producer: Some(producer),
            kept: VecDeque::new(),
            given: 0,
            first: 0,
            fault: None,
        })
    }

    /// Does something with a producer. After a fault there is none, and all that is kept is given again.
    fn produce(
        &mut self,
        step: impl FnOnce(&mut Plain, &BaseProducer<Reports>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let producer = match self.producer.take() {
            Some(producer) => producer,
            None => client(&self.config)?,
        };
        let done = step(self, &producer);
        self.hear(&producer);
        let reports = producer.context();
        match reports.failed() {
            None => {
                self.producer = Some(producer);
                done
            }
            Some(reason) => {
                self.given = 0;
                self.fault = Some(reason.clone());
                Err(Trouble::Passing(reason))
            }
        }
    }

    /// Gives the client what it does not have yet.
    fn send(&mut self, producer: &BaseProducer<Reports>) -> Result<(), Trouble> {
        while self.given < self.kept.len() {
            if let Some(record) = &self.kept[self.given] {
                let number = self.first + self.given;
                match send(producer, &self.config.topic, record, number) {
                    Err(error) if is_full(&error) => return Err(self.waits(producer)),
                    Err(error) if is_too_large(&error) => {
                        (self.refused)(&format!("kafka: {error}"));
                        self.kept[self.given] = None;
                    }
                    Err(error) => {
                        producer.context().fail(error.to_string());
                        return Ok(());
                    }
                    Ok(()) => {}
                }
            }
            self.given += 1;
        }
        producer.poll(Duration::ZERO);
        Ok(())
    }

    /// Forgets what was acknowledged.
    fn hear(&mut self, producer: &BaseProducer<Reports>) {
        for number in producer.context().acknowledged() {
            self.fault = None;
            let place = number.checked_sub(self.first);
            if let Some(place) = place.and_then(|at| self.kept.get_mut(at)) {
                *place = None;
            }
        }
        while self.kept.front().is_some_and(Option::is_none) {
            self.kept.pop_front();
            self.first += 1;
            self.given = self.given.saturating_sub(1);
        }
    }

    /// What the client waits for.
    fn waits(&self, producer: &BaseProducer<Reports>) -> Trouble {
        let told = producer.context().trouble().or_else(|| self.fault.clone());
        Trouble::Passing(told.unwrap_or_else(|| "records are not acknowledged yet".into()))
    }
}

fn client(config: &KafkaConfig) -> Result<BaseProducer<Reports>, String> {
    let ours = [
        ("enable.idempotence", "true"),
        // Never given up by time: what waits for brokers that are away need not be given again.
        ("message.timeout.ms", "0"),
        ("linger.ms", "5"),
        ("compression.type", "lz4"),
    ];
    let producer = config.client(&ours).create_with_context(Reports::default());
    producer.map_err(|e| format!("kafka: {e}"))
}

impl Place<OutRecord> for Plain {
    fn take(&mut self, records: Vec<OutRecord>) {
        self.kept.extend(records.into_iter().map(Some));
    }

    fn give(&mut self) -> Result<(), Trouble> {
        self.produce(Plain::send)
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        self.produce(|plain, producer| {
            plain.send(producer)?;
            // Whatever it says: what counts is whether something is still under way.
            let _ = producer.flush(Duration::from_secs(1));
            plain.hear(producer);
            match plain.kept.is_empty() {
                true => Ok(()),
                false => Err(plain.waits(producer)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use rdkafka::consumer::{BaseConsumer, Consumer};
    use rdkafka::mocking::MockCluster;
    use rdkafka::producer::DefaultProducerContext;
    use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
    use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};

    use super::*;

    /// Longer than any of it takes.
    const LONG: Duration = Duration::from_secs(60);

    fn record(n: u64) -> OutRecord {
        OutRecord {
            id: (1_000, n),
            key: None,
            value: n.to_string().into_bytes(),
        }
    }

    fn settle(plain: &mut Plain) -> Vec<String> {
        let (began, mut told) = (Instant::now(), Vec::new());
        while let Err(trouble) = plain.settle() {
            assert!(began.elapsed() < LONG, "{told:?}");
            let Trouble::Passing(reason) = trouble else {
                panic!("{trouble:?}");
            };
            told.push(reason);
        }
        told
    }

    /// The records of the topic's only partition.
    fn written(brokers: &str, count: usize) -> Vec<String> {
        let mut client = ClientConfig::new();
        let client = client
            .set("bootstrap.servers", brokers)
            .set("group.id", "g");
        let consumer: BaseConsumer = client.create().expect("a consumer");
        let mut list = TopicPartitionList::new();
        let added = list.add_partition_offset("t", 0, Offset::Beginning);
        added.expect("an offset");
        consumer.assign(&list).expect("assigned");
        let (began, mut found) = (Instant::now(), Vec::new());
        while found.len() < count {
            assert!(began.elapsed() < LONG, "{found:?}");
            if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
                let value = message.payload().unwrap_or_default();
                found.push(String::from_utf8_lossy(value).into_owned());
            }
        }
        found
    }

    fn cluster() -> MockCluster<'static, DefaultProducerContext> {
        let cluster = MockCluster::new(1).expect("a cluster");
        cluster.create_topic("t", 1, 1).expect("a topic");
        cluster
    }

    fn plain(brokers: &str, settings: &[(&str, &str)], refused: Refused) -> Plain {
        let settings = settings.iter().map(|(n, v)| (n.to_string(), v.to_string()));
        let config = KafkaConfig {
            brokers: brokers.into(),
            topic: "t".into(),
            settings: settings.collect(),
        };
        Plain::new(&config, refused).expect("a producer")
    }

    #[test]
    fn what_brokers_do_not_take_is_given_again_in_its_order() {
        let cluster = cluster();
        let brokers = cluster.bootstrap_servers();
        let mut plain = plain(&brokers, &[], Arc::new(|why| panic!("refused: {why}")));
        plain.take((0..3).map(record).collect());
        settle(&mut plain);
        // Nobody may write: to an idempotent producer that is the end.
        let denied = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
        cluster.request_errors(RDKafkaApiKey::Produce, &[denied, denied]);
        plain.take((3..6).map(record).collect());
        let told = settle(&mut plain);
        assert!(!told.is_empty());
        plain.take(vec![record(6)]);
        settle(&mut plain);
        let numbers: Vec<String> = (0..7).map(|n| n.to_string()).collect();
        assert_eq!(written(&brokers, 7), numbers);
    }

    #[test]
    fn a_record_too_large_for_the_client_holds_no_other_up() {
        let cluster = cluster();
        let brokers = cluster.bootstrap_servers();
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        let refused: Refused = Arc::new(move |_| {
            counting.fetch_add(1, Ordering::SeqCst);
        });
        let mut plain = plain(&brokers, &[("message.max.bytes", "1000")], refused);
        let large = OutRecord {
            value: vec![b'x'; 2_000],
            ..record(1)
        };
        plain.take(vec![record(0), large, record(2)]);
        settle(&mut plain);
        assert_eq!(written(&brokers, 2), ["0", "2"]);
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
