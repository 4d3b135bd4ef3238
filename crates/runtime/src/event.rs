//! An event as a statement holds it: shared, immutable, numbered.

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder, Origin, Value};

/// A shared event.
pub type EventRef = Arc<Event>;

/// One event inside a statement. Two events are the same if their sequence numbers are.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// Number in the order of arrival at the statement.
    pub sequence: u64,
    /// What brought it.
    pub origin: Origin,
    /// Properties by slot; slots that the statement never asks for are null.
    pub values: Arc<[Value]>,
    /// Properties of the events that arrived before it, nearest first, as far as `prior` looks.
    pub priors: Vec<Arc<[Value]>>,
}

impl Event {
    /// Writes the event.
    pub fn save(&self, to: &mut Encoder) {
        to.u64(self.sequence);
        to.u32(self.origin.partition);
        to.u64(self.origin.position);
        to.values(&self.values);
        to.list(self.priors.iter(), |e, row| e.values(row));
    }

    /// Reads an event.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not an event.
    pub fn load(from: &mut Decoder<'_>) -> Result<EventRef, CodecError> {
        Ok(Arc::new(Event {
            sequence: from.u64()?,
            origin: Origin {
                partition: from.u32()?,
                position: from.u64()?,
            },
            values: Arc::from(from.values()?),
            priors: from.list(|d| Ok(Arc::from(d.values()?)))?,
        }))
    }
}

/// Writes a list of events.
pub fn save_events<'a>(to: &mut Encoder, events: impl ExactSizeIterator<Item = &'a EventRef>) {
    to.list(events, |e, event| event.save(e));
}

/// Reads a list of events.
///
/// # Errors
/// [`CodecError`] where the bytes are not a list of events.
pub fn load_events(from: &mut Decoder<'_>) -> Result<Vec<EventRef>, CodecError> {
    from.list(Event::load)
}

/// What a window passes on in one step: events that arrived and events that left.
#[derive(Debug, Clone, Default)]
pub struct Delta {
    /// Arrived, in order.
    pub new: Vec<EventRef>,
    /// Left, in order.
    pub old: Vec<EventRef>,
    /// Pass it on even if empty (`FORCE_UPDATE`).
    pub forced: bool,
    /// Do the windows show what left until it is posted?
    pub lingers: bool,
}

impl Delta {
    /// Is an event among those that arrived?
    pub fn admits(&self, event: &Event) -> bool {
        self.new.iter().any(|e| e.sequence == event.sequence)
    }

    /// What left and is still shown.
    pub fn lingering(&self) -> Vec<EventRef> {
        match self.lingers {
            true => self.old.clone(),
            false => Vec::new(),
        }
    }

    /// Writes the events. What lingers is gone when a delta is kept.
    pub fn save(&self, to: &mut Encoder) {
        save_events(to, self.new.iter());
        save_events(to, self.old.iter());
        to.bool(self.forced);
    }

    /// Reads a delta.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not a delta.
    pub fn load(from: &mut Decoder<'_>) -> Result<Delta, CodecError> {
        Ok(Delta {
            new: load_events(from)?,
            old: load_events(from)?,
            forced: from.bool()?,
            lingers: false,
        })
    }

    /// True where there is nothing to pass on.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.old.is_empty() && !self.forced
    }
}
