//! What was met while rows were read and does not stand in them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What was met, shared between a table and the rows that are being read of it.
#[derive(Debug, Clone, Default)]
pub struct Remarks(Arc<Mutex<Met>>);

#[derive(Debug, Default)]
struct Met {
    misfits: u64,
    first: Option<String>,
    unseen: BTreeSet<String>,
}

impl Remarks {
    /// A text that is no value of its column's type.
    pub fn misfit(&self, example: impl FnOnce() -> String) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.misfits += 1;
        met.first.get_or_insert_with(example);
    }

    /// A column that the shape does not have.
    pub fn unseen(&self, name: String) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.unseen.insert(name);
    }

    /// All of it, for people; none where there was nothing.
    pub fn text(&self) -> Option<String> {
        let met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::new();
        if let Some(first) = &met.first {
            lines.push(format!(
                "{} values are not of their columns' types and were read as null; the first: {first}",
                met.misfits
            ));
        }
        if !met.unseen.is_empty() {
            let names: Vec<&str> = met.unseen.iter().map(String::as_str).collect();
            lines.push(format!(
                "rows further on have columns that are not shown: {}; name columns with --columns",
                names.join(", ")
            ));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
