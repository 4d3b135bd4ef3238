//! What the brokers say of a topic.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};

use super::config::KafkaConfig;

/// How long brokers may take to answer at the start.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many partitions a topic has.
///
/// # Errors
/// A sentence where the topic is not there, or nobody answers for a minute.
pub fn partitions(config: &KafkaConfig) -> Result<u32, String> {
    let fault = |e: rdkafka::error::KafkaError| format!("kafka {}: {e}", config.brokers);
    // A topic that is asked for must not be made by asking.
    let ours = [("group.id", "tacho"), ("allow.auto.create.topics", "false")];
    let consumer: BaseConsumer = config.client(&ours).create().map_err(fault)?;
    let began = Instant::now();
    loop {
        let asked = consumer.fetch_metadata(Some(&config.topic), Duration::from_secs(5));
        match asked {
            Ok(metadata) => {
                let topic = metadata.topics().iter().find(|t| t.name() == config.topic);
                let count = topic.map_or(0, |t| t.partitions().len());
                return match count {
                    0 => Err(format!(
                        "the topic `{}` is not there; create it, with as many partitions as cores shall share it",
                        config.topic
                    )),
                    count => Ok(count as u32),
                };
            }
            Err(error) if began.elapsed() > PATIENCE => {
                return Err(format!("{}; are the brokers up?", fault(error)));
            }
            Err(_) => {}
        }
    }
}
