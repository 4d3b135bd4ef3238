//! Tables of a real HBase are written and read as the archive's are. `TACHO_HBASE` may name the
//! servers, each `host:port`, with commas between; else one is started for these tests. Where that
//! cannot be, one line says so.

mod alike;
mod found;
mod replaced;
#[allow(dead_code, reason = "not every test that has a server uses all of it")]
#[path = "../../../hbase/tests/real/server.rs"]
mod server;
mod support;
