//! How much a writer gathers and keeps. Plain data.

/// How much a [`Writer`](crate::Writer) gathers and keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// What is gathered for a server is sent when it has so many bytes.
    pub batch_bytes: usize,
    /// So many batches may be under way to one server; who writes more for it waits. None counts as
    /// one.
    pub calls_per_server: usize,
    /// So many bytes may be kept for all servers together, gathered and under way; who writes more
    /// waits. Half of them may be gathered: beyond that, the largest batch is sent before it is full.
    pub buffer_bytes: usize,
    /// One batch after the other, whichever servers it goes to.
    pub is_in_order: bool,
}

impl Default for WriterOptions {
    /// Two batches are under way to a server: one is worked on while the other travels. A server works
    /// on all that it has at once, and with more of them its threads get in each other's way: it needs
    /// more CPU time for the same rows.
    fn default() -> WriterOptions {
        WriterOptions {
            batch_bytes: 2 << 20,
            calls_per_server: 2,
            buffer_bytes: 64 << 20,
            is_in_order: false,
        }
    }
}

impl WriterOptions {
    /// One batch after the other: changes of one row are then made in the order of their writing
    /// even if they have no timestamps of their own.
    pub fn in_order(mut self) -> WriterOptions {
        self.is_in_order = true;
        self
    }
}
