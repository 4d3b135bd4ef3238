//! Output: when rows are posted, in which order, and how many.
//!
//! A [`Limiter`] holds rows back between outputs (`output … every …`); [`finish`] sorts, cuts and
//! makes distinct what is posted; [`Posted`] is the result, by column.

mod finish;
pub mod limiter;
mod polled;
mod posted;

pub use finish::finish;
pub use limiter::{Limiter, Released};
pub use posted::{Mark, Marks, Output, Parts, Posted, View};
