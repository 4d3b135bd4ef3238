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
pub mod eval;
pub mod event;
pub mod fault;
mod hash;
pub mod machine;
pub mod output;
pub mod row;
pub mod shape;
mod statement;
pub mod window;

pub use fault::{Fault, FaultLog};
pub use machine::Machine;
pub use output::{Mark, Output, Posted};
