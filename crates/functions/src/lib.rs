//! The built-in functions, behind the same door as a user's own.
//!
//! [`registry`] gives them all. Aggregates live in [`aggregate`], scalar functions in [`scalar`],
//! one function or a tight family a file. Functions are pure; an aggregate's state is its
//! [`tachograph_plan::Accumulator`].

pub mod aggregate;
pub mod scalar;

use tachograph_plan::Registry;

/// Every built-in function.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    aggregate::register(&mut registry);
    scalar::register(&mut registry);
    registry
}
