//! A snapshot in two steps: the machine shares its state in no time, and any thread writes it.

use tachograph_event::Encoder;

/// A part that is still to be written.
pub type Deferred = Box<dyn FnOnce(&mut Encoder) + Send>;

/// The state of a machine at one moment.
pub struct Snapshot {
    version: u32,
    parts: Vec<Deferred>,
}

impl Snapshot {
    pub(crate) fn new(version: u32, parts: Vec<Deferred>) -> Snapshot {
        Snapshot { version, parts }
    }

    /// Writes the state as a framed, versioned record.
    pub fn encode(self) -> Vec<u8> {
        let mut to = Encoder::new();
        self.parts.into_iter().for_each(|part| part(&mut to));
        to.into_frame(self.version)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot of {} parts", self.parts.len())
    }
}
