//! Records that are values of their own, whatever bytes they hold, and the two kinds of decoder that
//! a log of such records may have.

use std::sync::Arc;

use tachograph_event::{Batch, EventType};
use tachograph_topology::Reject;

use super::LineDecoder;

/// Values of one read, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// The bytes of all.
    pub bytes: &'a [u8],
    /// Where each begins; none is empty. What lies between two is the first one's.
    pub starts: &'a [usize],
    /// Number of the partition.
    pub partition: u32,
}

impl<'a> Values<'a> {
    /// Each value with the place of its first byte, which is its position.
    pub fn iter(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let ends = self.starts.iter().skip(1).copied();
        let ends = ends.chain([self.bytes.len()]);
        let spans = self.starts.iter().copied().zip(ends);
        spans.map(move |(start, end)| (start, &self.bytes[start..end]))
    }
}

/// Turns values into columns.
pub trait ValueDecoder: Send {
    /// Decodes every value: into a row, or into a reject.
    ///
    /// # Errors
    /// [`Undecoded`], where none is decoded: the same values can be given again.
    fn decode(&mut self, values: Values<'_>) -> Result<(Batch, Vec<Reject>), Undecoded>;

    /// Type of the rows.
    fn event_type(&self) -> &Arc<EventType>;
}

/// Why values cannot be decoded now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecoded {
    /// What they need for it is away, for this reason; it may come.
    Away(String),
    /// They never will, whatever is waited for.
    Never(String),
}

/// How a log of records is decoded.
pub enum RecordDecoder {
    /// Each record is a line of text.
    Lines(Box<dyn LineDecoder>),
    /// Each record is a value.
    Values(Box<dyn ValueDecoder>),
}
