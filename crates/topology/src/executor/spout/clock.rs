//! The partition's clock as those see it who follow: it moves with records, and without one only as was
//! written down before, so that a replay moves it at the same places.

use std::sync::atomic::Ordering;
use std::time::Instant;

use tachograph_event::{Batch, Millis};

use super::super::message::Message;
use super::{Fault, Work};
use crate::keeper::{Decided, Decision};

impl Work {
    /// Sends on what the clock lets go, and then the clock.
    pub(super) fn release(&mut self, released: Vec<Batch>) -> Result<(), Fault> {
        for batch in released {
            self.spout.send_rows(batch, false)?;
        }
        self.send_clock()
    }

    /// Tells the clock to all that follow.
    pub(super) fn send_clock(&mut self) -> Result<(), Fault> {
        let clock = self.spout.state.clock.clock();
        self.spout.silence.clock(clock);
        let shown = &self.spout.metrics().clock;
        shown.store(clock, Ordering::Relaxed);
        self.spout.send(&Message::Clock(clock))
    }

    /// No record at the moment: the clock may move without one.
    pub(super) fn silence(&mut self) -> Result<(), Fault> {
        self.spout.metrics().tell_away(None);
        let now = self.spout.wall.now();
        if let Some(clock) = self.spout.silence.step(now, &self.spout.state.clock) {
            let began = Instant::now();
            self.write_down(clock)?;
            self.spout.silence.stepped(began.elapsed());
            self.go_on(clock)?;
        }
        Ok(())
    }

    /// The source cannot be reached: no silence, whatever was before.
    pub(super) fn away(&mut self, reason: String) {
        self.spout.silence.is_broken();
        self.spout.metrics().tell_away(Some(reason));
    }

    /// More has come of a source that had ended. Rules have seen its end, so it stands behind that.
    pub(super) fn resume(&mut self) -> Result<(), Fault> {
        if let Some(end) = self.spout.end.take() {
            self.write_down(end + 1)?;
            self.go_on(end + 1)?;
        }
        Ok(())
    }

    /// That the clock will move on without a record, for all who replay it.
    fn write_down(&mut self, clock: Millis) -> Result<(), Fault> {
        self.decisions.idle(self.spout.state.position, clock)?;
        self.decided(Decision::Idle, clock)
    }

    /// The clock moves on without a record, as was written down.
    pub(super) fn go_on(&mut self, clock: Millis) -> Result<(), Fault> {
        let released = self.spout.state.clock.move_to(clock);
        self.release(released)
    }

    /// A decision is kept where those find it who go on elsewhere.
    pub(super) fn decided(&self, what: Decision, instant: Millis) -> Result<(), Fault> {
        let decision = Decided {
            position: self.spout.state.position,
            what,
            instant,
        };
        let (name, partition) = (&self.spout.name, self.spout.partition);
        let kept = self.spout.keeper.decided(name, partition, decision);
        kept.map_err(Fault::Failed)
    }
}
