//! Reading: what is wanted of one row or of many, and the rows that come.

mod get;
mod row;
mod scan;
mod selection;
mod time_range;

pub use get::Get;
pub use row::Row;
pub use scan::Scan;
pub(crate) use selection::Selection;
pub(crate) use time_range::TimeRange;
