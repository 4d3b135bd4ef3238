//! The real program against real servers: brokers and stores are killed, moved and started again
//! while it works, and so is the program itself. Afterwards the stores hold what a computation of
//! its own over the same records gives: nothing twice, nothing missing.
//!
//! The servers come from `cargo xtask testbed`. A machine that lacks what they need skips a test
//! with one line that says so. `TACHO_KILLS` says how often things are killed (`TACHO_KILLS=100` is
//! the long form).

mod hbase;
mod job;
mod kafka;
mod redis;
mod testbed;

use tachograph_testkit::smartcar as truth;
