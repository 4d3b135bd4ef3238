//! Events that leave at an instant of their own: what the windows of time have in common.
//!
//! State: the events, each with the instant at which it leaves; who adds one says where. Never
//! here: when an event leaves, and what the clock is.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};

use crate::event::{Event, EventRef};

/// Events with the instants at which they leave; the first leaves next.
#[derive(Debug, Default)]
pub(super) struct Leaving(VecDeque<(Millis, EventRef)>);

impl Leaving {
    /// Adds an event behind all others.
    pub fn push(&mut self, leaves: Millis, event: EventRef) {
        self.0.push_back((leaves, event));
    }

    /// Adds an event behind those that leave no later.
    pub fn sort_in(&mut self, leaves: Millis, event: EventRef) {
        let place = self.0.partition_point(|(other, _)| *other <= leaves);
        self.0.insert(place, (leaves, event));
    }

    /// When the first one leaves.
    pub fn due(&self) -> Option<Millis> {
        self.0.front().map(|(leaves, _)| *leaves)
    }

    /// When the last one leaves.
    pub fn last_due(&self) -> Option<Millis> {
        self.0.back().map(|(leaves, _)| *leaves)
    }

    /// Lets go of the first ones, up to one that leaves later.
    pub fn let_go(&mut self, now: Millis, to: &mut Vec<EventRef>) {
        while let Some((_, event)) = self.0.pop_front_if(|(leaves, _)| *leaves <= now) {
            to.push(event);
        }
    }

    /// Takes an event out, wherever it stands. False where it is not there.
    pub fn remove(&mut self, sequence: u64) -> bool {
        let found = self.0.iter().position(|(_, e)| e.sequence == sequence);
        found.and_then(|i| self.0.remove(i)).is_some()
    }

    /// The events in their order.
    pub fn contents(&self) -> Vec<EventRef> {
        self.0.iter().map(|(_, e)| e.clone()).collect()
    }

    /// Writes the events.
    pub fn save(&self, to: &mut Encoder) {
        to.list(self.0.iter(), |to, (leaves, event)| {
            to.i64(*leaves);
            event.save(to);
        });
    }

    /// Reads what [`Leaving::save`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let events = from.list(|from| Ok((from.i64()?, Event::load(from)?)))?;
        self.0 = events.into();
        Ok(())
    }
}
