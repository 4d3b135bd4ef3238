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

/// The task of a `kafka` bolt.
pub struct KafkaBolt {
    config: KafkaConfig,
    delivery: Delivery,
    format: RowFormat,
    key: Option<RowExpression>,
    rows: Gather,
    /// None before the topology runs.
    writer: Option<(TaskContext, Result<KafkaWriter, String>)>,
}

impl KafkaBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        config: KafkaConfig,
        delivery: Delivery,
        format: RowFormat,
        key: Option<RowExpression>,
        types: Vec<Arc<EventType>>,
    ) -> KafkaBolt {
        KafkaBolt {
            config,
            delivery,
            format,
            key,
            rows: Gather::new(types),
            writer: None,
        }
    }

    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let rows = self.rows.before(clock);
        let (context, writer) = self.writer()?;
        let records = rows.iter().filter_map(|row| match self.record(row) {
            Ok(record) => Some(record),
            Err(reason) => {
                context.refused(1, &reason);
                None
            }
        });
        writer.write(records.collect());
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

    fn writer(&self) -> Result<(&TaskContext, &KafkaWriter), BoltError> {
        match &self.writer {
            Some((context, Ok(writer))) => Ok((context, writer)),
            Some((_, Err(fault))) => Err(BoltError(fault.clone())),
            None => Err(BoltError("the bolt is not part of a topology".into())),
        }
    }
}

impl Bolt for KafkaBolt {
    fn attach(&mut self, context: TaskContext) {
        let writer = KafkaWriter::start(&self.config, &self.delivery, context.clone());
        self.writer = Some((context, writer));
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
        let confirmed = self.writer()?.1.confirm();
        Ok(Box::new(move || {
            confirmed().map_err(BoltError)?;
            Ok(to.into_bytes())
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: CodecError| BoltError(format!("checkpoint: {e}"));
        self.rows.load(&mut Decoder::new(state)).map_err(bad)
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(Millis::MAX)
    }
}
