//! A topic that is loaded before the clock starts.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use tachograph_time::DatePattern;

/// A topic at a broker.
pub struct Topic {
    /// Its name.
    pub name: String,
    partitions: i32,
    producer: BaseProducer,
}

impl Topic {
    /// Makes a topic.
    pub fn create(brokers: &str, name: &str, partitions: i32) -> Result<Topic, String> {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", brokers);
        client
            .set("linger.ms", "20")
            .set("enable.idempotence", "true");
        client.set("queue.buffering.max.kbytes", "262144");
        let admin: AdminClient<DefaultClientContext> =
            client.create().map_err(|e| e.to_string())?;
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|e| e.to_string())?;
        let made = runtime.block_on(admin.create_topics([&topic], &AdminOptions::new()));
        let made = made.map_err(|e| e.to_string())?;
        if let Some(Err((name, code))) = made.into_iter().next() {
            return Err(format!("topic {name}: {code}"));
        }
        Ok(Topic {
            name: name.to_string(),
            partitions,
            producer: client.create().map_err(|e| e.to_string())?,
        })
    }

    /// Records beside those that are loaded: one a partition.
    pub fn closing(&self) -> u64 {
        self.partitions.unsigned_abs().into()
    }

    /// Gives it all lines, by car, and the closing records.
    pub fn load(&self, text: &str) -> Result<(), String> {
        for line in text.lines() {
            self.send(line)?;
        }
        self.close(text)
    }

    /// Gives it records that come long after the last line, so that the last windows close, and
    /// waits until the broker has everything.
    pub fn close(&self, text: &str) -> Result<(), String> {
        let closing = closing(text).ok_or("the last line has no date")?;
        for partition in 0..self.partitions {
            let record = BaseRecord::to(&self.name).partition(partition);
            self.give(record.key("Z0001").payload(&closing))?;
        }
        self.producer
            .flush(Duration::from_secs(120))
            .map_err(|e| e.to_string())
    }

    /// Gives it a line, by car.
    pub fn send(&self, line: &str) -> Result<(), String> {
        let car = line.split(',').nth(1).unwrap_or_default();
        self.give(BaseRecord::to(&self.name).key(car).payload(line))
    }

    fn give(&self, mut record: BaseRecord<'_, str, str>) -> Result<(), String> {
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    self.producer.poll(Duration::from_millis(20));
                    record = back;
                }
                Err((error, _)) => return Err(error.to_string()),
            }
        }
    }
}

/// A record a quarter of an hour after the last line.
fn closing(text: &str) -> Option<String> {
    let pattern = DatePattern::parse_pattern("yyyyMMddHHmmss").ok()?;
    let last = pattern.parse(text.lines().last()?.get(..14)?.as_bytes())?;
    let date = pattern.format(last + 15 * 60_000);
    Some(format!("{date},Z0001,0,0,F,N,0,A01"))
}
