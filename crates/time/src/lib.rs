//! Time: instants, periods, date patterns, clocks.
//!
//! An instant is a number of milliseconds since 1970-01-01T00:00:00Z ([`Millis`]), without leap
//! seconds. [`Clock`] is the one door to the wall clock: everything that needs the time is handed
//! a clock, and [`SystemClock`] is the only thing in the whole program that reads the machine's.

mod civil;
mod clock;
mod duration;
mod pattern;
mod period;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use duration::parse_duration;
pub use pattern::{DatePattern, PatternError, format_instant, parse_instant};
pub use period::Period;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
