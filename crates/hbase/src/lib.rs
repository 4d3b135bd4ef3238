//! A native asynchronous client of Apache HBase 2.x. It speaks HBase's own RPC protocol: no JVM, no
//! Thrift or REST gateway between.
//!
//! It holds connections and what it knows of where regions are; it never keeps data, and never says
//! that a row is written before a server has.

#[cfg(feature = "tls")]
pub use tokio_rustls::rustls;

mod admin;
mod batch;
mod cell;
mod client;
mod cluster;
mod config;
mod error;
mod filter;
mod mutation;
mod name;
mod read;
mod region;
mod registry;
mod retry;
mod rpc;
mod scan;
mod table;
mod wire;
mod writer;

pub use admin::{Admin, BloomFilter, Family, TableDescriptor, TableState};
pub use batch::{Action, Answer};
pub use cell::{Cell, CellKind, LATEST};
pub use client::Client;
pub use config::Config;
pub use error::{Error, ErrorKind, Result};
pub use filter::{BitwiseOp, Comparator, Compare, Filter, RowRange};
pub use mutation::{Append, Delete, Durability, Increment, Mutation, Put};
pub use name::{ServerName, TableName};
pub use read::{Get, Row, Scan};
pub use region::{Region, RegionLocation};
#[cfg(feature = "tls")]
pub use rpc::Tls;
pub use scan::Scanner;
pub use table::{Condition, Table};
pub use writer::{Failure, Writer, WriterOptions};
