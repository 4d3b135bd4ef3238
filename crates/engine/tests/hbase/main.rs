//! Tables of a real HBase are read as the archive's are. `TACHO_HBASE` names the servers, each
//! `host:port`, with commas between; without it each test says in a line that it is skipped.

mod alike;
mod found;
mod support;
