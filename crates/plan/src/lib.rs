//! The plan: what a module of EPL compiles to. The narrow waist between the language and the
//! machine.
//!
//! Nouns: a [`Plan`] holds the event types and the [`Statement`]s of a deployment; a statement
//! reads one [`Input`] through [`Window`]s, groups, aggregates, selects and posts. Expressions
//! ([`Expr`]) are typed and their names are slots. Functions are open: [`ScalarFunction`],
//! [`AggregateFunction`] and its [`Accumulator`], found in a [`Registry`].
//!
//! A plan is immutable and shared, and holds no data of the stream. Never here: evaluation,
//! parsing, the machine's state.

pub mod aggregate;
pub mod explain;
pub mod expr;
pub mod function;
pub mod output;
pub mod statement;
pub mod window;

pub use aggregate::{Accumulator, AggregateCall, AggregateFunction, Kernel};
pub use expr::{ArithmeticOp, CompareOp, Expr, ExprKind, PrevKind};
pub use function::{Registry, ScalarFunction};
pub use output::{After, Every, OutputKind, OutputLimit};
pub use statement::{
    Input, InsertInto, Limit, OrderKey, Partitioning, Plan, Selector, Shape, Statement, TypeId,
};
pub use window::{Period, Retain, Window};
