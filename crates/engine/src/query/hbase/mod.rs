//! Tables of a real HBase. The servers are asked for as little as they can find out; what they
//! cannot is evaluated here, over the rows that come.
//!
//! Columns are text in HBase. Where a topology writes the table, the types of its properties are
//! those of the columns; otherwise each column is a string.

mod columns;
mod push;
mod reader;
mod remarks;
mod text;
mod topology;

pub use columns::HBasePlace;
pub use reader::HBaseTableReader;
