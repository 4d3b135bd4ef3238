//! Where a bolt puts what it makes; the executor sends it on.

use std::sync::Arc;

use tachograph_event::Batch;

/// Batches by output stream, in the order in which they were emitted.
#[derive(Debug, Default)]
pub struct Collector {
    emitted: Vec<(usize, Arc<Batch>)>,
}

impl Collector {
    /// Emits rows on an output stream of the bolt. Times must not fall within a stream.
    pub fn emit(&mut self, stream: usize, batch: Arc<Batch>) {
        if !batch.is_empty() {
            self.emitted.push((stream, batch));
        }
    }

    /// Takes what was emitted.
    pub fn take(&mut self) -> Vec<(usize, Arc<Batch>)> {
        std::mem::take(&mut self.emitted)
    }
}
