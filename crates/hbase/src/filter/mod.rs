//! Filters: what servers leave out of what they read. Each is a class of HBase, named, with a small
//! message of its own; the constructors stand in the files of this folder, one kind a file. Plain
//! data: nothing is evaluated here.

mod column;
mod column_value;
mod comparator;
mod compare;
mod dependent_column;
mod fuzzy_row;
mod keys;
mod list;
mod row;
mod single_column_value;
mod timestamps;

pub use comparator::{BitwiseOp, Comparator};
pub use compare::Compare;
pub use row::RowRange;

use bytes::Bytes;
use prost::Message;

use crate::wire;

/// Where HBase's filters live.
const PACKAGE: &str = "org.apache.hadoop.hbase.filter.";

/// A filter of rows or cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(wire::filter::Filter);

impl Filter {
    /// Any filter that the servers have, by the full name of its class and its serialised form.
    pub fn custom(class: impl Into<String>, serialized: impl Into<Bytes>) -> Filter {
        Filter(wire::filter::Filter {
            name: class.into(),
            serialized_filter: Some(serialized.into()),
        })
    }

    /// A filter of HBase's own.
    fn builtin(class: &str, message: &impl Message) -> Filter {
        Filter::custom(format!("{PACKAGE}{class}"), message.encode_to_vec())
    }

    pub(crate) fn into_wire(self) -> wire::filter::Filter {
        self.0
    }
}
