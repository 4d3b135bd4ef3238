//! Whole batches at a time: the fast twin of the row path, for the statements that are hot.
//!
//! A statement qualifies by its plan alone ([`statement::form`]); everything else is stepped by row.
//! Both give the same rows in the same order, which property tests hold.
//!
//! - [`frame`]: the columns that an expression can see; kernels evaluate over a frame.
//! - [`paged`]: state in pages that a snapshot shares and the next write copies.
//! - [`interner`]: group keys become dense numbers.
//! - [`cells`]: sums and counts by group number.

pub mod cells;
pub mod frame;
pub mod interner;
pub mod kernel;
pub mod paged;
pub mod statement;
pub mod time_batch;
