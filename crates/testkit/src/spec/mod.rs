//! Documents, cases and traces as they are written.
//!
//! Every block and step knows its lines (from 0), so that a judge can write answers into the
//! document without touching the rest.

mod document;
mod json;
mod trace;

pub use document::{Block, Body, Case, Document};
pub use json::{from_json, object, row, to_json};
pub use trace::{Action, Expected, Sign, Step, SyntaxFault, parse_trace};
