//! A fault: an evaluation that has no result, such as an integer taken modulo zero. It ends the
//! work of its statement on the event at hand, is counted and shown, and touches no other.

use std::fmt;

/// Why an evaluation has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// Faults of one statement so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultLog {
    /// How many.
    pub count: u64,
    /// The newest one's message.
    pub last: Option<String>,
}

impl FaultLog {
    /// Counts a fault.
    pub fn record(&mut self, fault: &Fault) {
        self.count += 1;
        self.last = Some(fault.0.clone());
    }
}
