//! The machine: it runs plans over events, deterministically.
//!
//! Nouns: a [`Machine`] owns the state of a plan's statements and a clock; each statement is
//! stepped through its windows, its [`shape`], its output clause. What it posts comes out as
//! [`Posted`] rows by column.
//!
//! State is plain data, saved and loaded through the codec of `tachograph-event`. The same plan,
//! the same events and the same clock moves give the same rows and the same saved bytes.
//!
//! Never here: threads, files, sockets, the environment, randomness, a wall clock, or an answer
//! that depends on the order of a hash table.

pub mod aggregation;
pub mod column;
pub mod eval;
pub mod event;
pub mod fault;
mod hash;
mod island;
pub mod machine;
pub mod output;
mod route;
pub mod row;
mod rows;
pub mod shape;
mod snapshot;
mod statement;
mod unit;
pub mod window;

pub use fault::{Fault, FaultLog};
pub use machine::{Machine, Path};
pub use output::{Mark, Marks, Output, Posted, View};
pub use snapshot::Snapshot;
pub use unit::evaluators;
