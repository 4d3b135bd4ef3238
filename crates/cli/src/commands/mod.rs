//! Subcommands, one a file: arguments, and what they call.

pub mod check;
pub mod explain;
pub mod generate;
pub mod inspect;
pub mod run;
mod starting;
pub mod table;
pub mod test;
