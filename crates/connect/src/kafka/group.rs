//! Membership of a consumer group: which partitions of a topic this process works on.
//!
//! The group's consumer reads nothing. It tells who shares the topic which partitions are theirs, and
//! lets go of one only when the work on it has ended; records are read by [`super::KafkaReader`].
//!
//! State: the client, which holds the membership. Never: what a partition's work is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::{ClientContext, Offset, TopicPartitionList};

use super::client::says_why;
use super::config::KafkaConfig;
use super::start;

/// How long a poll waits.
const WAIT: Duration = Duration::from_millis(100);
/// How long a complaint is told.
const REMEMBER: Duration = Duration::from_secs(5);

/// Who works on the partitions of a topic.
pub trait Share: Send + Sync {
    /// These are ours from now on.
    fn assigned(&self, partitions: &[u32]);

    /// These are ours no longer, once this comes back. Where they are `lost`, another process may
    /// have them already.
    fn revoked(&self, partitions: &[u32], lost: bool);
}

/// A member of a group.
pub struct Member {
    consumer: BaseConsumer<Watch>,
    topic: String,
}

struct Watch {
    share: Arc<dyn Share>,
    /// What a client thread told last about a broker, and when.
    trouble: Mutex<Option<(Instant, String)>>,
}

impl Member {
    /// Joins a group. Nothing is assigned before [`Member::poll`] is called.
    ///
    /// # Errors
    /// A sentence where a setting is wrong.
    pub fn join(
        config: &KafkaConfig,
        group: &str,
        share: Arc<dyn Share>,
    ) -> Result<Member, String> {
        let mut ours = vec![
            ("group.id", group),
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            // It fetches nothing; this is only to hear of no missing offset.
            ("auto.offset.reset", "latest"),
        ];
        let new_protocol = ("group.protocol".to_string(), "consumer".to_string());
        if !config.settings.contains(&new_protocol) {
            // With the new protocol the broker assigns, by a strategy of its own.
            ours.push(("partition.assignment.strategy", "cooperative-sticky"));
        }
        let watch = Watch {
            share,
            trouble: Mutex::default(),
        };
        let fault = |e: KafkaError| format!("kafka: group {group}: {e}");
        let consumer: BaseConsumer<Watch> = config
            .client(&ours)
            .create_with_context(watch)
            .map_err(fault)?;
        consumer.subscribe(&[&config.topic]).map_err(fault)?;
        Ok(Member {
            consumer,
            topic: config.topic.clone(),
        })
    }

    /// Takes part in the group for a moment; what is assigned or revoked is told meanwhile. Gives what
    /// the brokers complain of, where they do.
    ///
    /// # Errors
    /// A sentence where the membership is over for good.
    pub fn poll(&self) -> Result<Option<String>, String> {
        if let Some(Err(KafkaError::MessageConsumptionFatal(code))) = self.consumer.poll(WAIT) {
            let told = self.consumer.client().fatal_error().map(|(_, why)| why);
            let why = told.unwrap_or_else(|| code.to_string());
            return Err(format!("kafka: the group cannot be joined: {why}"));
        }
        let mut trouble = self.watch().trouble();
        let is_over = |(when, _): &(Instant, String)| when.elapsed() > REMEMBER;
        trouble.take_if(|trouble| is_over(trouble));
        Ok(trouble.as_ref().map(|(_, what)| what.clone()))
    }

    /// Tells the group how far a partition is done, for those who watch it. A commit that fails costs
    /// nothing: nothing goes by it.
    pub fn commit(&self, partition: u32, position: u64) {
        let offset = Offset::Offset(i64::try_from(position).unwrap_or(i64::MAX));
        let list = start::one(&self.topic, partition as i32, offset);
        let _ = list.and_then(|list| self.consumer.commit(&list, CommitMode::Async));
    }

    fn watch(&self) -> &Watch {
        self.consumer.context()
    }
}

impl Watch {
    fn trouble(&self) -> MutexGuard<'_, Option<(Instant, String)>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Watch {
    fn error(&self, error: KafkaError, reason: &str) {
        let mut trouble = self.trouble();
        if says_why(&error) || trouble.is_none() {
            *trouble = Some((Instant::now(), format!("{error}: {reason}")));
        }
    }
}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Watch>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(list) = rebalance {
            let lost = consumer.assignment_lost();
            self.share.revoked(&numbers(list), lost);
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Watch>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            // Where it cannot be paused, what it reads is dropped.
            let _ = consumer.pause(list);
            self.share.assigned(&numbers(list));
        }
    }
}

fn numbers(list: &TopicPartitionList) -> Vec<u32> {
    let elements = list.elements();
    let numbers = elements.iter().map(|place| place.partition());
    numbers.filter_map(|n| u32::try_from(n).ok()).collect()
}
