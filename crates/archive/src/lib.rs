//! The embedded wide-column store over Parquet
