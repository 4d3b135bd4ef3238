//! The partition's part of a checkpoint, and what of the log a checkpoint makes needless.

use std::sync::atomic::Ordering;
use std::time::Instant;

use tachograph_event::Encoder;

use super::super::Part;
use super::super::message::Message;
use super::{Fault, Work};
use crate::bolt::{BoltError, CheckpointId};
use crate::checkpoint::STATE_VERSION;

impl Work {
    /// Begins the checkpoint that is asked for, if there is a new one.
    pub(super) fn begin_checkpoint(&mut self) -> Result<(), Fault> {
        let requested = self.spout.control.requested.load(Ordering::SeqCst);
        if requested > self.spout.begun {
            self.spout.begun = requested;
            let position = self.spout.state.position;
            self.snapshots.push_back((requested, position));
            self.snapshot(requested)?;
            self.spout.send(&Message::Barrier(requested))?;
        }
        Ok(())
    }

    /// Gives the coordinator what is kept of the partition.
    pub(super) fn snapshot(&mut self, id: CheckpointId) -> Result<(), Fault> {
        let began = Instant::now();
        self.spout.reader.sync()?;
        self.spout.state.lengths = (self.dead.sync()?, self.late.sync()?);
        let mut to = Encoder::new();
        self.spout.state.save(&mut to);
        let state = to.into_frame(STATE_VERSION);
        let part = Part {
            id,
            number: self.spout.number,
            position: Some(self.spout.state.position),
            job: Box::new(move || Ok::<_, BoltError>(state)),
            pause_us: began.elapsed().as_micros() as u64,
        };
        self.spout.parts.send(part).map_err(|_| Fault::Stopped)
    }

    /// The log before the last checkpoint but one is needed no more: should the last one prove
    /// unreadable, the one before it is used.
    pub(super) fn drop_covered(&mut self) -> Result<(), Fault> {
        let completed = self.spout.control.completed.load(Ordering::SeqCst);
        let whole = self.snapshots.iter().filter(|(id, _)| *id <= completed);
        if whole.count() >= 2
            && let Some((_, position)) = self.snapshots.pop_front()
        {
            self.spout.reader.covered(position)?;
            self.decisions.forget_before(self.spout.reader.oldest())?;
        }
        Ok(())
    }
}
