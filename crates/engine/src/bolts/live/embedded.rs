//! Writes rows into the live store of this process; the store is part of the checkpoint.

use std::sync::Arc;

use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_time::Clock;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob};

use super::write::{Write, effects};
use crate::bolts::gather::Gather;
use crate::bolts::shared_live::SharedLive;
use crate::bolts::unwritten::Unwritten;

/// The task of a `live` bolt over the embedded store.
pub struct LiveBolt {
    live: Arc<SharedLive>,
    /// Its number among the bolts that write the store.
    number: u32,
    /// Must it wait for the other bolts to restore?
    restored: bool,
    clock: Arc<dyn Clock>,
    writes: Vec<Write>,
    rows: Gather,
    /// Rows that could not be written: kept with the reason, never silently lost.
    unwritten: Unwritten,
}

impl LiveBolt {
    /// A task; `number` is its own among the bolts that write the store, `types` gives the event type
    /// of each input.
    pub fn new(
        live: Arc<SharedLive>,
        number: u32,
        clock: Arc<dyn Clock>,
        writes: Vec<Write>,
        types: Vec<Arc<EventType>>,
        unwritten: Unwritten,
    ) -> LiveBolt {
        LiveBolt {
            live,
            number,
            restored: false,
            clock,
            writes,
            rows: Gather::new(types),
            unwritten,
        }
    }

    /// After a recovery, nothing is written or saved before every bolt has brought its state: what
    /// is saved earlier would count as newer than a state that is still to come.
    fn wait(&mut self) -> Result<(), BoltError> {
        match std::mem::take(&mut self.restored) {
            true => self.live.wait(),
            false => Ok(()),
        }
    }

    /// Writes all rows that are due at a clock.
    fn write_due(&mut self, clock: Millis) -> Result<(), BoltError> {
        let rows = self.rows.due(clock);
        if !rows.is_empty() {
            self.wait()?;
        }
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let all = effects(&self.writes, &rows, now, &mut self.unwritten)?;
        if all.effects.is_empty() {
            return Ok(());
        }
        for (number, error) in self
            .live
            .store()
            .apply(self.number, &all.effects, now)
            .refused
        {
            let (batch, row) = &all.rows[number];
            self.unwritten.add(batch, *row, &error.to_string())?;
        }
        Ok(())
    }
}

impl Bolt for LiveBolt {
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
        self.write_due(clock)
    }

    fn checkpoint(&mut self, id: CheckpointId) -> Result<SnapshotJob, BoltError> {
        self.wait()?;
        let mut to = Encoder::new();
        self.rows.save(&mut to);
        to.u64(self.unwritten.sync()?);
        let (live, taken) = (Arc::clone(&self.live), self.live.take(id));
        Ok(Box::new(move || {
            live.write(&taken, &mut to);
            Ok(to.into_bytes())
        }))
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), BoltError> {
        let bad = |e: CodecError| BoltError(format!("checkpoint: {e}"));
        let mut from = Decoder::new(state);
        self.rows.load(&mut from).map_err(bad)?;
        self.restored = true;
        self.unwritten.restore(from.u64().map_err(bad)?);
        let number = from.u64().map_err(bad)?;
        self.live.restore(number, from.bytes().map_err(bad)?)
    }

    fn finish(&mut self, _: &mut Collector) -> Result<(), BoltError> {
        self.write_due(Millis::MAX)
    }
}
