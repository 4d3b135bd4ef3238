//! Which topic it is that has a name: one that was deleted and made again is another, and offsets of the
//! one before mean nothing in it; one with more partitions has its keys elsewhere.
//!
//! The library has no call for it, so the client is asked by its own interface.

use std::ffi::{CStr, CString};
use std::ptr;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::bindings::*;
use rdkafka::client::Client;
use rdkafka::types::RDKafkaRespErr;

use super::config::Identity;

/// What the brokers tell of a topic; none where they do not within a time, or have no ids.
pub(super) fn identity<C: ClientContext>(
    client: &Client<C>,
    topic: &str,
    patience: Duration,
) -> Option<Identity> {
    let name = CString::new(topic).ok()?;
    let patience = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
    let rk = client.native_ptr();
    // SAFETY: the client lives as long as the call. The queue, the names and the options are made here
    // and destroyed here; the client copies what it needs of names and options. The event is ours until
    // it is destroyed, and what is read of it is copied before that.
    unsafe {
        let queue = rd_kafka_queue_new(rk);
        let mut names = [name.as_ptr()];
        let topics = rd_kafka_TopicCollection_of_topic_names(names.as_mut_ptr(), names.len());
        let describe = rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;
        let options = rd_kafka_AdminOptions_new(rk, describe);
        rd_kafka_AdminOptions_set_request_timeout(options, patience, ptr::null_mut(), 0);
        rd_kafka_DescribeTopics(rk, topics, options, queue);
        let event = rd_kafka_queue_poll(queue, patience);
        let told = (!event.is_null()).then(|| told(event)).flatten();
        if !event.is_null() {
            rd_kafka_event_destroy(event);
        }
        rd_kafka_AdminOptions_destroy(options);
        rd_kafka_TopicCollection_destroy(topics);
        rd_kafka_queue_destroy(queue);
        told
    }
}

/// What an answer tells.
///
/// # Safety
/// The event must be alive.
unsafe fn told(event: *mut rd_kafka_event_t) -> Option<Identity> {
    // SAFETY: all that is looked at is part of the event, which is alive.
    unsafe {
        let is_good = rd_kafka_event_error(event) == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;
        let result = rd_kafka_event_DescribeTopics_result(event);
        if !is_good || result.is_null() {
            return None;
        }
        let mut count = 0;
        let topics = rd_kafka_DescribeTopics_result_topics(result, &mut count);
        if topics.is_null() || count == 0 {
            return None;
        }
        let topic = *topics;
        let error = rd_kafka_error_code(rd_kafka_TopicDescription_error(topic));
        let id = rd_kafka_TopicDescription_topic_id(topic);
        if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || id.is_null() {
            return None;
        }
        // Brokers without ids tell a zero.
        let is_none = rd_kafka_Uuid_most_significant_bits(id) == 0
            && rd_kafka_Uuid_least_significant_bits(id) == 0;
        let mut partitions = 0;
        rd_kafka_TopicDescription_partitions(topic, &mut partitions);
        let id = CStr::from_ptr(rd_kafka_Uuid_base64str(id)).to_str().ok()?;
        (!is_none).then(|| Identity {
            id: id.to_string(),
            partitions: u32::try_from(partitions).unwrap_or(u32::MAX),
        })
    }
}
