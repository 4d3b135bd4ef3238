//! Rows as records of a topic of Kafka.

use tachograph_connect::Refused;
use tachograph_connect::kafka::{Delivery, KafkaConfig, OutRecord, topic};
use tachograph_connect::sink::RowFormat;
use tachograph_connect::writer::Place;
use tachograph_event::Batch;
use tachograph_topology::{BoltError, TaskContext};

use super::expression::RowExpression;
use super::gather::Gathered;
use super::outside::Encode;
use super::unwritten::Unwritten;
#[cfg(any(feature = "avro", feature = "protobuf"))]
use super::values::{SchemaRows, Unregistered};

/// What a `kafka` bolt writes.
pub struct KafkaRecords {
    /// The topic.
    pub config: KafkaConfig,
    /// What a replay may do to it.
    pub delivery: Delivery,
    /// How a row becomes a value.
    pub format: ValueFormat,
    /// The records' keys.
    pub key: Option<RowExpression>,
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
    fn value(&self, batch: &Batch, row: usize) -> Result<Vec<u8>, String> {
        match self {
            #[cfg(any(feature = "avro", feature = "protobuf"))]
            ValueFormat::Schema(rows) => rows.value(batch, row),
            ValueFormat::Text(format) => Ok(format.line(batch, row).into_bytes()),
        }
    }
}

impl KafkaRecords {
    fn record(&self, row: &Gathered) -> Result<OutRecord, String> {
        let key = self.key.as_ref().map(|key| key.text(&row.batch, row.row));
        let key = key.transpose().map_err(|fault| fault.0)?;
        let record = OutRecord {
            id: row.id,
            key: key.map(String::into_bytes),
            value: self.format.value(&row.batch, row.row)?,
        };
        let size = record.key.as_ref().map_or(0, Vec::len) + record.value.len();
        match size > self.config.largest_record() {
            false => Ok(record),
            // Were it given to the client, the rows with it would wait for it for ever.
            true => Err(format!(
                "the record has {size} bytes, and `message.max.bytes` of `settings` allows {}",
                self.config.largest_record()
            )),
        }
    }
}

impl Encode for KafkaRecords {
    type Item = OutRecord;
    const NAME: &'static str = "kafka";

    fn open(&mut self, refused: Refused) -> Result<Box<dyn Place<OutRecord>>, String> {
        topic(&self.config, &self.delivery, refused)
    }

    fn prepare(&mut self, context: Option<&TaskContext>) -> Result<bool, BoltError> {
        match &mut self.format {
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

    fn encode(
        &mut self,
        rows: &[Gathered],
        unwritten: &mut Unwritten,
    ) -> Result<Vec<OutRecord>, BoltError> {
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            match self.record(row) {
                Ok(record) => records.push(record),
                Err(reason) => unwritten.add(&row.batch, row.row, &reason)?,
            }
        }
        Ok(records)
    }
}
