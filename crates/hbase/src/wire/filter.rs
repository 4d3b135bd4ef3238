//! Filters as they travel: a Java class and its own message.

use super::basic::{BytesBytesPair, CompareType};
use super::comparator::Comparator;

/// Any filter.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Filter {
    #[prost(string, required, tag = "1")]
    pub name: String,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub serialized_filter: Option<bytes::Bytes>,
}

/// How a filter compares.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CompareFilter {
    #[prost(enumeration = "CompareType", required, tag = "1")]
    pub compare_op: i32,
    #[prost(message, optional, tag = "2")]
    pub comparator: Option<Comparator>,
}

/// Any filter that compares one part of a cell: row, family, qualifier or value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OfPart {
    #[prost(message, required, tag = "1")]
    pub compare_filter: CompareFilter,
}

/// Any filter that has another one inside: skip, while-match.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OfFilter {
    #[prost(message, required, tag = "1")]
    pub filter: Filter,
}

/// Any filter that has only a prefix: of rows, of columns.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Prefix {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub prefix: Option<bytes::Bytes>,
}

/// Columns that begin with one of several prefixes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MultipleColumnPrefix {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub sorted_prefixes: Vec<bytes::Bytes>,
}

/// Columns between two names.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ColumnRange {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub min_column: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "2")]
    pub min_column_inclusive: Option<bool>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub max_column: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "4")]
    pub max_column_inclusive: Option<bool>,
}

/// Some columns of a row, from one on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ColumnPagination {
    #[prost(int32, required, tag = "1")]
    pub limit: i32,
    #[prost(int32, optional, tag = "2")]
    pub offset: Option<i32>,
}

/// Rows by the value of one column.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SingleColumnValue {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub column_family: Option<bytes::Bytes>,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub column_qualifier: Option<bytes::Bytes>,
    #[prost(enumeration = "CompareType", required, tag = "3")]
    pub compare_op: i32,
    #[prost(message, required, tag = "4")]
    pub comparator: Comparator,
    #[prost(bool, optional, tag = "5")]
    pub filter_if_missing: Option<bool>,
    #[prost(bool, optional, tag = "6")]
    pub latest_version_only: Option<bool>,
}

/// Rows by the value of one column, which is left out.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SingleColumnValueExclude {
    #[prost(message, required, tag = "1")]
    pub single_column_value: SingleColumnValue,
}

/// The cells of one column by their values.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ColumnValue {
    #[prost(bytes = "bytes", required, tag = "1")]
    pub family: bytes::Bytes,
    #[prost(bytes = "bytes", required, tag = "2")]
    pub qualifier: bytes::Bytes,
    #[prost(enumeration = "CompareType", required, tag = "3")]
    pub compare_op: i32,
    #[prost(message, required, tag = "4")]
    pub comparator: Comparator,
}

/// Cells that have the timestamps of another column.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DependentColumn {
    #[prost(message, required, tag = "1")]
    pub compare_filter: CompareFilter,
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub column_family: Option<bytes::Bytes>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub column_qualifier: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "4")]
    pub drop_dependent_column: Option<bool>,
}

/// Rows whose keys are like others, but for some bytes. Of a pair the first is the key, the second has
/// 0xff for each of its bytes that counts and 0 for the others.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FuzzyRow {
    #[prost(message, repeated, tag = "1")]
    pub fuzzy_keys_data: Vec<BytesBytesPair>,
}

/// Cells without their values.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyOnly {
    #[prost(bool, required, tag = "1")]
    pub len_as_val: bool,
}

/// A message without fields: the first cell of each row.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FirstKeyOnly {}

/// At most so many rows of each region.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Page {
    #[prost(int64, required, tag = "1")]
    pub page_size: i64,
}

/// Up to a row, that row too.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InclusiveStop {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub stop_row_key: Option<bytes::Bytes>,
}

/// A random part of the rows.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RandomRow {
    #[prost(float, required, tag = "1")]
    pub chance: f32,
}

/// Cells of these timestamps.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Timestamps {
    #[prost(int64, repeated, packed = "true", tag = "1")]
    pub timestamps: Vec<i64>,
    #[prost(bool, optional, tag = "2")]
    pub can_hint: Option<bool>,
}

/// One range of rows.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RowRange {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub start_row: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "2")]
    pub start_row_inclusive: Option<bool>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub stop_row: Option<bytes::Bytes>,
    #[prost(bool, optional, tag = "4")]
    pub stop_row_inclusive: Option<bool>,
}

/// Several ranges of rows.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MultiRowRange {
    #[prost(message, repeated, tag = "1")]
    pub row_range_list: Vec<RowRange>,
}

/// How the filters of a list are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ListOperator {
    MustPassAll = 1,
    MustPassOne = 2,
}

/// Several filters as one.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FilterList {
    #[prost(enumeration = "ListOperator", required, tag = "1")]
    pub operator: i32,
    #[prost(message, repeated, tag = "2")]
    pub filters: Vec<Filter>,
}
