//! Assembly: a topology file becomes a running system.
//!
//! [`config`] reads and checks the file, [`assemble`] builds spouts, bolts and stores from it,
//! [`System`] runs them. This is the only crate that knows all the others. Never here: a
//! protocol, a screen.

pub mod assemble;
pub mod bolts;
pub mod config;
pub mod counters;
pub mod data_folder;
pub mod faults;
#[cfg(feature = "kafka")]
mod group;
pub mod module;
pub mod query;
pub mod status;
pub mod system;
pub mod tables;

pub use assemble::Assembly;
pub use config::Config;
pub use data_folder::DataFolder;
pub use faults::ConfigFaults;
pub use system::{System, SystemOptions};
