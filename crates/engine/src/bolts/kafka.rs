//! Writes rows into a topic of Kafka, in an order that a replay gives again.
//!
//! A checkpoint counts only when the brokers have all rows before it.

use std::sync::Arc;

use tachograph_connect::kafka::{Delivery, KafkaConfig, KafkaWriter, OutRecord};
use tachograph_connect::sink::RowFormat;
use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, TaskContext};

use super::expression::RowExpression;
use super::gather::{Gather, Gathered};
use super::unwritten::Unwritten;

/// The task of a `kafka` bolt.
pub struct KafkaBolt {
    config: KafkaConfig,
    delivery: Delivery,
    format: RowFormat,
    key: Option<RowExpression>,
    rows: Gather,
    /// Rows that have no key: kept with the reason. What the brokers refuse is counted with them.
    unwritten: Unwritten,
    /// None before the topology runs.
    writer: Option<Result<KafkaWriter, String>>,
}

impl KafkaBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        config: KafkaConfig,
        delivery: Delivery,
        format: RowFormat,
        key: Option<RowExpression>,
        types: Vec<Arc<EventType>>,
        unwritten: Unwritten,
    ) -> KafkaBolt {
        KafkaBolt {
            config,
            delivery,
            format,
            key,
            rows: Gather::new(types),
            unwritten,
            writer: None,
        }
    }

    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let mut records = Vec::new();
        for row in self.rows.before(clock) {
            match self.record(&row) {
                Ok(record) => records.push(record),
                Err(reason) => self.unwritten.add(&row.batch, row.row, &reason)?,
            }
        }
        self.writer()?.write(records);
        Ok(())
    }

    fn record(&self, row: &Gathered) -> Result<OutRecord, String> {
        let key = self.key.as_ref().map(|key| key.text(&row.batch, row.row));
        let key = key.transpose().map_err(|fault| fault.0)?;
        Ok(OutRecord {
            id: row.id,
            key: key.map(String::into_bytes),
            value: self.format.line(&row.batch, row.row).into_bytes(),
        })
    }

    fn writer(&self) -> Result<&KafkaWriter, BoltError> {
        match &self.writer {
            Some(Ok(writer)) => Ok(writer),
            Some(Err(fault)) => Err(BoltError(fault.clone())),
            None => Err(BoltError("the bolt is not part of a topology".into())),
        }
    }
}

impl Bolt for KafkaBolt {
    fn attach(&mut self, context: TaskContext) {
        let refused = self.unwritten.counting();
        let writer = KafkaWriter::start(&self.config, &self.delivery, context, refused);
        self.writer = Some(writer);
    }

    fn process(
        &mut self,
        input: usize,
        batch: Arc<Batch>,
        _: &mut Collector,
    ) -> Result<(), BoltError> {
        self.rows.add(input, batch);
        Ok(())
    }

    fn advance(&mut self, clock: Millis, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(clock)
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let mut to = Encoder::new();
        self.rows.save(&mut to);
        to.u64(self.unwritten.sync()?);
        let confirmed = self.writer()?.confirm();
        Ok(Box::new(move || {
            confirmed().map_err(BoltError)?;
            Ok(to.into_bytes())
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: CodecError| BoltError(format!("checkpoint: {e}"));
        let mut from = Decoder::new(state);
        self.rows.load(&mut from).map_err(bad)?;
        self.unwritten.restore(from.u64().map_err(bad)?);
        Ok(())
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(Millis::MAX)
    }
}
