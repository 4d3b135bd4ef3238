//! The idempotent producer: what it repeats by itself the brokers have once; a replay writes again.
//! State: the records that its client has no room for yet; the client keeps the others.

use std::collections::VecDeque;
use std::time::Duration;

use rdkafka::producer::{BaseProducer, Producer};

use super::config::KafkaConfig;
use super::producer::{OutRecord, Reports, is_full, send};
use crate::Refused;
use crate::writer::{Place, Trouble};

/// A topic, written to without transactions.
pub(super) struct Plain {
    producer: BaseProducer<Reports>,
    topic: String,
    reports: Reports,
    refused: Refused,
    taken: VecDeque<OutRecord>,
}

impl Plain {
    pub fn new(config: &KafkaConfig, refused: Refused) -> Result<Plain, String> {
        let ours = [
            ("enable.idempotence", "true"),
            // Never given up by time: a record that is given up is lost.
            ("message.timeout.ms", "0"),
            ("linger.ms", "5"),
            ("compression.type", "lz4"),
        ];
        let reports = Reports::new(Refused::clone(&refused));
        let producer = config.client(&ours).create_with_context(reports.clone());
        Ok(Plain {
            producer: producer.map_err(|e| format!("kafka: {e}"))?,
            topic: config.topic.clone(),
            reports,
            refused,
            taken: VecDeque::new(),
        })
    }

    /// What the client waits for.
    fn waits(&self) -> Trouble {
        let trouble = self.reports.trouble();
        Trouble::Passing(trouble.unwrap_or_else(|| "records are not acknowledged yet".into()))
    }
}

impl Place<OutRecord> for Plain {
    fn take(&mut self, records: Vec<OutRecord>) {
        self.taken.extend(records);
    }

    fn give(&mut self) -> Result<(), Trouble> {
        while let Some(record) = self.taken.front() {
            match send(&self.producer, &self.topic, record) {
                Err(error) if is_full(&error) => return Err(self.waits()),
                Err(error) => (self.refused)(&format!("kafka: {error}")),
                Ok(()) => {}
            }
            self.taken.pop_front();
        }
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        self.give()?;
        // Whatever it says: what counts is whether something is still under way.
        let _ = self.producer.flush(Duration::from_secs(1));
        match self.producer.in_flight_count() {
            0 => Ok(()),
            _ => Err(self.waits()),
        }
    }
}
