//! Redis as a place that is written to: what is not confirmed is kept, and given again in its order
//! on a new connection after every fault.

use std::collections::VecDeque;

use super::command::{Command, Verdict};
use super::config::RedisConfig;
use super::connection::Link;
use crate::Refused;
use crate::writer::{Place, Trouble};

/// Commands given in one go.
const PIPELINE: usize = 1_024;
/// Bytes of commands that may be unconfirmed; beyond, they are confirmed before a checkpoint asks.
const MOST_UNCONFIRMED: usize = 64 << 20;
/// Tries without any progress while slots move, before a pause.
const MOST_ASTRAY: u32 = 3;

/// The servers, and what they have not confirmed.
pub struct RedisPlace {
    config: RedisConfig,
    refused: Refused,
    link: Option<Link>,
    /// All that is not confirmed, oldest first; the first `sent` were acknowledged on this link.
    kept: VecDeque<Command>,
    sent: usize,
    weight: usize,
}

impl RedisPlace {
    /// The servers of a configuration. They are connected to when there is something to write.
    pub fn new(config: RedisConfig, refused: Refused) -> RedisPlace {
        RedisPlace {
            config,
            refused,
            link: None,
            kept: VecDeque::new(),
            sent: 0,
            weight: 0,
        }
    }

    /// Does something on a connection. After a fault there is none, and all is given again.
    fn connected(
        &mut self,
        step: impl FnOnce(&mut RedisPlace, &mut Link) -> Result<(), String>,
    ) -> Result<(), Trouble> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.config).map_err(|e| e.to_string())?,
        };
        match step(self, &mut link) {
            Ok(()) => self.link = Some(link),
            Err(reason) => {
                self.sent = 0;
                return Err(Trouble::Passing(reason));
            }
        }
        Ok(())
    }

    /// Gives all that was not acknowledged on this link.
    fn send(&mut self, link: &mut Link) -> Result<(), String> {
        let mut astray = 0;
        while self.sent < self.kept.len() {
            let end = self.kept.len().min(self.sent + PIPELINE);
            let part: Vec<&Command> = self.kept.range(self.sent..end).collect();
            let verdicts = link.send(&part).map_err(|e| e.to_string())?;
            // The order within a key must stay: from the first that was not carried out on, all is
            // given again.
            let is_open = |v: &Verdict| !matches!(v, Verdict::Done | Verdict::Refused(_));
            let done = verdicts.iter().position(is_open);
            let done = done.unwrap_or(verdicts.len());
            self.acknowledge(&verdicts[..done]);
            astray = if done == 0 { astray + 1 } else { 0 };
            match verdicts.get(done) {
                Some(Verdict::Again(reason)) => return Err(reason.clone()),
                _ if astray > MOST_ASTRAY => return Err("slots are being moved".into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The next commands are settled. Only what leaves a trace is kept: a message would be heard a
    /// second time, and what was refused would be refused again.
    fn acknowledge(&mut self, verdicts: &[Verdict]) {
        let mut place = self.sent;
        for verdict in verdicts {
            if let Verdict::Refused(reason) = verdict {
                (self.refused)(reason);
            }
            if *verdict == Verdict::Done && self.kept[place].leaves_a_trace() {
                place += 1;
            } else if let Some(gone) = self.kept.remove(place) {
                self.weight -= gone.weight();
            }
        }
        self.sent = place;
    }

    /// Waits until replicas have what was acknowledged, which then needs to be kept no longer.
    fn confirm(&mut self, link: &mut Link) -> Result<(), String> {
        link.confirm(&self.config)?;
        self.kept.clear();
        (self.sent, self.weight) = (0, 0);
        Ok(())
    }
}

impl Place<Command> for RedisPlace {
    fn take(&mut self, mut commands: Vec<Command>) {
        if let Some(owner) = &self.config.owner {
            commands = commands.into_iter().map(|c| c.owned_by(owner)).collect();
        }
        self.weight += commands.iter().map(Command::weight).sum::<usize>();
        self.kept.extend(commands);
    }

    fn give(&mut self) -> Result<(), Trouble> {
        if self.weight > MOST_UNCONFIRMED {
            return self.settle();
        }
        self.connected(RedisPlace::send)
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        if self.kept.is_empty() {
            return Ok(());
        }
        self.connected(|place, link| {
            place.send(link)?;
            place.confirm(link)
        })
    }
}
