//! The machine's hash: fixed, so that the same input gives the same tables everywhere. No answer
//! may still depend on the order of a table.

/// Builds hashers with a fixed seed.
pub type FixedHash = foldhash::fast::FixedState;
