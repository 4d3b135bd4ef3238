//! Writes rows into a real Redis: the same keys, members and ids as the embedded store would have.
//!
//! A checkpoint counts only when the servers have acknowledged all before it; what the clock has not
//! passed is part of the checkpoint, and what comes after is written again by a replay.

use std::sync::Arc;

use tachograph_connect::redis::{Command, RedisConfig, RedisWriter};
use tachograph_event::{Batch, CodecError, Decoder, Encoder, EventType, Millis};
use tachograph_time::Clock;
use tachograph_topology::{Bolt, BoltError, CheckpointId, Collector, SnapshotJob, TaskContext};

use super::command::commands;
use super::write::{Write, effects};
use crate::bolts::gather::Gather;
use crate::bolts::unwritten::Unwritten;

/// The task of a `live` bolt over real servers.
pub struct RedisBolt {
    config: RedisConfig,
    clock: Arc<dyn Clock>,
    writes: Vec<Write>,
    rows: Gather,
    /// Rows that have no value: kept with the reason. What the servers refuse is counted with them.
    unwritten: Unwritten,
    /// None before the topology runs.
    writer: Option<Result<RedisWriter, String>>,
}

impl RedisBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        config: RedisConfig,
        clock: Arc<dyn Clock>,
        writes: Vec<Write>,
        types: Vec<Arc<EventType>>,
        unwritten: Unwritten,
    ) -> RedisBolt {
        RedisBolt {
            config,
            clock,
            writes,
            rows: Gather::new(types),
            unwritten,
            writer: None,
        }
    }

    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let rows = self.rows.before(clock);
        let all = effects(&self.writes, &rows, now, &mut self.unwritten)?;
        let written: Vec<Command> = all.effects.iter().flat_map(commands).collect();
        self.writer()?.write(written);
        Ok(())
    }

    fn writer(&self) -> Result<&RedisWriter, BoltError> {
        match &self.writer {
            Some(Ok(writer)) => Ok(writer),
            Some(Err(fault)) => Err(BoltError(fault.clone())),
            None => Err(BoltError("the bolt is not part of a topology".into())),
        }
    }
}

impl Bolt for RedisBolt {
    fn attach(&mut self, context: TaskContext) {
        let (config, refused) = (self.config.clone(), self.unwritten.counting());
        self.writer = Some(RedisWriter::start(config, context, refused));
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
