//! Reading tables: what is asked, where the table stands, and the rows that answer.
//!
//! The same query is asked of a running system's tables, of a stopped one's folder, and of a table
//! of a real HBase: each is a [`TableReader`]. Never here: a socket, a way to print.

mod answer;
mod archive;
mod condition;
mod hbase;
mod locate;
mod reader;
mod shape;

use serde::{Deserialize, Serialize};
use tachograph_time::Millis;

pub use answer::{Answer, AnswerRow, answer};
pub use condition::Condition;
pub use hbase::{HBasePlace, HBaseTableReader};
pub use locate::{Place, locate, systems};
pub use reader::{Request, Row, Rows, TableReader};
pub use shape::Shape;

/// What is asked of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableQuery {
    /// Name of the table.
    pub table: String,
    /// One row key; without it, rows are scanned.
    pub key: Option<String>,
    /// Row keys that begin so.
    pub prefix: Option<String>,
    /// Row keys at or above.
    pub from: Option<String>,
    /// Row keys below.
    pub to: Option<String>,
    /// Event times at or after, in ms.
    pub since: Option<Millis>,
    /// Event times before, in ms.
    pub until: Option<Millis>,
    /// An EPL expression over the table's columns that must be true.
    pub condition: Option<String>,
    /// The columns to give; all without.
    pub columns: Option<Vec<String>>,
    /// Most rows.
    pub limit: Option<usize>,
}
