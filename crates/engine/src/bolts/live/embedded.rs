//! Writes rows into the live store of this process; the store is part of the checkpoint.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_live::{SharedStore, Store};
use tachograph_time::Clock;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, TaskContext};

use super::write::{Write, effects};
use crate::bolts::gather::Gather;

/// The task of a `live` bolt over the embedded store.
pub struct LiveBolt {
    store: Arc<SharedStore>,
    clock: Arc<dyn Clock>,
    writes: Vec<Write>,
    rows: Gather,
    context: Option<TaskContext>,
    /// Writes that had no value or were refused: counted, never silently lost.
    faults: u64,
}

impl LiveBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        store: Arc<SharedStore>,
        clock: Arc<dyn Clock>,
        writes: Vec<Write>,
        types: Vec<Arc<EventType>>,
    ) -> LiveBolt {
        LiveBolt {
            store,
            clock,
            writes,
            rows: Gather::new(types),
            context: None,
            faults: 0,
        }
    }

    /// Writes all rows that lie before the clock.
    fn write_before(&mut self, clock: Millis) {
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let rows = effects(&self.writes, &self.rows.before(clock), now);
        self.refused(rows.faults.0, rows.faults.1);
        if !rows.effects.is_empty() {
            let applied = self.store.apply(&rows.effects, now);
            let reason = applied.refused.first().map(|(_, e)| format!("{e:?}"));
            self.refused(applied.refused.len() as u64, reason);
        }
    }

    fn refused(&mut self, count: u64, reason: Option<String>) {
        self.faults += count;
        if let (Some(context), Some(reason)) = (&self.context, reason) {
            context.refused(count, &reason);
        }
    }
}

impl Bolt for LiveBolt {
    fn attach(&mut self, context: TaskContext) {
        self.context = Some(context);
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
        self.write_before(clock);
        Ok(())
    }

    fn checkpoint(&mut self, _: CheckpointId) -> Result<SnapshotJob, BoltError> {
        let mut to = Encoder::new();
        self.rows.save(&mut to);
        let mut saved = Vec::new();
        self.store.save(&mut saved);
        to.bytes(&saved);
        to.u64(self.faults);
        Ok(Box::new(move || Ok(to.into_bytes())))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: CodecError| BoltError(format!("checkpoint: {e}"));
        let mut from = Decoder::new(state);
        self.rows.load(&mut from).map_err(bad)?;
        let saved = from.bytes().map_err(bad)?;
        let store = Store::load(saved).map_err(|e| BoltError(format!("live store: {e}")))?;
        self.store.with(|live| *live = store);
        self.faults = from.u64().map_err(bad)?;
        Ok(())
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_before(Millis::MAX);
        Ok(())
    }
}
