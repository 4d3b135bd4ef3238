//! Whole batches at a time: the fast twin of the row path, for the statements that are hot.
//!
//! A statement qualifies by its plan alone ([`form::form`]); everything else is stepped by row.
//! Both give the same rows in the same order, which property tests hold.
//!
//! The statement at work:
//! - [`form`]: which forms there are, and who has one.
//! - [`statement`]: one statement: dispatch to its form, and its clock ([`timed`]).
//! - [`base`]: what every form has; [`selected`], [`grouped`], [`made`], [`posting`]: its rows on their way
//!   from a batch to what is posted; `iterate` and `saved` beside them.
//! - [`single`]: one event at a time, without allocation.
//!
//! The forms: [`project`], [`running`], [`time_batch`], [`sliding`], [`kept`], [`last`]; and
//! [`family`], statements that differ in one constant alone.
//!
//! What they stand on:
//! - [`frame`]: the columns that an expression can see; [`kernel`]s evaluate over a frame.
//! - [`paged`]: state in pages that a snapshot shares and the next write copies.
//! - [`groups`]: groups by number: [`interner`], keys become dense numbers; [`cells`], sums and
//!   counts by number.

pub mod base;
pub mod cells;
pub mod family;
pub mod form;
pub mod frame;
pub mod grouped;
pub mod groups;
pub mod interner;
mod iterate;
pub mod kept;
pub mod kernel;
pub mod last;
pub mod made;
pub mod paged;
pub mod posting;
pub mod project;
pub mod running;
mod saved;
pub mod selected;
pub mod single;
pub mod sliding;
pub mod statement;
pub mod time_batch;
pub mod timed;
pub mod touched;
