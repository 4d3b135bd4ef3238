//! The embedded wide-column store: tables of rows by key, in Parquet files.
//!
//! Nouns: a [`Table`] has a row key and columns (`family:qualifier`). Rows are written to a
//! *memtable*, readable at once; a *flush* writes it as immutable files, sorted by row key, one a
//! *bucket* of event time; a *compaction* merges files of a bucket, in a thread of its own. A [`View`] is what a reader
//! sees and keeps. The manifest names the live files and is switched by a rename.
//!
//! There is no write-ahead log: the log that the rows came from is the log. A row's version is
//! (time, partition, position) of the record that it came from, so the same row written again
//! replaces itself.
//!
//! Never here: EPL, protocols, clocks. The caller makes the keys.

mod block;
mod compaction;
mod compactor;
mod config;
mod encode;
mod error;
mod file;
mod manifest;
mod positioned;
mod row;
mod run;
mod sort;
mod table;
mod view;

pub use compaction::{Decision, FileInfo, choose};
pub use compactor::Compactor;
pub use config::{ColumnConfig, TableConfig, stored};
pub use error::ArchiveError;
pub use row::Row;
pub use table::{Compaction, FlushJob, Table};
pub use view::{RowFilter, Scan, View};
