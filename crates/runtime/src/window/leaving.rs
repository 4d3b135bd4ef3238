//! Events that leave at an instant of their own: what the windows of time have in common.
//!
//! State: the events, each with the instant at which it leaves, and the instant of the next call;
//! who adds one says where. Never here: when an event leaves, and what the clock is.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};

use crate::event::{Event, EventRef};

/// Events with the instants at which they leave; the first leaves next.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    /// None in a place that was vacated.
    events: VecDeque<(Millis, Option<EventRef>)>,
    /// When the window is called. It stays what it was for an event that another window has taken
    /// out, so that a jump of the clock may let others go before an output that is due first.
    call: Option<Millis>,
}

impl Leaving {
    /// Adds an event behind all others.
    pub fn push(&mut self, leaves: Millis, event: EventRef) {
        self.insert(self.events.len(), leaves, event);
    }

    /// Adds an event behind those that leave no later.
    pub fn sort_in(&mut self, leaves: Millis, event: EventRef) {
        let place = self.events.partition_point(|(other, _)| *other <= leaves);
        self.insert(place, leaves, event);
    }

    fn insert(&mut self, place: usize, leaves: Millis, event: EventRef) {
        if place == 0 {
            self.call = Some(leaves);
        }
        self.events.insert(place, (leaves, Some(event)));
    }

    /// When the window is to be called.
    pub fn due(&self) -> Option<Millis> {
        self.call
    }

    /// When the last one leaves.
    pub fn last_due(&self) -> Option<Millis> {
        self.events.back().map(|(leaves, _)| *leaves)
    }

    /// Lets go of the first ones, up to one that leaves later.
    pub fn let_go(&mut self, now: Millis, to: &mut Vec<EventRef>) {
        while let Some((_, event)) = self.events.pop_front_if(|(leaves, _)| *leaves <= now) {
            to.extend(event);
        }
        self.call = self.events.front().map(|(leaves, _)| *leaves);
    }

    /// Takes an event out, wherever it stands. False where it is not there.
    pub fn remove(&mut self, sequence: u64) -> bool {
        self.place(sequence)
            .and_then(|place| self.events.remove(place))
            .is_some()
    }

    /// As [`Leaving::remove`], but of events that leave together the place stays, and the window is
    /// called for it.
    pub fn vacate(&mut self, sequence: u64) -> bool {
        let Some(place) = self.place(sequence) else {
            return false;
        };
        let instant = |place: usize| self.events.get(place).map(|(leaves, _)| *leaves);
        let mut neighbours = [place.checked_sub(1), Some(place + 1)]
            .into_iter()
            .flatten();
        match neighbours.any(|other| instant(other) == instant(place)) {
            true => self.events[place].1 = None,
            false => drop(self.events.remove(place)),
        }
        true
    }

    fn place(&self, sequence: u64) -> Option<usize> {
        let is_it =
            |event: &Option<EventRef>| event.as_ref().is_some_and(|e| e.sequence == sequence);
        self.events.iter().position(|(_, event)| is_it(event))
    }

    /// The events in their order.
    pub fn contents(&self) -> Vec<EventRef> {
        self.events.iter().filter_map(|(_, e)| e.clone()).collect()
    }

    /// Writes the events.
    pub fn save(&self, to: &mut Encoder) {
        to.option(self.call, |to, call| to.i64(call));
        to.list(self.events.iter(), |to, (leaves, event)| {
            to.i64(*leaves);
            to.option(event.as_ref(), |to, event| event.save(to));
        });
    }

    /// Reads what [`Leaving::save`] wrote.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.call = from.option(Decoder::i64)?;
        let events = from.list(|from| Ok((from.i64()?, from.option(Event::load)?)))?;
        self.events = events.into();
        Ok(())
    }
}
