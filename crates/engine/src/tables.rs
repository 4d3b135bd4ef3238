//! Tables of the archive, for those who read them.

use std::path::Path;

pub use tachograph_archive::{Table, View};

/// Opens a table's folder for reading.
///
/// # Errors
/// A text for people, where it is no table or cannot be read.
pub fn open_read_only(folder: &Path) -> Result<Table, String> {
    Table::open_read_only(folder).map_err(|e| e.to_string())
}
