//! Names: of tables, of servers. Plain data.

mod server;
mod table;

pub use server::ServerName;
pub use table::TableName;
