//! A system that starts, and what is told of it when that takes long: it asks brokers for the partitions
//! of their topics, and they may be away.

use std::collections::BTreeSet;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use tachograph_engine::config::SpoutKind;
use tachograph_engine::{Config, ConfigFaults, System, SystemOptions};

/// A start that takes longer wants a word.
const PATIENCE: Duration = Duration::from_secs(2);

/// Starts the system.
///
/// # Errors
/// [`ConfigFaults`], all of them.
pub fn start(config: &Config, options: &SystemOptions) -> Result<System, ConfigFaults> {
    let asked = asked(config);
    let (started, start) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let waited = start.recv_timeout(PATIENCE);
            if waited == Err(RecvTimeoutError::Timeout) && !asked.is_empty() {
                let asked: Vec<String> = asked.into_iter().collect();
                eprintln!("starting: no answer yet from {}", asked.join(", "));
            }
        });
        let system = System::start(config, options);
        drop(started);
        system
    })
}

/// The brokers that a start asks, and for what.
fn asked(config: &Config) -> BTreeSet<String> {
    let spouts = config.spouts.iter();
    let asked = spouts.filter_map(|spout| match &spout.kind {
        SpoutKind::Kafka(kafka) => {
            let (brokers, topic) = (&kafka.kafka.brokers, &kafka.kafka.topic);
            Some(format!("Kafka at {brokers} (topic `{topic}`)"))
        }
        _ => None,
    });
    asked.collect()
}
