//! Rows as commands for a real Redis: the same keys, members and ids as the embedded store would have.

use std::sync::Arc;

use tachograph_connect::Refused;
use tachograph_connect::redis::{Command, RedisConfig, RedisPlace};
use tachograph_connect::writer::Place;
use tachograph_time::Clock;
use tachograph_topology::BoltError;

use super::command::commands;
use super::write::{Write, effects};
use crate::bolts::gather::Gathered;
use crate::bolts::outside::Encode;
use crate::bolts::unwritten::Unwritten;

/// What a `live` bolt writes to real servers.
pub struct RedisCommands {
    /// The servers.
    pub config: RedisConfig,
    /// Gives the moments that times to live count from.
    pub clock: Arc<dyn Clock>,
    /// What is written for a row.
    pub writes: Vec<Write>,
}

impl Encode for RedisCommands {
    type Item = Command;
    const NAME: &'static str = "redis";

    fn open(&mut self, refused: Refused) -> Result<Box<dyn Place<Command>>, String> {
        Ok(Box::new(RedisPlace::new(self.config.clone(), refused)))
    }

    fn encode(
        &mut self,
        rows: &[Gathered],
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Command>, BoltError> {
        let now = u64::try_from(self.clock.now()).unwrap_or(0);
        let all = effects(&self.writes, rows, now, unwritten)?;
        Ok(all.effects.iter().flat_map(commands).collect())
    }
}
