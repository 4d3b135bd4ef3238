//! Rows into a table of a real HBase, by the client of `tachograph-hbase`.
//!
//! A cell's timestamp is the record's event time, so a record that is written twice writes the same
//! cell twice, which changes nothing. Nothing is lost while servers are away: what they have not
//! acknowledged is kept and written again, and who writes waits.
//!
//! Never here: how a row key is made.

mod config;
mod sink;

pub use config::HBaseConfig;
pub use sink::{HBaseFault, HBaseSink, Unconfirmed};
