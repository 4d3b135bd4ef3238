//! A native asynchronous client of Apache HBase 2.x. It speaks HBase's own RPC protocol: no JVM, no
//! Thrift or REST gateway between.
//!
//! ```no_run
//! use tachograph_hbase::{Client, Config, Get, Put, Scan, WriterOptions};
//!
//! # async fn example() -> tachograph_hbase::Result<()> {
//! // Any servers of the cluster; or `Config::zookeeper(["zk-1:2181"])`.
//! let client = Client::connect(Config::bootstrap(["node-1:16020", "node-2:16020"])).await?;
//!
//! let cars = client.table("cars");
//! cars.put(Put::new("A0078#1700000000").column("d", "speed", "81.5")).await?;
//! let row = cars.get(Get::new("A0078#1700000000")).await?;
//! assert_eq!(row.unwrap().value("d", "speed"), Some(&b"81.5"[..]));
//!
//! // Many rows: gathered into batches, sent to all servers side by side.
//! let mut writer = client.writer("cars", WriterOptions::default());
//! for second in 0..3_600 {
//!     let row = format!("A0079#{}", 1_700_000_000 + second);
//!     writer.write(Put::new(row).column("d", "speed", "64")).await?;
//! }
//! writer.flush().await?;
//!
//! // A range of rows, across regions, one answer of a server ahead of who reads.
//! let mut rows = cars.scan(Scan::new().prefix("A0079#").family("d"));
//! while let Some(row) = rows.next().await? {
//!     println!("{row:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What can be relied on
//!
//! - **What is acknowledged is written.** [`Table::put`] returns, and [`Writer::flush`] returns,
//!   when the region servers have answered for every cell.
//! - **Trouble that passes is waited for.** A region that moved, split or is being opened, a server
//!   that died, is overloaded or starts, a master that changed: the request is sent again, after
//!   pauses that double up to a longest one, until [`Config::operation_timeout`] is over. Of a
//!   batch only what failed is sent again. [`ErrorKind`] tells what is not tried again.
//! - **Once is once where twice would differ.** Increments and appends carry a number by which
//!   servers know them again. A put that is sent again writes the same cells; give it timestamps of
//!   your own ([`Put::timestamp`]) and it even is the same version.
//! - **A scan gives each row once and in order**, whole, while regions move and split. Rows written
//!   meanwhile may or may not come, as HBase has it.
//! - **Memory is bounded.** A [`Writer`] holds no more than its [`WriterOptions`] say, a
//!   [`Scanner`] a few answers.
//!
//! # What it needs
//!
//! A tokio runtime with time and IO. Every handle can be cloned cheaply or made anew; they share
//! one connection to each server and service, and one memory of where regions are. The feature
//! `tls` adds `Config::tls`. Users are named, not proven (SIMPLE
//! authentication); Kerberos is not spoken.
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
#[cfg(test)]
mod world;
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
