//! Writes rows into a table of HBase: all of them, late ones too.
//!
//! A checkpoint counts when the servers have acknowledged every row before it; rows after it come
//! again from the log, with the same keys and timestamps.

use std::sync::Arc;

use tachograph_connect::hbase::{HBaseFault, HBaseSink};
use tachograph_event::{Batch, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

use super::expression::RowExpression;

/// One task of an `hbase` bolt.
pub struct HBaseBolt {
    sink: HBaseSink,
    key: RowExpression,
    slots: Arc<[usize]>,
}

impl HBaseBolt {
    /// A task; `slots` gives the input's slot of each column of the sink.
    pub fn new(sink: HBaseSink, key: RowExpression, slots: Arc<[usize]>) -> HBaseBolt {
        HBaseBolt { sink, key, slots }
    }

    fn write(&mut self, batch: &Batch) -> Result<(), BoltError> {
        let keys = self.key.keys(batch);
        let written = self.sink.write(&keys, batch, &self.slots, &|_| true);
        written.map_err(fault)
    }
}

fn fault(error: HBaseFault) -> BoltError {
    BoltError(error.to_string())
}

impl Bolt for HBaseBolt {
    /// A cell's timestamp says which is newer, in whatever order they come.
    fn is_ordered(&self) -> bool {
        false
    }

    fn process(&mut self, _: usize, batch: Arc<Batch>, _: &mut Collector) -> Result<(), BoltError> {
        self.write(&batch)
    }

    fn late(&mut self, _: usize, batch: Arc<Batch>) -> Result<(), BoltError> {
        self.write(&batch)
    }

    fn advance(&mut self, _: Millis, _: &mut Collector) -> Result<(), BoltError> {
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let written = self.sink.written();
        Ok(Box::new(move || {
            written.confirm(&|_| true).map_err(fault)?;
            Ok(Vec::new())
        }))
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), BoltError> {
        Ok(())
    }
}
