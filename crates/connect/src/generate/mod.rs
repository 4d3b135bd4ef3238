//! The reference records: cars that drive, seeded and reproducible.

mod fleet;
mod lines;
mod random;
mod source;

pub use fleet::{Fleet, FleetOptions, Reading};
pub use lines::{Format, LineOptions, write_lines};
pub use source::GenerateReader;
