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
#[cfg(any(feature = "avro", feature = "protobuf"))]
use super::values::{SchemaRows, Unregistered};

/// The task of a `kafka` bolt.
pub struct KafkaBolt {
    config: KafkaConfig,
    delivery: Delivery,
    format: ValueFormat,
    key: Option<RowExpression>,
    rows: Gather,
    /// Rows that have no key: kept with the reason. What the brokers refuse is counted with them.
    unwritten: Unwritten,
    /// None before the topology runs.
    writer: Option<Result<KafkaWriter, String>>,
    /// As `writer`.
    context: Option<TaskContext>,
    /// Were rows left out, since the topology stops? Then no checkpoint may count.
    is_cut_off: bool,
}

/// How a row becomes the value of a record.
pub enum ValueFormat {
    /// As text.
    Text(RowFormat),
    /// As a record with the id of its schema.
    #[cfg(any(feature = "avro", feature = "protobuf"))]
    Schema(SchemaRows),
}

impl ValueFormat {
    /// Waits for what the first row needs. True where it is there; false where the topology stops
    /// before.
    fn prepare(&mut self, context: Option<&TaskContext>) -> Result<bool, BoltError> {
        match self {
            #[cfg(any(feature = "avro", feature = "protobuf"))]
            ValueFormat::Schema(rows) => match rows.register(context) {
                Ok(()) => Ok(true),
                Err(Unregistered::Stopped) => Ok(false),
                Err(Unregistered::Refused(why)) => {
                    Err(BoltError(format!("schema registry: {why}")))
                }
            },
            ValueFormat::Text(_) => {
                // Text needs nothing from anywhere.
                let _ = context;
                Ok(true)
            }
        }
    }

    fn value(&self, batch: &Batch, row: usize) -> Result<Vec<u8>, String> {
        match self {
            #[cfg(any(feature = "avro", feature = "protobuf"))]
            ValueFormat::Schema(rows) => rows.value(batch, row),
            ValueFormat::Text(format) => Ok(format.line(batch, row).into_bytes()),
        }
    }
}

impl KafkaBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        config: KafkaConfig,
        delivery: Delivery,
        format: ValueFormat,
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
            context: None,
            is_cut_off: false,
        }
    }

    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let rows = self.rows.before(clock);
        if rows.is_empty() {
            return Ok(());
        }
        if !self.format.prepare(self.context.as_ref())? {
            self.is_cut_off = true;
            return Ok(());
        }
        let mut records = Vec::new();
        for row in rows {
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
            value: self.format.value(&row.batch, row.row)?,
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
        self.context = Some(context.clone());
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
        let is_cut_off = self.is_cut_off;
        Ok(Box::new(move || {
            if is_cut_off {
                let why = "stopped before the schema registry had the schema";
                return Err(BoltError(why.into()));
            }
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
