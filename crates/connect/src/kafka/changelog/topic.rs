//! The topic of a changelog: made where it is not there, with a partition for each of the topic that
//! is read.

use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::kafka::config::KafkaConfig;
use crate::kafka::metadata::partitions;

const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);

/// Makes the changelog's topic, if it is not there; gives how many partitions are shared.
///
/// # Errors
/// A sentence where brokers refuse, or the topic that is read has another number of partitions than
/// when its changelog was made: keys have moved from one partition to another then.
pub fn prepare(source: &KafkaConfig, changelog: &KafkaConfig) -> Result<u32, String> {
    let count = partitions(source)?;
    create(changelog, count)?;
    let kept = known(changelog)?;
    match kept == count {
        true => Ok(count),
        false => Err(format!(
            "the topic `{}` has {count} partitions and its changelog `{}` has {kept}: keys have moved to other \
             partitions since, and their states with them; start a new `group`, which computes all of it anew",
            source.topic, changelog.topic
        )),
    }
}

/// The partitions of a topic that was just made: not every broker may have heard of it.
fn known(topic: &KafkaConfig) -> Result<u32, String> {
    let began = Instant::now();
    loop {
        match partitions(topic) {
            Err(_) if began.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            told => return told,
        }
    }
}

fn create(changelog: &KafkaConfig, count: u32) -> Result<(), String> {
    let admin = admin(changelog)?;
    // The broker's own number of copies.
    let copies = TopicReplication::Fixed(-1);
    // What is not needed is deleted by the owner of a partition, never by age.
    let topic = NewTopic::new(&changelog.topic, count as i32, copies)
        .set("cleanup.policy", "delete")
        .set("retention.ms", "-1")
        .set("retention.bytes", "-1");
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    let made = wait(admin.create_topics([&topic], &options))?;
    let refusal = made.map_err(|e| format!("kafka: {e}"))?;
    match refusal.into_iter().find_map(Result::err) {
        None | Some((_, RDKafkaErrorCode::TopicAlreadyExists)) => Ok(()),
        Some((topic, error)) => Err(format!(
            "kafka: the topic `{topic}` cannot be made: {error}"
        )),
    }
}

/// Deletes what stands before an offset. Where that is refused, the log only grows.
pub(super) fn delete_before(config: &KafkaConfig, number: i32, offset: i64) -> Result<(), String> {
    let fault = |e: KafkaError| format!("kafka: {}: {e}", config.topic);
    let mut list = TopicPartitionList::new();
    let added = list.add_partition_offset(&config.topic, number, Offset::Offset(offset));
    added.map_err(fault)?;
    let admin = admin(config)?;
    let options = AdminOptions::new().request_timeout(Some(PATIENCE));
    wait(admin.delete_records(&list, &options))?.map_err(fault)?;
    Ok(())
}

fn admin(config: &KafkaConfig) -> Result<AdminClient<DefaultClientContext>, String> {
    let client = config.client(&[]).create();
    client.map_err(|e| format!("kafka: {e}"))
}

fn wait<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| format!("kafka: no runtime: {e}"))?;
    Ok(runtime.block_on(future))
}
