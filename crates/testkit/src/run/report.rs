//! What is told of the cases that were run.

use serde_json::json;

use super::Outcome;

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed.
    pub failed: usize,
    /// Cases that use what is not built.
    pub skipped: usize,
}

impl Tally {
    /// Counts an outcome.
    pub fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Unsupported(_) => self.skipped += 1,
        }
    }

    /// Did every case pass?
    pub fn is_good(&self) -> bool {
        self.failed == 0 && self.skipped == 0
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

impl Outcome {
    /// The outcome of a case as one line of JSON.
    pub fn to_json(&self, file: &str, case: &str) -> String {
        let (outcome, detail) = match self {
            Outcome::Passed => ("passed", ""),
            Outcome::Failed(detail) => ("failed", detail.as_str()),
            Outcome::Unsupported(detail) => ("unsupported", detail.as_str()),
        };
        json!({"file": file, "case": case, "outcome": outcome, "detail": detail}).to_string()
    }

    /// The outcome of a case for people; nothing for a case that passed.
    pub fn to_text(&self, file: &str, case: &str) -> Option<String> {
        let (word, detail) = match self {
            Outcome::Passed => return None,
            Outcome::Failed(detail) => ("failed", detail),
            Outcome::Unsupported(detail) => ("unsupported", detail),
        };
        let detail = detail.trim_end().replace('\n', "\n  ");
        Some(format!("{word}: {file}: {case}\n  {detail}\n"))
    }
}
