//! A plan as text for people: what each statement reads, keeps, posts, and how it may be shared
//! out. Every coercion is shown, since the machine never makes one of its own.

mod expression;
mod statement;
mod window;

pub use statement::{Evaluator, explain};
