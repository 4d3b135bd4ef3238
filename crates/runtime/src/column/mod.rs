//! Whole batches at a time: the fast twin of the row path, for the statements that are hot.
//!
//! A statement qualifies by its plan alone ([`statement::form`]); everything else is stepped by row.
//! Both give the same rows in the same order, which property tests hold.
//!
//! - [`frame`]: the columns that an expression can see; kernels evaluate over a frame.
//! - [`paged`]: state in pages that a snapshot shares and the next write copies.
//! - [`interner`]: group keys become dense numbers.
//! - [`cells`]: sums and counts by group number.
//! - [`sliding`]: rings of arguments, for aggregates over windows that slide.
//! - [`kept`], [`slots`]: select columns of held events, a slot an event.
//! - [`family`]: statements that differ in one constant alone.
//! - [`single`]: one event at a time, without allocation.
//! - [`last`]: which groups an output interval has touched.

pub mod cells;
pub mod family;
pub mod frame;
pub mod interner;
pub mod kept;
pub mod kernel;
pub mod last;
pub mod paged;
pub mod single;
pub mod sliding;
pub mod slots;
pub mod statement;
pub mod time_batch;
