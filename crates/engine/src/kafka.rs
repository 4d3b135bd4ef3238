//! Assembly of Kafka's spouts and bolts.

use std::path::Path;
use std::sync::Arc;

use tachograph_connect::formats::LineDecoder;
use tachograph_connect::kafka::{Delivery, KafkaReader, MetadataField, SourceConfig, partitions};
use tachograph_connect::sink::RowFormat;
use tachograph_event::EventType;
use tachograph_topology::{Bolt, PartitionReader};

use crate::bolts::{KafkaBolt, RowExpression};
use crate::config::{KafkaSinkConfig, KafkaSpout};

/// Names that a reader goes by.
pub(crate) struct Names<'a> {
    /// The topology's.
    pub topology: &'a str,
    /// The spout's or bolt's.
    pub part: &'a str,
}

/// Properties of a type that stand beside a record's value, by slot.
///
/// # Errors
/// The name of a property that the type has not.
pub(crate) fn metadata(
    spout: &KafkaSpout,
    event_type: &EventType,
) -> Result<Vec<(usize, MetadataField)>, String> {
    let all = spout.metadata.iter();
    all.map(|(name, field)| {
        let slot = event_type.slot(name).ok_or_else(|| name.clone())?;
        Ok((slot, field.clone()))
    })
    .collect()
}

/// A reader a partition of the topic. The brokers are asked how many it has.
///
/// # Errors
/// A sentence where the topic cannot be read.
pub(crate) fn readers(
    spout: &KafkaSpout,
    names: &Names<'_>,
    metadata: &[(usize, MetadataField)],
    broker_time: bool,
    data: &Path,
    first_partition: u32,
    mut decoder: impl FnMut() -> Option<Box<dyn LineDecoder>>,
) -> Result<Vec<Box<dyn PartitionReader>>, String> {
    let group = format!("{}-{}", names.topology, names.part);
    let config = SourceConfig {
        kafka: spout.kafka.clone(),
        group: spout.group.clone().unwrap_or(group),
        start: spout.start,
        offsets: spout.offsets.clone(),
        metadata: metadata.to_vec(),
        broker_time,
        begun: spout.begun(data, names.part),
    };
    let mut readers: Vec<Box<dyn PartitionReader>> = Vec::new();
    for number in 0..partitions(&spout.kafka)? {
        // A decoder that cannot be made has told its fault already.
        let Some(decoder) = decoder() else { break };
        let partition = first_partition + number;
        let reader = KafkaReader::new(config.clone(), number, partition, decoder)?;
        readers.push(Box::new(reader));
    }
    Ok(readers)
}

/// The task that writes into a topic.
pub(crate) fn bolt(
    config: &KafkaSinkConfig,
    names: &Names<'_>,
    key: Option<RowExpression>,
    types: Vec<Arc<EventType>>,
) -> Box<dyn Bolt> {
    let delivery = match config.exactly_once {
        true => Delivery::ExactlyOnce(format!("{}-{}", names.topology, names.part)),
        false => Delivery::AtLeastOnce,
    };
    let format = config
        .separator
        .map_or(RowFormat::Json, RowFormat::Delimited);
    Box::new(KafkaBolt::new(
        config.kafka.clone(),
        delivery,
        format,
        key,
        types,
    ))
}
