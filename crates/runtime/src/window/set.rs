//! All windows of one stream: none, one, or several that agree by intersection or union.

use tachograph_event::{CodecError, Decoder, Encoder, Millis};
use tachograph_plan::{Retain, Window};

use super::{Contents, DataWindow, build};
use crate::event::{Delta, Event, EventRef};
use crate::fault::Fault;

/// The windows between a statement's filter and its aggregation.
#[derive(Debug)]
pub struct WindowSet {
    windows: Vec<Box<dyn DataWindow>>,
    retain: Retain,
}

impl WindowSet {
    /// Empty windows; `now` is the clock at deployment.
    pub fn new(windows: &[Window], retain: Retain, now: Millis) -> WindowSet {
        WindowSet {
            windows: windows.iter().map(|w| build(w, now)).collect(),
            retain,
        }
    }

    /// True for an unwindowed stream.
    pub fn is_none(&self) -> bool {
        self.windows.is_empty()
    }

    /// Does one of the windows post whole batches?
    pub fn is_batch(&self) -> bool {
        self.windows.iter().any(|w| w.is_batch())
    }

    /// An event arrives. False where no window takes it.
    ///
    /// # Errors
    /// [`Fault`] where an expression of a window has no result.
    pub fn insert(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<bool, Fault> {
        match &mut self.windows[..] {
            [] => delta.new.push(event.clone()),
            [window] => {
                window.insert(event, now, delta)?;
                return Ok(delta.admits(event) || window.is_batch());
            }
            _ => return self.insert_into_all(event, now, delta),
        }
        Ok(true)
    }

    fn insert_into_all(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<bool, Fault> {
        match self.retain {
            Retain::Union => self.insert_into_union(event, now, delta),
            Retain::Intersection => self.insert_into_intersection(event, now, delta),
        }
    }

    /// The event is new at once, whatever the windows post when; it is old when the last window
    /// has let it go.
    fn insert_into_union(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<bool, Fault> {
        let mut own = Delta::default();
        for window in &mut self.windows {
            window.insert(event, now, &mut own)?;
        }
        let is_taken = own.admits(event) || self.is_held(event.sequence);
        if is_taken {
            delta.new.push(event.clone());
        }
        self.release(own.old, delta);
        Ok(is_taken)
    }

    /// Events that a window has let go are old if no other holds them.
    fn release(&self, events: Vec<EventRef>, delta: &mut Delta) {
        for event in events {
            if !self.is_held(event.sequence) {
                push_once(&mut delta.old, event);
            }
        }
    }

    fn is_held(&self, sequence: u64) -> bool {
        let mut held = self.windows.iter().flat_map(|w| w.unreleased());
        held.any(|e| e.sequence == sequence)
    }

    /// What one window lets go leaves all. A batch is told of the event last, if the others take
    /// it; what it posts leaves the others.
    fn insert_into_intersection(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<bool, Fault> {
        let mut own = Delta::default();
        for window in self.windows.iter_mut().filter(|w| !w.is_batch()) {
            window.insert(event, now, &mut own)?;
        }
        let mut left = Vec::new();
        for old in own.old {
            self.remove(old.sequence);
            push_once(&mut left, old);
        }
        let sequence = event.sequence;
        let is_refused = self.refuses(sequence);
        if is_refused {
            self.remove(sequence);
        }
        match self.windows.iter().position(|w| w.is_batch()) {
            None if is_refused => {
                left.retain(|e| e.sequence != sequence);
                delta.old.append(&mut left);
            }
            None => {
                delta.new.push(event.clone());
                delta.old.append(&mut left);
            }
            Some(_) if is_refused || left.iter().any(|e| e.sequence == sequence) => {}
            Some(batch) => {
                self.windows[batch].insert(event, now, delta)?;
                self.remove_all(&delta.new);
            }
        }
        Ok(!is_refused)
    }

    /// Does a window that keeps what came first not hold the event?
    fn refuses(&self, sequence: u64) -> bool {
        let holds = |w: &dyn DataWindow| w.contents().iter().any(|e| e.sequence == sequence);
        let mut first = self.windows.iter().filter(|w| w.keeps_first());
        first.any(|w| !holds(&**w))
    }

    fn remove_all(&mut self, events: &[EventRef]) {
        for event in events {
            self.remove(event.sequence);
        }
    }

    /// When a window wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.windows.iter().filter_map(|w| w.due()).min()
    }

    /// The windows that are due by then, earliest first; of one instant, in the order of the text.
    pub fn due_by(&self, until: Millis) -> Vec<usize> {
        let windows = self.windows.iter().enumerate();
        let mut due: Vec<(Millis, usize)> = windows
            .filter_map(|(i, window)| Some((window.due().filter(|due| *due <= until)?, i)))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, i)| i).collect()
    }

    /// A window that is due is called; what it posts is put out before another one is.
    pub fn fire(&mut self, i: usize, now: Millis, parts: &mut Vec<Delta>) {
        match &mut self.windows[..] {
            [window] => window.fire_parts(now, parts),
            _ => parts.push(self.fire_one(i, now)),
        }
    }

    fn fire_one(&mut self, i: usize, now: Millis) -> Delta {
        let mut own = Delta::default();
        self.windows[i].fire(now, &mut own);
        let mut delta = Delta::default();
        let is_batch = self.windows[i].is_batch();
        if self.retain == Retain::Union {
            // A batch posts nothing of its own here, so that there is nothing to force.
            self.release(own.old, &mut delta);
        } else if is_batch {
            self.remove_all(&own.new);
            delta = own;
        } else {
            self.remove_all(&own.old);
            if !self.is_batch() {
                delta.old = own.old;
                // The first window is the one that is iterated.
                delta.lingers = own.lingers && i == 0;
            }
        }
        delta
    }

    /// Takes an event out of every window. True if one held it.
    pub fn remove(&mut self, sequence: u64) -> bool {
        let removed = self.windows.iter_mut().map(|w| w.remove(sequence));
        removed.fold(false, |any, one| any | one)
    }

    /// All events held, in window order.
    pub fn contents(&self) -> Vec<EventRef> {
        if self.retain == Retain::Intersection || self.windows.len() < 2 {
            return self.windows.first().map_or_else(Vec::new, |w| w.contents());
        }
        let mut events = Vec::new();
        for event in self.windows.iter().flat_map(|w| w.unreleased()) {
            push_once(&mut events, event);
        }
        events.sort_by_key(|e| e.sequence);
        events
    }

    /// What iterating shows while a step is posted.
    pub fn while_posting(&self, delta: &Delta) -> Vec<EventRef> {
        match &self.windows[..] {
            [window] => window.while_posting(delta),
            windows => match windows.iter().find(|w| w.is_batch()) {
                Some(batch) if self.retain == Retain::Intersection => batch.while_posting(delta),
                _ => {
                    let mut events = delta.lingering();
                    events.extend(self.contents());
                    events
                }
            },
        }
    }

    /// The events around one, for `prev`.
    pub fn around_event(&self, event: &Event) -> Vec<EventRef> {
        self.windows
            .first()
            .map_or_else(Vec::new, |w| w.around(event))
    }

    /// Writes the state of all windows.
    pub fn save(&self, to: &mut Encoder) {
        self.windows.iter().for_each(|w| w.save(to));
    }

    /// Reads the state of all windows.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not these windows' state.
    pub fn load(&mut self, from: &mut Decoder<'_>) -> Result<(), CodecError> {
        self.windows.iter_mut().try_for_each(|w| w.load(from))
    }
}

fn push_once(events: &mut Vec<EventRef>, event: EventRef) {
    if events.iter().all(|e| e.sequence != event.sequence) {
        events.push(event);
    }
}

impl Contents for WindowSet {
    fn around(&self, event: &Event) -> (Vec<EventRef>, Option<usize>) {
        let mut events = self.around_event(event);
        if self.windows.first().is_some_and(|w| w.is_ordered()) {
            // Counted from the first event of the order, wherever the event at hand is.
            events.reverse();
            let first = events.len().saturating_sub(1);
            return (events, Some(first));
        }
        let here = events.iter().rposition(|e| e.sequence == event.sequence);
        (events, here)
    }
}
