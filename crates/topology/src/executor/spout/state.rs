//! What a checkpoint keeps of a partition.

use std::sync::Arc;

use tachograph_event::{CodecError, Decoder, Encoder};

use crate::partition_clock::PartitionClock;
use crate::topology::SpoutSpec;

pub(crate) struct SpoutState {
    /// Was nothing saved? Then the source's beginning is where reading begins.
    pub is_new: bool,
    /// Where the next read begins.
    pub position: u64,
    pub has_ended: bool,
    /// Lengths of the dead-letter file and of the late ledger when it was saved.
    pub lengths: (u64, u64),
    pub clock: PartitionClock,
}

impl SpoutState {
    /// What was saved, or the beginning.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are not this state.
    pub fn new(spout: &SpoutSpec, saved: Option<&[u8]>) -> Result<SpoutState, CodecError> {
        let mut state = SpoutState {
            is_new: saved.is_none(),
            position: 0,
            has_ended: false,
            lengths: (0, 0),
            clock: PartitionClock::new(spout.time, Arc::clone(&spout.event_type)),
        };
        if let Some(saved) = saved {
            let (_, mut from) = Decoder::open(saved)?;
            state.position = from.u64()?;
            state.has_ended = from.bool()?;
            state.lengths = (from.u64()?, from.u64()?);
            state.clock.load(&mut from)?;
        }
        Ok(state)
    }

    /// Writes the state.
    pub fn save(&self, to: &mut Encoder) {
        to.u64(self.position);
        to.bool(self.has_ended);
        to.u64(self.lengths.0);
        to.u64(self.lengths.1);
        self.clock.save(to);
    }
}
