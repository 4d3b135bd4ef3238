//! Kafka: a topic becomes readers of its partitions, a `kafka` bolt a writer into a topic.

use std::sync::Arc;

use tachograph_connect::formats::RecordDecoder;
use tachograph_connect::kafka::{
    Begun, BegunFile, Delivery, KafkaConfig, KafkaReader, MetadataField, SourceConfig, partitions,
};
use tachograph_event::EventType;
use tachograph_syntax::Span;
use tachograph_topology::{InputSpec, PartitionReader};

use super::Assembler;
use super::bolts::Tasks;
use super::schemas::{Records, Schemas};
use super::spouts::{LogEnd, Partitions, Source};
use crate::bolts::{KafkaRecords, WritingBolt};
use crate::config::{BoltConfig, KafkaSinkConfig, KafkaSpout};

impl Assembler<'_> {
    /// A partition for each of the topic. A check asks no broker.
    pub(super) fn topic(&mut self, source: &Source<'_>, kafka: &KafkaSpout) -> Option<Partitions> {
        let metadata = self.metadata(source, kafka)?;
        let config = self.source_config(source, kafka, metadata);
        self.settings(&config.kafka, source.config.span);
        // A decoder is made also where nothing is read: a check tells its faults.
        let mut schemas = Schemas::default();
        self.topic_decoder(source, &config, &mut schemas)?;
        if !self.writes {
            return Some(Vec::new());
        }
        match self.topic_readers(source, &config, &mut schemas) {
            Ok(readers) => Some(readers),
            Err(fault) => {
                self.fault(fault, source.config.span);
                None
            }
        }
    }

    /// Tells of a setting that the client does not take.
    fn settings(&mut self, kafka: &KafkaConfig, span: Span) {
        if let Err(fault) = kafka.check() {
            self.fault(fault, span);
        }
    }

    fn topic_readers(
        &mut self,
        source: &Source<'_>,
        config: &SourceConfig,
        schemas: &mut Schemas,
    ) -> Result<Partitions, String> {
        let mut readers: Partitions = Vec::new();
        let numbers = match &self.ownership {
            Some(own) => own.partition..own.partition + 1,
            None => 0..partitions(&config.kafka)?,
        };
        if let (None, Some((last, _))) = (&self.ownership, config.offsets.last_key_value())
            && *last as u32 >= numbers.end
        {
            let topic = &config.kafka.topic;
            return Err(format!(
                "`offsets` names partition {last}, and `{topic}` has partitions 0 to {}",
                numbers.end.saturating_sub(1)
            ));
        }
        for number in numbers {
            let Some(decoder) = self.topic_decoder(source, config, schemas) else {
                break;
            };
            let partition = source.first_partition + number;
            let begun = self.begun(source, number);
            let reader = KafkaReader::new(config.clone(), number, partition, decoder, begun)?;
            self.logs.push(LogEnd::Told(reader.end()));
            let reader: Box<dyn PartitionReader> = Box::new(reader);
            readers.push(reader);
        }
        Ok(readers)
    }

    /// Where it is remembered where the reading of a partition began.
    fn begun(&self, source: &Source<'_>, number: u32) -> Arc<dyn Begun> {
        let file = || {
            let name = format!("{}-{number}", source.config.name);
            Arc::new(BegunFile(self.data.join("starts").join(name))) as Arc<dyn Begun>
        };
        let owned = self.ownership.as_ref().map(|own| Arc::clone(&own.begun));
        owned.unwrap_or_else(file)
    }

    fn topic_decoder(
        &mut self,
        source: &Source<'_>,
        config: &SourceConfig,
        schemas: &mut Schemas,
    ) -> Option<RecordDecoder> {
        let beside: Vec<usize> = config.metadata.iter().map(|(slot, _)| *slot).collect();
        let time = (!config.broker_time).then(|| source.time.clone());
        let records = Records {
            spout: source.config,
            event_type: &source.event_type,
            time: &time,
            beside: &beside,
        };
        self.record_decoder(records, schemas)
    }

    fn metadata(
        &mut self,
        source: &Source<'_>,
        kafka: &KafkaSpout,
    ) -> Option<Vec<(usize, MetadataField)>> {
        let mut metadata = Vec::new();
        for (name, field) in &kafka.metadata {
            let slot = self.slot(&source.event_type, name, source.config.span)?;
            let ty = &source.event_type.properties[slot].ty;
            if !field.fits(ty) {
                let fault = format!("`{name}` is of type {ty}, which `{field}` cannot fill");
                self.fault(fault, source.config.span);
            }
            metadata.push((slot, field.clone()));
        }
        Some(metadata)
    }

    fn source_config(
        &self,
        source: &Source<'_>,
        kafka: &KafkaSpout,
        metadata: Vec<(usize, MetadataField)>,
    ) -> SourceConfig {
        let name = &source.config.name;
        let usual = || format!("{}-{name}", self.config.name);
        let is_time = |(slot, field): &(usize, MetadataField)| {
            *slot == source.time.slot && *field == MetadataField::Timestamp
        };
        SourceConfig {
            kafka: kafka.kafka.clone(),
            group: kafka.group.clone().unwrap_or_else(usual),
            is_shared: kafka.group.is_some(),
            start: kafka.start,
            offsets: kafka.offsets.clone(),
            broker_time: metadata.iter().any(is_time),
            metadata,
        }
    }

    /// The task that writes rows into a topic.
    pub(super) fn kafka(
        &mut self,
        bolt: &BoltConfig,
        config: &KafkaSinkConfig,
        inputs: &[InputSpec],
    ) -> Option<Tasks> {
        self.one_task(bolt)?;
        self.settings(&config.kafka, bolt.span);
        let event_type = self.one_type(bolt, inputs, "a topic")?;
        let key = self.optional(&config.key, &event_type)?;
        // Of partitions that move, each has transactions of its own, which move with it.
        let id = match &self.ownership {
            Some(own) => format!("{}-{}-{}", own.group, bolt.name, own.partition),
            None => format!("{}-{}", self.config.name, bolt.name),
        };
        let delivery = match config.exactly_once {
            true => Delivery::ExactlyOnce {
                id,
                is_shared: self.ownership.is_some(),
            },
            false => Delivery::AtLeastOnce,
        };
        let unwritten = self.unwritten(bolt, 0);
        let types: Vec<Arc<EventType>> = inputs.iter().map(|_| Arc::clone(&event_type)).collect();
        let records = KafkaRecords {
            config: config.kafka.clone(),
            delivery,
            format: self.value_format(bolt, &config.format, &event_type)?,
            key,
        };
        Some(vec![Box::new(WritingBolt::new(records, types, unwritten))])
    }
}
