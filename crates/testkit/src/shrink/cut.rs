//! What is left out of a draft, or written more simply.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A change that makes a draft smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// Tokens that go.
    pub tokens: BTreeSet<usize>,
    /// Tokens that others take the place of.
    pub replaced: BTreeMap<usize, String>,
    /// Steps that go.
    pub steps: BTreeSet<usize>,
    /// Properties that go from the event of a step.
    pub fields: BTreeSet<(usize, String)>,
}

impl Cut {
    /// Leaves out tokens.
    pub fn of_tokens(tokens: impl IntoIterator<Item = usize>) -> Cut {
        Cut {
            tokens: tokens.into_iter().collect(),
            ..Cut::default()
        }
    }

    /// Leaves out steps.
    pub fn of_steps(steps: Range<usize>) -> Cut {
        Cut {
            steps: steps.collect(),
            ..Cut::default()
        }
    }

    /// Several cuts at once.
    pub fn all(cuts: &[&Cut]) -> Cut {
        let mut all = Cut::default();
        for cut in cuts {
            all.tokens.extend(&cut.tokens);
            all.replaced.extend(cut.replaced.clone());
            all.steps.extend(&cut.steps);
            all.fields.extend(cut.fields.clone());
        }
        all
    }

    /// How much it takes away.
    pub fn weight(&self) -> usize {
        self.tokens.len() + self.replaced.len() + 2 * self.steps.len() + self.fields.len()
    }
}
