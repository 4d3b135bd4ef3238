//! What went wrong with a table.

use std::fmt;

/// A fault that waiting does not mend: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HBaseFault(pub String);

impl HBaseFault {
    /// A fault of the client's, with the table's name.
    pub(super) fn of(table: &str, error: &tachograph_hbase::Error) -> HBaseFault {
        HBaseFault(format!("table {table} of HBase: {error}"))
    }
}

impl fmt::Display for HBaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HBaseFault {}
