//! Writes rows into a table of HBase: all of them, late ones too.
//!
//! A checkpoint counts when the servers have acknowledged every row before it; rows after it come
//! again from the log, with the same keys and timestamps.

use std::sync::Arc;

use tachograph_connect::hbase::{HBaseFault, HBaseSink};
use tachograph_event::{Batch, Millis};
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, TaskContext};

use super::expression::RowExpression;

/// One task of an `hbase` bolt.
pub struct HBaseBolt {
    sink: HBaseSink,
    key: RowExpression,
    slots: Arc<[usize]>,
    /// None before the topology runs.
    context: Option<TaskContext>,
}

/// Says what is waited for, and whether waiting still has a purpose.
fn wait(context: &Option<TaskContext>, what: Option<String>) -> bool {
    let Some(context) = context else { return true };
    context.waits_for(what);
    !context.is_stopped()
}

impl HBaseBolt {
    /// A task; `slots` gives the input's slot of each column of the sink.
    pub fn new(sink: HBaseSink, key: RowExpression, slots: Arc<[usize]>) -> HBaseBolt {
        HBaseBolt {
            sink,
            key,
            slots,
            context: None,
        }
    }

    fn write(&mut self, batch: &Batch) -> Result<(), BoltError> {
        let keys = self.key.keys(batch);
        let patience = |what| wait(&self.context, what);
        match self.sink.write(&keys, batch, &self.slots, &patience) {
            // What is given up because the topology stops comes again from the log.
            Err(_) if self.context.as_ref().is_some_and(TaskContext::is_stopped) => Ok(()),
            written => written.map_err(fault),
        }
    }
}

fn fault(error: HBaseFault) -> BoltError {
    BoltError(error.to_string())
}

impl Bolt for HBaseBolt {
    fn attach(&mut self, context: TaskContext) {
        self.context = Some(context);
    }

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
        let (written, context) = (self.sink.written(), self.context.clone());
        Ok(Box::new(move || {
            let patience = |what| wait(&context, what);
            written.confirm(&patience).map_err(fault)?;
            Ok(Vec::new())
        }))
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), BoltError> {
        Ok(())
    }
}
