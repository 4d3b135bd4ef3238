//! The settings that every client of librdkafka gets.

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use super::config::KafkaConfig;

impl KafkaConfig {
    /// A client's settings: ours, then the user's.
    pub(super) fn client(&self, ours: &[(&str, &str)]) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set_log_level(RDKafkaLogLevel::Error);
        client.set("bootstrap.servers", &self.brokers);
        client.set("client.id", "tacho");
        // A broker that comes back is to be found soon.
        client.set("reconnect.backoff.max.ms", "1000");
        for (name, value) in ours {
            client.set(*name, *value);
        }
        for (name, value) in &self.settings {
            client.set(name, value);
        }
        client
    }
}
