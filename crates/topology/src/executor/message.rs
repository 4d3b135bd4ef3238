//! What travels between executors.

use std::sync::Arc;

use tachograph_event::{Batch, Millis};

use crate::bolt::CheckpointId;

/// One message of a channel.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// Rows, none before the channel's clock.
    Batch(Arc<Batch>),
    /// Rows that came too late.
    Late(Arc<Batch>),
    /// The channel's clock.
    Clock(Millis),
    /// All before belongs to the checkpoint.
    Barrier(CheckpointId),
    /// Nothing will follow.
    End,
}
