//! Rows into a table of a real HBase and back, by the client of `tachograph-hbase`.
//!
//! A cell's timestamp is the record's event time, so a record that is written twice writes the same
//! cell twice, which changes nothing, and of two records of a key the later one is seen. Nothing is
//! lost while servers are away: what they have not acknowledged is kept and written again, and who
//! writes waits.
//!
//! What is read is asked of the servers as narrowly as they can: a range of keys and of times, the
//! columns, tests of single cells.
//!
//! Never here: how a row key is made, what the type of a column is.

mod change;
mod config;
mod create;
mod fault;
mod place;
mod reader;
mod request;
mod row;

pub use change::RowLayout;
pub use config::HBaseConfig;
pub use fault::HBaseFault;
pub use place::{HBaseChange, HBaseHandle, HBasePlace};
pub use reader::{HBaseReader, HBaseRows};
pub use request::{CellTest, HBaseColumn, HBaseScan};
pub use row::HBaseRow;
pub use tachograph_hbase::WriterOptions;
