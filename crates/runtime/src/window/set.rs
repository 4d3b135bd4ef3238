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

    /// An event arrives.
    ///
    /// # Errors
    /// [`Fault`] where an expression of a window has no result.
    pub fn insert(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<(), Fault> {
        match &mut self.windows[..] {
            [] => delta.new.push(event.clone()),
            [window] => window.insert(event, now, delta)?,
            _ => return self.insert_into_all(event, now, delta),
        }
        Ok(())
    }

    fn insert_into_all(
        &mut self,
        event: &EventRef,
        now: Millis,
        delta: &mut Delta,
    ) -> Result<(), Fault> {
        let batch = self.windows.iter().position(|w| w.is_batch());
        let (mut posted, mut refused) = (Delta::default(), false);
        // Every window takes the event before any is told what another lets go.
        let mut each = Vec::with_capacity(self.windows.len());
        for window in &mut self.windows {
            let mut own = Delta::default();
            window.insert(event, now, &mut own)?;
            each.push(own);
        }
        for (i, own) in each.into_iter().enumerate() {
            let admitted = own.new.iter().any(|e| e.sequence == event.sequence);
            refused |= !admitted && !self.windows[i].is_batch();
            self.agree(i, batch, own, &mut posted);
        }
        if refused && self.retain == Retain::Intersection {
            // A window that keeps what came first takes no more: no window keeps the event.
            self.remove(event.sequence);
            posted.old.retain(|e| e.sequence != event.sequence);
        } else if batch.is_none() {
            delta.new.push(event.clone());
        }
        delta.new.append(&mut posted.new);
        delta.old.append(&mut posted.old);
        Ok(())
    }

    /// Joins what window `i` lets go with what the others hold.
    fn agree(&mut self, i: usize, batch: Option<usize>, own: Delta, posted: &mut Delta) {
        if batch == Some(i) {
            posted.new.extend(own.new);
        }
        for event in own.old {
            let sequence = event.sequence;
            if posted.old.iter().any(|e| e.sequence == sequence) {
                continue;
            }
            if self.retain == Retain::Intersection {
                self.remove_elsewhere(i, sequence);
            } else if self.held_elsewhere(i, sequence) {
                continue;
            }
            if batch.is_none_or(|b| b == i) {
                posted.old.push(event);
            }
        }
    }

    fn remove_elsewhere(&mut self, i: usize, sequence: u64) {
        let others = self.windows.iter_mut().enumerate().filter(|(j, _)| *j != i);
        others.for_each(|(_, w)| {
            w.remove(sequence);
        });
    }

    fn held_elsewhere(&self, i: usize, sequence: u64) -> bool {
        let mut others = self.windows.iter().enumerate().filter(|(j, _)| *j != i);
        others.any(|(_, w)| w.contents().iter().any(|e| e.sequence == sequence))
    }

    /// When a window wants to be called.
    pub fn due(&self) -> Option<Millis> {
        self.windows.iter().filter_map(|w| w.due()).min()
    }

    /// The clock has reached `due` or passed it.
    pub fn fire(&mut self, now: Millis, parts: &mut Vec<Delta>) {
        if let [window] = &mut self.windows[..] {
            return window.fire_parts(now, parts);
        }
        let mut delta = Delta::default();
        let batch = self.windows.iter().position(|w| w.is_batch());
        for i in 0..self.windows.len() {
            if self.windows[i].due().is_some_and(|due| due <= now) {
                let mut own = Delta::default();
                self.windows[i].fire(now, &mut own);
                delta.forced |= own.forced;
                self.agree(i, batch, own, &mut delta);
            }
        }
        parts.push(delta);
    }

    /// Takes an event out of every window. True if one held it.
    pub fn remove(&mut self, sequence: u64) -> bool {
        let removed = self.windows.iter_mut().map(|w| w.remove(sequence));
        removed.fold(false, |any, one| any | one)
    }

    /// All events held, in window order.
    pub fn contents(&self) -> Vec<EventRef> {
        let Some((first, others)) = self.windows.split_first() else {
            return Vec::new();
        };
        let mut events = first.contents();
        if self.retain == Retain::Union {
            for event in others.iter().flat_map(|w| w.contents()) {
                if events.iter().all(|e| e.sequence != event.sequence) {
                    events.push(event);
                }
            }
            events.sort_by_key(|e| e.sequence);
        }
        events
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

impl Contents for WindowSet {
    fn around(&self, event: &Event) -> Vec<EventRef> {
        self.around_event(event)
    }
}
