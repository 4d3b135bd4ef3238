//! The executable specification: Markdown documents whose blocks are run.
//!
//! Nouns: a *document* holds *cases*; a case has EPL, perhaps the types of its statements, and
//! either a *trace* of steps with the rows that each must post, or the *error* with which it is
//! refused ([`spec`]). A case is run on the machine in several *modes* (sizes of batches,
//! snapshots between steps, both evaluators, printed and parsed again, several tasks), which must
//! all agree with it ([`run`]).
//!
//! Beside it, what the reference job must find by a computation of its own ([`smartcar`]).
//! Cases are also made by chance ([`random`]), and cut down while they still fail ([`shrink`]).
//! Whether an expression aggregates is seen in its text ([`calls`]).
//!
//! State: none beyond one run. Never: changes a document; reads a clock.

pub mod calls;
pub mod random;
pub mod run;
pub mod shrink;
pub mod smartcar;
pub mod spec;
