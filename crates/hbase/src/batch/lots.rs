//! Lots: which actions are not sent together. State: the lot of each action that was parted from others.

use std::collections::HashMap;

/// The lot of all actions that were never parted from others.
const FIRST: usize = 0;

/// Lots by the indices of actions.
#[derive(Debug, Default)]
pub struct Lots {
    lots: HashMap<usize, usize>,
    last: usize,
}

impl Lots {
    /// The lot of an action: those of one lot may be sent together.
    pub fn of(&self, index: usize) -> usize {
        self.lots.get(&index).copied().unwrap_or(FIRST)
    }

    /// Parts actions that were of one lot into two.
    pub fn part(&mut self, actions: &[usize]) {
        let (one, other) = actions.split_at(actions.len() / 2);
        for half in [one, other] {
            self.last += 1;
            let lot = self.last;
            self.lots.extend(half.iter().map(|index| (*index, lot)));
        }
    }
}
