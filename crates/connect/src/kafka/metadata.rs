//! What the brokers say of a topic.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataTopic;
use rdkafka::{ClientContext, types::RDKafkaRespErr};

use super::client::says_why;
use super::config::KafkaConfig;

/// How long brokers may take to answer at the start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one question may take, and a pause between two.
const ASK: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);

/// What brokers complain of, while nothing else can be told.
#[derive(Default)]
struct Watch(Mutex<Option<(KafkaError, String)>>);

impl ClientContext for Watch {
    fn error(&self, error: KafkaError, reason: &str) {
        let mut trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if says_why(&error) || trouble.is_none() {
            *trouble = Some((error, reason.to_string()));
        }
    }
}

impl ConsumerContext for Watch {}

impl Watch {
    /// What was told last, and whether it is for us to mend: a password, a certificate.
    fn trouble(&self) -> Option<(bool, String)> {
        let trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (error, reason) = trouble.as_ref()?;
        let ours = [RDKafkaErrorCode::Authentication, RDKafkaErrorCode::SSL];
        let is_ours = error
            .rdkafka_error_code()
            .is_some_and(|c| ours.contains(&c));
        Some((is_ours, reason.clone()))
    }
}

/// How many partitions a topic has.
///
/// # Errors
/// A sentence where the topic is not there or we are kept out, or nobody answers for a minute.
pub fn partitions(config: &KafkaConfig) -> Result<u32, String> {
    let fault = |why: &dyn std::fmt::Display| format!("kafka {}: {why}", config.brokers);
    // A topic that is asked for must not be made by asking.
    let ours = [("group.id", "tacho"), ("allow.auto.create.topics", "false")];
    let client = config.client(&ours);
    let consumer = client.create_with_context(Watch::default());
    let consumer: BaseConsumer<Watch> = consumer.map_err(|e| fault(&e))?;
    let began = Instant::now();
    loop {
        let why = match consumer.fetch_metadata(Some(&config.topic), ASK) {
            Err(error) => error.to_string(),
            Ok(metadata) => {
                let mut topics = metadata.topics().iter();
                match count(topics.find(|topic| topic.name() == config.topic), config) {
                    Ok(count) => return Ok(count),
                    Err(Missing::Lasting(why)) => return Err(why),
                    Err(Missing::Passing(why)) => why,
                }
            }
        };
        // What the client has to tell is told here.
        consumer.poll(PAUSE);
        match consumer.context().trouble() {
            Some((true, reason)) => return Err(fault(&reason)),
            told if began.elapsed() > PATIENCE => {
                let why = told.map_or(why, |(_, reason)| reason);
                return Err(format!(
                    "{}; are the brokers up, and is `security.protocol` what they speak?",
                    fault(&why)
                ));
            }
            _ => {}
        }
    }
}

/// Why the partitions are not known.
enum Missing {
    Passing(String),
    Lasting(String),
}

fn count(topic: Option<&MetadataTopic>, config: &KafkaConfig) -> Result<u32, Missing> {
    let error = topic.and_then(MetadataTopic::error);
    let count = topic.map_or(0, |topic| topic.partitions().len());
    match error {
        None if count > 0 => Ok(count as u32),
        None | Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) => {
            Err(Missing::Lasting(format!(
                "the topic `{}` is not there; create it, with as many partitions as cores shall share it",
                config.topic
            )))
        }
        Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) => {
            Err(Missing::Lasting(format!(
                "kafka {}: the user of `settings` may not read the topic `{}`, or even ask for it",
                config.brokers, config.topic
            )))
        }
        Some(other) => {
            let why = RDKafkaErrorCode::from(other);
            Err(Missing::Passing(format!(
                "the topic `{}`: {why}",
                config.topic
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::mocking::MockCluster;

    use super::*;

    #[test]
    fn that_all_are_down_hides_no_reason() {
        let watch = Watch::default();
        let down = || KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        watch.error(down(), "1/1 brokers are down");
        let told = |watch: &Watch| watch.trouble().map(|(_, reason)| reason);
        assert_eq!(told(&watch).as_deref(), Some("1/1 brokers are down"));
        let failed = KafkaError::Global(RDKafkaErrorCode::Resolve);
        watch.error(failed, "no such host");
        watch.error(down(), "1/1 brokers are down");
        assert_eq!(told(&watch).as_deref(), Some("no such host"));
    }

    #[test]
    fn a_topic_that_is_not_there_is_told_from_one_that_we_may_not_see() {
        let cluster = MockCluster::new(1).expect("a cluster");
        cluster.create_topic("t", 3, 1).expect("a topic");
        let config = |topic: &str| KafkaConfig {
            brokers: cluster.bootstrap_servers(),
            topic: topic.into(),
            settings: Vec::new(),
        };
        assert_eq!(partitions(&config("t")), Ok(3));
        for (error, wanted) in [
            (
                RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                "is not there",
            ),
            (
                RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                "may not read",
            ),
        ] {
            cluster.topic_error("u", error).expect("an error");
            let told = partitions(&config("u")).expect_err("no partitions");
            assert!(told.contains(wanted), "{told}");
        }
    }
}
