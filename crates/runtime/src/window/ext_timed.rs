//! `#ext_timed(t, p)`: as `#time`, by the events' own timestamps. Events leave when an event
//! with a late enough timestamp arrives; late events are appended, not sorted in, and so wait for
//! those before them, also for one that another window has let go meanwhile.

use std::collections::VecDeque;

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Expr, Period};

use super::{DataWindow, after};
use crate::eval::{Scope, eval};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// State of `#ext_timed`.
#[derive(Debug)]
pub struct ExtTimed {
    timestamp: Expr,
    period: Period,
    /// The timestamps at which places are free, in the order of arrival.
    places: VecDeque<(Millis, Place)>,
}

/// What holds the later ones back.
#[derive(Debug)]
enum Place {
    Event(EventRef),
    /// Another window has let the event go. Two gaps never stand side by side.
    Gap,
}

impl ExtTimed {
    /// An empty window.
    pub fn new(timestamp: Expr, period: Period) -> ExtTimed {
        ExtTimed {
            timestamp,
            period,
            places: VecDeque::new(),
        }
    }

    fn let_go(&mut self, timestamp: Millis, to: &mut Vec<EventRef>) {
        while let Some((_, place)) = self.places.pop_front_if(|(free, _)| *free <= timestamp) {
            if let Place::Event(event) = place {
                to.push(event);
            }
        }
    }

    /// A gap at `i` takes the gap behind it in: the later timestamp of the two holds back.
    fn join_gaps(&mut self, i: usize) {
        let is_gap = |i: usize| matches!(self.places.get(i), Some((_, Place::Gap)));
        if is_gap(i) && is_gap(i + 1) {
            let behind = self.places.remove(i + 1);
            let free = &mut self.places[i].0;
            *free = behind.map_or(*free, |(other, _)| other.max(*free));
        }
    }
}

impl Place {
    fn event(&self) -> Option<&EventRef> {
        match self {
            Place::Event(event) => Some(event),
            Place::Gap => None,
        }
    }
}

/// An event's own timestamp, in milliseconds.
pub(super) fn timestamp_of(expr: &Expr, event: &EventRef, now: Millis) -> Result<Millis, Fault> {
    let value = eval(expr, &Scope::of_event(event, now))?;
    let missing = || Fault("the timestamp of an event is null".into());
    value.as_i64().ok_or_else(missing)
}

impl DataWindow for ExtTimed {
    fn insert(&mut self, event: &EventRef, now: Millis, delta: &mut Delta) -> Result<(), Fault> {
        let timestamp = timestamp_of(&self.timestamp, event, now)?;
        delta.new.push(event.clone());
        self.let_go(timestamp, &mut delta.old);
        let leaves = after(timestamp, self.period);
        self.places.push_back((leaves, Place::Event(event.clone())));
        Ok(())
    }

    fn remove(&mut self, sequence: u64) -> bool {
        let is_it = |place: &Place| place.event().is_some_and(|e| e.sequence == sequence);
        let found = self.places.iter().position(|(_, place)| is_it(place));
        if let Some(i) = found {
            self.places[i].1 = Place::Gap;
            self.join_gaps(i);
            self.join_gaps(i.saturating_sub(1));
        }
        found.is_some()
    }

    fn contents(&self) -> Vec<EventRef> {
        let events = self.places.iter().filter_map(|(_, place)| place.event());
        events.cloned().collect()
    }

    fn save(&self, to: &mut Encoder) {
        to.list(self.places.iter(), |to, (free, place)| {
            to.i64(*free);
            to.option(place.event(), |to, event| event.save(to));
        });
    }

    fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        let places = from.list(|from| {
            let (free, event) = (from.i64()?, from.option(Event::load)?);
            Ok((free, event.map_or(Place::Gap, Place::Event)))
        })?;
        self.places = places.into();
        Ok(())
    }
}
