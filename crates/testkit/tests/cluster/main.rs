//! The real program against real servers: brokers and stores are killed, moved and started again
//! while it works, and so is the program itself. Afterwards the stores hold what a computation of
//! its own over the same records gives: nothing twice, nothing missing.
//!
//! The servers come from `cargo xtask testbed`. A machine that lacks what they need skips a test
//! with one line that says so. `TACHO_KILLS` says how often things are killed, `TACHO_ROUNDS`
//! how often something drawn by chance is (`TACHO_KILLS=100` and `TACHO_ROUNDS=100` are the long
//! forms), and `TACHO_SEED` repeats what was drawn.

mod example;
mod fence;
mod formats;
mod group;
mod hbase;
mod job;
mod kafka;
mod pair;
mod python;
mod redis;
mod rounds;
mod testbed;
mod tls;

use tachograph_testkit::smartcar as truth;
