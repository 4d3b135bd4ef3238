//! Spouts and bolts of Kafka, where the program was built without it: each is a fault that says how
//! to build it with.

use tachograph_syntax::Span;
use tachograph_topology::InputSpec;

use super::Assembler;
use super::bolts::Tasks;
use super::spouts::{Partitions, Source};
use crate::config::{BoltConfig, KafkaSinkConfig, KafkaSpout};

impl Assembler<'_> {
    pub(super) fn topic(&mut self, source: &Source<'_>, _: &KafkaSpout) -> Option<Partitions> {
        self.without_kafka(source.config.span)
    }

    pub(super) fn kafka(
        &mut self,
        bolt: &BoltConfig,
        _: &KafkaSinkConfig,
        _: &[InputSpec],
    ) -> Option<Tasks> {
        self.without_kafka(bolt.span)
    }

    fn without_kafka<T>(&mut self, span: Span) -> Option<T> {
        let message = "this program was built without Kafka: build it with `--features kafka`";
        self.fault(message, span);
        None
    }
}
