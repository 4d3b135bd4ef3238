//! Hash maps whose order is the order of insertion, hashed with a fixed seed.
//!
//! Entries lie densely in slots; removing one moves the last into its place. A scan that walks the slots
//! from the end downwards therefore needs no state but the next slot: an entry that stays during the
//! whole scan is never skipped, for entries only ever move to lower slots.

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use crate::Bytes;

/// A map from byte strings, in a reproducible order.
pub(crate) type FixedMap<V> = IndexMap<Bytes, V, FixedState>;
/// A set of byte strings, in a reproducible order.
pub(crate) type FixedSet = IndexSet<Bytes, FixedState>;

/// The slots that one step of a scan visits, and the cursor of the next step (0 when done).
///
/// Cursor 0 begins at the end of `len` slots; another cursor is the slot below which to go on.
pub(crate) fn scan_slots(len: usize, cursor: u64, count: usize) -> (std::ops::Range<usize>, u64) {
    let end = match cursor {
        0 => len,
        c => usize::try_from(c).unwrap_or(len).min(len),
    };
    let start = end.saturating_sub(count.max(1));
    (start..end, start as u64)
}

#[cfg(test)]
mod tests {
    use super::scan_slots;

    #[test]
    fn a_scan_visits_every_slot_once() {
        let (mut cursor, mut seen) = (0, Vec::new());
        loop {
            let (slots, next) = scan_slots(25, cursor, 10);
            seen.extend(slots);
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..25).collect::<Vec<_>>());
        assert_eq!(scan_slots(0, 0, 10), (0..0, 0));
        assert_eq!(scan_slots(3, 900, 10), (0..3, 0));
    }
}
