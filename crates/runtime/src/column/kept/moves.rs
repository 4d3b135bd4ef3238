//! What the rows of a batch do to the slots of a window.
//!
//! Rows that take a slot are named, each with its slot; whoever was there leaves. All others
//! leave at once themselves, so that they need no more than to be copied together.

/// The rows that take slots.
#[derive(Debug, Default)]
pub struct Moves {
    /// In the order of the rows.
    takes: Vec<Take>,
    /// The rows among them whose slot held nothing.
    fills: Vec<u32>,
}

/// A row takes a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Take {
    /// Number of the row in its batch.
    pub row: usize,
    /// Number of the slot.
    pub slot: usize,
}

impl Moves {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.takes.clear();
        self.fills.clear();
    }

    /// A row takes a slot that holds nothing.
    #[inline]
    pub fn fill(&mut self, row: usize, slot: u32) {
        self.fills.push(row as u32);
        self.replace(row, slot);
    }

    /// A row takes a slot whose event leaves for it.
    #[inline]
    pub fn replace(&mut self, row: usize, slot: u32) {
        let slot = slot as usize;
        self.takes.push(Take { row, slot });
    }

    /// The rows that take a slot, in order.
    pub fn takes(&self) -> &[Take] {
        &self.takes
    }

    /// The rows for which nothing leaves, in order.
    pub fn fills(&self) -> &[u32] {
        &self.fills
    }

    /// Puts each row's value into its slot; gives the values of those that leave, in order.
    pub fn exchange<T: Copy>(&self, slots: &mut [T], rows: &[T]) -> Vec<T> {
        let mut left = rows.to_vec();
        for take in &self.takes {
            std::mem::swap(&mut left[take.row], &mut slots[take.slot]);
        }
        self.without_fills(left)
    }

    /// Of values by row, those of rows for which something leaves.
    pub fn without_fills<T: Copy>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.fills.is_empty() {
            return rows;
        }
        let mut fills = self.fills.iter().peekable();
        let mut row = 0;
        rows.retain(|_| {
            row += 1;
            fills.next_if(|fill| **fill + 1 == row).is_none()
        });
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_is_what_was_there_or_what_came() {
        let (mut slots, mut moves) = ([0, 70], Moves::default());
        moves.fill(1, 0);
        moves.replace(2, 1);
        moves.replace(4, 0);
        let left = moves.exchange(&mut slots, &[10, 11, 12, 13, 14]);
        assert_eq!(left, [10, 70, 13, 11]);
        assert_eq!(slots, [14, 12]);
    }
}
