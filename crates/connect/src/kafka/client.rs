//! The settings that every client of librdkafka gets.

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::config::KafkaConfig;

impl KafkaConfig {
    /// Are the settings of librdkafka's, with values that it takes? No broker is asked.
    ///
    /// # Errors
    /// A sentence about the first that is not.
    pub fn check(&self) -> Result<(), String> {
        let made = self.client(&[]).create_native_config();
        made.map(drop).map_err(|error| match error {
            KafkaError::ClientConfig(_, why, name, value) => {
                format!("the setting `{name}` cannot be \"{value}\": {why}")
            }
            other => other.to_string(),
        })
    }

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

/// Does it say why a broker is not reached? That all are down is told after each of them has been.
pub(super) fn says_why(error: &KafkaError) -> bool {
    error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown)
}

#[cfg(test)]
mod tests {
    use super::KafkaConfig;

    #[test]
    fn settings_are_judged_without_a_broker() {
        let check = |name: &str, value: &str| {
            let config = KafkaConfig {
                brokers: "127.0.0.1:1".into(),
                topic: "t".into(),
                settings: vec![(name.into(), value.into())],
            };
            config.check()
        };
        assert_eq!(check("fetch.min.bytes", "5"), Ok(()));
        let told = check("fetch.min.byts", "5").expect_err("no such setting");
        assert!(told.contains("the setting `fetch.min.byts`"), "{told}");
        let told = check("fetch.min.bytes", "five").expect_err("no number");
        assert!(
            told.contains("`fetch.min.bytes` cannot be \"five\""),
            "{told}"
        );
    }
}
