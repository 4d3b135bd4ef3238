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

/// The task of a `live` bolt over real servers.
pub struct RedisBolt {
    config: RedisConfig,
    clock: Arc<dyn Clock>,
    writes: Vec<Write>,
    rows: Gather,
    /// None before the topology runs.
    writer: Option<(TaskContext, Result<RedisWriter, String>)>,
}

impl RedisBolt {
    /// A task; `types` gives the event type of each input.
    pub fn new(
        config: RedisConfig,
        clock: Arc<dyn Clock>,
        writes: Vec<Write>,
        types: Vec<Arc<EventType>>,
    ) -> RedisBolt {
        RedisBolt {
            config,
            clock,
            writes,
            rows: Gather::new(types),
            writer: None,
        }
    }

    fn write_before(&mut self, clock: Millis) -> Result<(), BoltError> {
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let rows = effects(&self.writes, &self.rows.before(clock), now);
        let (context, writer) = self.writer()?;
        if let (count, Some(reason)) = rows.faults {
            context.refused(count, &reason);
        }
        let written: Vec<Command> = rows.effects.iter().flat_map(commands).collect();
        writer.write(written);
        Ok(())
    }

    fn writer(&self) -> Result<(&TaskContext, &RedisWriter), BoltError> {
        match &self.writer {
            Some((context, Ok(writer))) => Ok((context, writer)),
            Some((_, Err(fault))) => Err(BoltError(fault.clone())),
            None => Err(BoltError("the bolt is not part of a topology".into())),
        }
    }
}

impl Bolt for RedisBolt {
    fn attach(&mut self, context: TaskContext) {
        let writer = RedisWriter::start(self.config.clone(), context.clone());
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
