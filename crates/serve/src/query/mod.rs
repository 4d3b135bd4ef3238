//! The query socket: how another process reads the tables and the status of a running one.
//!
//! A Unix socket in the data folder, so whoever may read the folder may ask. A request is one
//! line of JSON: a [`TableQuery`], answered with a line a row and a last line that says how many
//! there were, or what went wrong; or `"status"`, answered with one line. State: none beyond a connection.

mod client;
mod path;
mod server;

use serde::{Deserialize, Serialize};
use tachograph_engine::query::AnswerRow;
use tachograph_engine::status::Status;

pub use client::{ask, ask_status, connect};
pub use server::QueryServer;

#[cfg(doc)]
use tachograph_engine::query::TableQuery;

/// Name of the socket within the data folder.
pub const SOCKET: &str = "query.sock";

/// The request for the status.
pub(crate) const STATUS: &str = "\"status\"";

/// A line of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// A row.
    Row(AnswerRow),
    /// What the system says of itself.
    Status(Box<Status>),
    /// The end: number of rows.
    Done(u64),
    /// What went wrong.
    Error(String),
}
