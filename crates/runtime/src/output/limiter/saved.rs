//! The saved form of an output clause's state.

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Origin};

use super::Limiter;
use super::newest::Newest;
use crate::event::{Delta, Event};
use crate::output::polled::Polled;
use crate::row::{Row, Rows};

impl Limiter {
    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.started, Encoder::i64);
        to.option(self.due, Encoder::i64);
        to.u64(self.new_events);
        to.u64(self.old_events);
        to.u64(self.waited);
        to.option(self.opens, Encoder::i64);
        to.bool(self.is_open);
        to.list(self.pending.iter(), |to, (delta, origin)| {
            delta.save(to);
            to.u32(origin.partition);
            to.u64(origin.position);
        });
        self.rows.save(to);
        self.polled.save(to);
        to.bool(self.posted);
        to.bool(self.is_quiet);
        to.list(self.entries.values(), |to, entry| {
            to.values(&entry.key);
            to.option(entry.old.as_ref(), |to, row| row.save(to));
            to.option(entry.event.as_ref(), |to, event| event.save(to));
            to.bool(entry.touched);
        });
        self.newest.save(to);
        self.newest_old.save(to);
    }

    /// Reads the state into a new limiter.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this clause's state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.started = from.option(Decoder::i64)?;
        self.due = from.option(Decoder::i64)?;
        self.new_events = from.u64()?;
        self.old_events = from.u64()?;
        self.waited = from.u64()?;
        self.opens = from.option(Decoder::i64)?;
        self.is_open = from.bool()?;
        self.pending = from.list(|from| {
            let delta = Delta::load(from)?;
            let (partition, position) = (from.u32()?, from.u64()?);
            Ok((
                delta,
                Origin {
                    partition,
                    position,
                },
            ))
        })?;
        self.rows = Rows::load(from)?;
        self.polled = Polled::load(from)?;
        self.posted = from.bool()?;
        self.is_quiet = from.bool()?;
        for _ in 0..from.size()? {
            let key = Arc::from(from.values()?);
            let entry = self.entry(&key);
            entry.old = from.option(Row::load)?;
            entry.event = from.option(Event::load)?;
            entry.touched = from.bool()?;
        }
        self.newest = Newest::load(from)?;
        self.newest_old = Newest::load(from)?;
        Ok(())
    }
}
