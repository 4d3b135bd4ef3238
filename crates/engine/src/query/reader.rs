//! The seam between a query and the store that answers it. A store sees names resolved to columns
//! and the condition compiled; how much of a request it can do at its own place is its affair.

use tachograph_time::Millis;

use super::{Condition, Shape};

/// A row, with values in the order of the shape's columns. A column that was not asked for may be
/// null.
pub type Row = tachograph_archive::Row;

/// Rows in the order of their keys, one at a time.
pub type Rows = Box<dyn Iterator<Item = Result<Row, String>>>;

/// Rows that are asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Row keys that begin so.
    pub prefix: Option<String>,
    /// Row keys at or above.
    pub from: Option<String>,
    /// Row keys below.
    pub to: Option<String>,
    /// Event times at or after, in ms. The newest version of a row that lies within counts.
    pub since: Option<Millis>,
    /// Event times before, in ms.
    pub until: Option<Millis>,
    /// Rows for which this is true.
    pub condition: Option<Condition>,
    /// The columns whose values are wanted, by their places in the shape.
    pub columns: Vec<usize>,
    /// Most rows, counted after the condition.
    pub limit: Option<usize>,
}

/// A table that can be read.
pub trait TableReader {
    /// The table's name and columns.
    fn shape(&self) -> Shape;

    /// The newest version of a row.
    ///
    /// # Errors
    /// A text for people, where the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<Row>, String>;

    /// The rows that are asked for.
    ///
    /// # Errors
    /// A text for people, where the request cannot be answered; later faults come with the rows.
    fn scan(&self, request: Request) -> Result<Rows, String>;

    /// What the reader of an answer should be told at its end.
    fn remark(&self) -> Option<String> {
        None
    }
}
